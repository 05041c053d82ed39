"""The strategy and what measures it."""
