"""Drivers: what goes with an outcome, how surely, and where the order means nothing."""
