"""Files made to break parsers: bombs, cycles, lies about sizes, and seeded mutations of good files."""
