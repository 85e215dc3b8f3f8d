"""Tables in columns and other data with a declared schema: Parquet, Arrow, ORC, Avro, NumPy, dBASE, HDF5, netCDF."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_HERE = "firstbytes.builtin.columnar"


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare one extractor a format."""
    return [
        Extractor("parquet", accepts=("application/vnd.apache.parquet",), entry=f"{_HERE}.parquet:extract"),
        Extractor(
            "arrow",
            accepts=("application/vnd.apache.arrow.file", "application/vnd.apache.arrow.stream"),
            entry=f"{_HERE}.arrow:extract",
        ),
        Extractor("feather", accepts=("application/x-feather",), entry=f"{_HERE}.feather:extract"),
        Extractor("orc", accepts=("application/vnd.apache.orc",), entry=f"{_HERE}.orc:extract"),
        Extractor("avro", accepts=("application/vnd.apache.avro",), entry=f"{_HERE}.avro:extract"),
        Extractor("npy", accepts=("application/x-npy",), entry=f"{_HERE}.npy:extract"),
        Extractor("npz", accepts=("application/x-npz",), entry=f"{_HERE}.npz:extract"),
        Extractor("dbf", accepts=("application/vnd.dbf",), entry=f"{_HERE}.dbf:extract"),
        Extractor("hdf5", accepts=("application/x-hdf5",), entry=f"{_HERE}.hdf5:extract"),
        Extractor("netcdf", accepts=("application/netcdf",), entry=f"{_HERE}.netcdf:extract"),
        Extractor("safetensors", accepts=("application/x-safetensors",), entry=f"{_HERE}.safetensors:extract"),
    ]
