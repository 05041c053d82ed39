"""Texts that no spreadsheet reckons, wherever in a CSV file it begins a cell.

Names of units and words about events come from people, and somebody will open the file in a
spreadsheet. Norwegian Excel splits a line at semicolons, also inside what a file with commas has
quoted, and begins a new row at each line break there: so what follows a semicolon, a tab or a line
break is looked at as the beginning of a cell is (OWASP, *CSV injection*).
"""

from __future__ import annotations

import functools
import re
from typing import Final

MOST_KEPT: Final = 4096  # names come again in every row
# full width signs are taken for the others in some languages
_FORMULA: Final = r"[=+\-@＝＋－＠]"
_BREAK: Final = r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]"
# blanks and quotation marks before a formula are passed over once, from the first of them on
_BEGINNING: Final = re.compile(
    rf"(?<![\s\"])(?:(?:^|(?<=;))[\s\"]*+|(?>[\s\"]*{_BREAK})[\s\"]*+)(?={_FORMULA})|^(?=[\t\r])"
)


@functools.lru_cache(MOST_KEPT)
def harmless(text: str) -> str:
    """Return a text with an apostrophe before whatever a spreadsheet would reckon.

    Good for files that are separated by commas and quoted as RFC 4180 says, whether they are read
    so or split at semicolons or tabs.
    """
    return _BEGINNING.sub(lambda found: f"{found[0]}'", text)
