"""The output: digits, rounding bases, changes and shrunken means that are shown."""
