"""Publications to read: a staff series of six waves and a public one of four, as content.

The content follows the publication's format; the figures are made up with a fixed seed, with units
that are hidden because they are small and units that are hidden to protect those.
"""

from tests.builders_publication.facts import MERGED_UNIT, PROTECTING_UNIT, SMALL_UNIT
from tests.builders_publication.series import public_series, staff_series
from tests.builders_publication.shelf import put_on_shelf, rows
from tests.builders_publication.words import words

__all__ = [
    "MERGED_UNIT",
    "PROTECTING_UNIT",
    "SMALL_UNIT",
    "public_series",
    "put_on_shelf",
    "rows",
    "staff_series",
    "words",
]
