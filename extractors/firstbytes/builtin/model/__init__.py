"""Models in three dimensions: glTF and GLB, STL, OBJ, PLY, 3MF, STEP."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_HERE = "firstbytes.builtin.model"


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare one extractor a format."""
    return [
        Extractor("gltf", accepts=("model/gltf-binary", "model/gltf+json"), entry=f"{_HERE}.gltf:extract"),
        Extractor("stl", accepts=("model/stl",), entry=f"{_HERE}.stl:extract"),
        Extractor("obj", accepts=("model/obj",), entry=f"{_HERE}.obj:extract"),
        Extractor("ply", accepts=("model/vnd.ply",), entry=f"{_HERE}.ply:extract"),
        Extractor("threemf", accepts=("model/3mf",), entry=f"{_HERE}.threemf:extract"),
        Extractor("step", accepts=("model/step", "application/x-ifc"), entry=f"{_HERE}.step:extract"),
    ]
