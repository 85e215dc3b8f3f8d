"""The built-in extractors: plugins like any other, importing only the public API of firstbytes."""
