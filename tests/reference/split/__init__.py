"""Waves of a split form: whether figures of modules hit the truth, and intervals hold it."""
