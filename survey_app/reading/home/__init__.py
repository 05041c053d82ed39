"""The first page for each role."""
