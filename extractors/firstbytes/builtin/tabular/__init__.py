"""Built-in extractor."""
