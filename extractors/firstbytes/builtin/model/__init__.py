"""Models in three dimensions: glTF and GLB, STL, OBJ, PLY, 3MF, STEP."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("gltf", "gltf:extract", ("model/gltf-binary", "model/gltf+json")),
    ("stl", "stl:extract", ("model/stl",)),
    ("obj", "obj:extract", ("model/obj",)),
    ("ply", "ply:extract", ("model/vnd.ply",)),
    ("threemf", "threemf:extract", ("model/3mf",)),
    ("step", "step:extract", ("model/step", "application/x-ifc")),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare one extractor a format."""
    return [Extractor(name, accepts, f"firstbytes.builtin.model.{entry}") for name, entry, accepts in _READERS]
