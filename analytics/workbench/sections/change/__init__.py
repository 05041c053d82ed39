"""Change from wave to wave in a file."""
