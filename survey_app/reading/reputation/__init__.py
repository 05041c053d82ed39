"""What the public thinks."""
