"""Tables in columns and other data with a declared schema: Parquet, Arrow, ORC, Avro, NumPy, dBASE, HDF5, netCDF."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("parquet", "parquet:extract", ("application/vnd.apache.parquet",)),
    ("arrow", "arrow:extract", ("application/vnd.apache.arrow.file", "application/vnd.apache.arrow.stream")),
    ("feather", "feather:extract", ("application/x-feather",)),
    ("orc", "orc:extract", ("application/vnd.apache.orc",)),
    ("avro", "avro:extract", ("application/vnd.apache.avro",)),
    ("npy", "npy:extract", ("application/x-npy",)),
    ("npz", "npz:extract", ("application/x-npz",)),
    ("dbf", "dbf:extract", ("application/vnd.dbf",)),
    ("hdf5", "hdf5:extract", ("application/x-hdf5",)),
    ("netcdf", "netcdf:extract", ("application/netcdf",)),
    ("safetensors", "safetensors:extract", ("application/x-safetensors",)),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare one extractor a format."""
    return [Extractor(name, accepts, f"firstbytes.builtin.columnar.{entry}") for name, entry, accepts in _READERS]
