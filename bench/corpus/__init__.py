"""The media type corpus: files whose type somebody else vouches for.

`python -m bench.corpus build` assembles it in `.corpus/` (never committed):

    sources/*      each yields `Candidate`s: a file, its media type and who says so
    fetch          public packages (Debian sources, sdists, wheels) into `.corpus/cache`
    types          one name a type (`equivalent.tsv`), its family and its ancestors (`ancestors.tsv`)
    select         one copy of each content, at most 25 files a type, the split, `manifest.tsv`

What it needs, none of it for the library: the Python packages of `bench/corpus/requirements.txt`; Debian's `cpio`,
`ffmpeg`, `gcab`, `genisoimage`, `ghostscript`, `imagemagick`, `libreoffice`, `lz4`, `lzip`, `p7zip-full`, `zip` and
`zstd`; PyPI and Debian in reach. What is missing is told, and its files are left out. A first run takes about four
minutes and fetches about 400 MB; later runs take seconds.

Truth is what the tool was asked to make, what the file's owner takes it for, or what a person wrote beside a
literal in this package. It is never the answer of a sniffer: neither ours nor a peer's.
"""
