"""Linear mixed models of answers over waves: persons, units, and units' own waves as random."""
