"""Figures: benches that compare the library with its peers. Nothing here is shipped."""
