"""A wave in the field: what has come by day, where it may end, and what did not arrive."""
