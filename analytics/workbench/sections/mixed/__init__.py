"""Mixed models of an outcome over the waves of a file."""
