"""How cells and figures are named."""

type Key = tuple[str, str]
"""Level and code: of a cell, and of the atom that is a cell by itself."""

type Name = tuple[str, str, str]
"""Measure, statistic and category of a figure."""
