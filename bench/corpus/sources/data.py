"""Tables and arrays made by the libraries of their formats."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.corpus.model import Candidate, Source, Workspace
from bench.corpus.sources.making import Step, steps

__all__ = ["DATA"]


def _table(rows: int) -> Any:
    import pyarrow as pa

    numbers = list(range(rows))
    return pa.table({"id": numbers, "harbour": [f"quay {n % 7}" for n in numbers], "depth_m": [n / 3 for n in numbers]})


def _parquet(options: dict[str, Any], path: Path) -> None:
    import pyarrow.parquet

    pyarrow.parquet.write_table(_table(200), path, **options)


def _arrow(kind: str, path: Path) -> None:
    import pyarrow as pa

    table = _table(50)
    opened = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with opened(str(path), table.schema) as writer:
        writer.write_table(table)


def _feather(path: Path) -> None:
    import pyarrow.feather

    pyarrow.feather.write_feather(_table(50), path, version=2, compression="zstd")


def _orc(compression: str, path: Path) -> None:
    import pyarrow.orc

    pyarrow.orc.write_table(_table(200), path, compression=compression)


def _avro(codec: str, path: Path) -> None:
    import fastavro

    fields = [{"name": "id", "type": "long"}, {"name": "harbour", "type": ["null", "string"]}]
    with path.open("wb") as file:
        schema = {"type": "record", "name": "Quay", "fields": fields}
        fastavro.writer(file, schema, [{"id": n, "harbour": f"quay {n}"} for n in range(30)], codec=codec)


def _npy(dtype: str, path: Path) -> None:
    import numpy as np

    with path.open("wb") as file:
        np.save(file, np.arange(60).reshape(12, 5).astype(dtype))


def _hdf5(userblock: int, path: Path) -> None:
    import h5py

    with h5py.File(path, "w", userblock_size=userblock) as file:
        file["depth"] = list(range(50))
        file.attrs["title"] = "soundings"


def _netcdf3(version: int, path: Path) -> None:
    import numpy as np
    from scipy.io import netcdf_file

    with netcdf_file(path, "w", version=version) as file:
        file.createDimension("time", 12)
        file.createVariable("tide", "f4", ("time",))[:] = np.linspace(0, 5, 12)


def _netcdf4(path: Path) -> None:
    import netCDF4

    with netCDF4.Dataset(path, "w", format="NETCDF4") as file:
        file.createDimension("time", 12)
        file.createVariable("tide", "f4", ("time",))[:] = list(range(12))


def _mat(version: str, path: Path) -> None:
    import numpy as np
    from scipy.io import savemat

    savemat(path, {"tide": np.eye(4), "name": "quay"}, format=version, appendmat=False)


def _fits(path: Path) -> None:
    import numpy as np
    from astropy.io import fits

    fits.PrimaryHDU(np.arange(100).reshape(10, 10)).writeto(path)


def _sqlite(page: int, path: Path) -> None:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute(f"pragma page_size={page}")
    connection.execute("create table quay (id integer primary key, name text)")
    connection.executemany("insert into quay (name) values (?)", [(f"quay {n}",) for n in range(20)])
    connection.commit()
    connection.close()


def _las(version: str, path: Path) -> None:
    import laspy
    import numpy as np

    file = laspy.create(file_version=version, point_format=3)
    file.x = file.y = file.z = np.linspace(0, 9, 30)
    file.write(str(path))


def _dicom(path: Path) -> None:
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7")
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["quay"])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.PatientName = "Quay^Harbour"
    dataset.save_as(str(path))


def _shapefile(path: Path) -> None:
    import shapefile

    with shapefile.Writer(str(path.with_suffix("")), shapeType=shapefile.POINT) as writer:
        writer.field("name", "C")
        for number in range(5):
            writer.point(number, number * 2)
            writer.record(f"quay {number}")


def _steps() -> Iterator[Step]:
    parquet: dict[str, dict[str, Any]] = {
        "plain": {"compression": None},
        "snappy": {"compression": "snappy"},
        "zstd": {"compression": "zstd"},
        "gzip-v1": {"compression": "gzip", "version": "1.0"},
        "groups": {"row_group_size": 20},
        "nodict": {"use_dictionary": False},
    }
    for name, options in parquet.items():
        yield f"{name}.parquet", "application/vnd.apache.parquet", partial(_parquet, options)
    yield "table.arrow", "application/vnd.apache.arrow.file", partial(_arrow, "file")
    yield "table.feather", "application/vnd.apache.arrow.file", _feather
    yield "table.arrows", "application/vnd.apache.arrow.stream", partial(_arrow, "stream")
    for codec in ("uncompressed", "snappy", "zstd", "zlib"):
        yield f"{codec}.orc", "application/vnd.apache.orc", partial(_orc, codec)
    for codec in ("null", "deflate", "zstandard"):
        yield f"{codec}.avro", "application/avro", partial(_avro, codec)
    for dtype in ("f4", "i8", "c16", "U3", "?", ">u2"):
        yield f"array-{dtype.strip('>?') or 'bool'}.npy", "application/x-numpy-data", partial(_npy, dtype)
    plain: tuple[tuple[str, str, Callable[[Path], None]], ...] = (
        ("soundings.h5", "application/x-hdf5", partial(_hdf5, 0)),
        ("soundings.hdf5", "application/x-hdf5", partial(_hdf5, 512)),
        ("classic.nc", "application/x-netcdf", partial(_netcdf3, 1)),
        ("offset64.nc", "application/x-netcdf", partial(_netcdf3, 2)),
        ("modern.nc", "application/x-netcdf", _netcdf4),
        ("level5.mat", "application/x-matlab-data", partial(_mat, "5")),
        ("sky.fits", "application/fits", _fits),
        ("quays.db", "application/vnd.sqlite3", partial(_sqlite, 4096)),
        ("quays.sqlite", "application/vnd.sqlite3", partial(_sqlite, 1024)),
        ("quays.sqlite3", "application/vnd.sqlite3", partial(_sqlite, 65536)),
        ("points12.las", "application/vnd.las", partial(_las, "1.2")),
        ("points14.las", "application/vnd.las", partial(_las, "1.4")),
        ("scan.dcm", "application/dicom", _dicom),
        ("quays.shp", "application/vnd.shp", _shapefile),
    )
    yield from plain


def _build(work: Workspace) -> Iterator[Candidate]:
    return steps(work, "data-libraries", _steps())


DATA = Source(name="data-libraries", build=_build)
