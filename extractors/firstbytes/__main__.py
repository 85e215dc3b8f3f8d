"""`python -m firstbytes` is the command `firstbytes`."""

from firstbytes.cli import main

if __name__ == "__main__":
    main()
