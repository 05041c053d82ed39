"""How cells and figures are named."""

type DomainKey = tuple[str, str]
"""Level and code of a domain, or of one of the finest cells."""

type FigureKey = tuple[str, str, str]
"""Measure, statistic and category of a figure."""
