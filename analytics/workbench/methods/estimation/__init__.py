"""Quantiles, other intervals for shares, and errors by replicate weights."""
