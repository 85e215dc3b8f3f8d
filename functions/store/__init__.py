"""The documents table: `items` are its values, `transitions` its legal changes, `documents` the port to it."""
