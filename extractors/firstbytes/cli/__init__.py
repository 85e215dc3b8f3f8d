"""The `firstbytes` command."""


def main() -> None:
    """X"""
