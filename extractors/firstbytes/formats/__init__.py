"""Bounded readers of container formats, for sniffing rules and extractors alike. Public API.

Each takes a `ByteSource` or bytes, trusts no length or count that it reads, and raises `Corrupt` when the structure
is broken.
"""
