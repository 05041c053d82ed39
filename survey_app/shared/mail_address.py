"""What one e-mail address consists of, wherever somebody types one."""

from __future__ import annotations

import re
from typing import Final

LONGEST_ADDRESS: Final = 254  # characters (RFC 5321, 4.5.3.1.3, without its brackets)
# the signs by which a head of a mail names several, or another: RFC 5322, and the question marks by
# which it writes words in code (RFC 2047); for a regular expression
HEAD_SIGNS: Final = r"@?\s,;:<>()\[\]\\\""
_ONE: Final = re.compile(rf"[^{HEAD_SIGNS}]+@[^{HEAD_SIGNS}]+")


def is_one_address(text: str) -> bool:
    """Tell whether a mail to this goes to one address, which is this.

    Examples
    --------
    >>> [is_one_address(one) for one in ("a@c.no", "x:a@c.no", "a@example.org(b@c.no)")]
    [True, False, False]
    >>> is_one_address("=?utf-8?q?b?=@c.no")  # whoever reads it sees b@c.no
    False
    """
    return len(text) <= LONGEST_ADDRESS and _ONE.fullmatch(text) is not None
