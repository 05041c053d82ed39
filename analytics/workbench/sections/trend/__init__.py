"""How a figure moves over the waves of a file."""
