"""Onto the shelf: stored with its manifest, and made again to verify it."""
