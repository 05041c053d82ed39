"""What one e-mail address consists of, wherever somebody types one."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

import idna

LONGEST_ADDRESS: Final = 254  # characters (RFC 5321, 4.5.3.1.3, without its brackets)
# the signs by which a head of a mail names several, or another: RFC 5322, and the question marks by
# which it writes words in code (RFC 2047); for a regular expression
HEAD_SIGNS: Final = r"@?\s,;:<>()\[\]\\\""
_IN_ASCII: Final = "xn--"
_ONE: Final = re.compile(rf"[^{HEAD_SIGNS}]+@[^{HEAD_SIGNS}]+")


def as_sent(address: str) -> str:
    r"""Write an address in the one way that every mail server takes its domain in.

    A domain with letters such as ø has two ways to be written, and both are one mailbox: with its
    letters, which few servers take, and in ASCII (RFC 5890). Before the @, letters with marks are
    one sign each (NFC), however a keyboard sent them. What is no domain stays as it is.

    Examples
    --------
    >>> as_sent("p@b\u00f8.no"), as_sent("p@XN--B-5GA.no"), as_sent("P@Etaten.no")
    ('p@xn--b-5ga.no', 'p@xn--b-5ga.no', 'P@Etaten.no')
    >>> as_sent("\u00c5se").isascii()
    False
    """
    written = normalize("NFC", address)
    name, at, domain = written.rpartition("@")
    if not at or (domain.isascii() and _IN_ASCII not in domain.lower()):
        return written
    try:
        return f"{name}{at}{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return written


def ways_stored(address: str) -> frozenset[str]:
    r"""Return the ways in which rows may hold an address: as it is told, in ASCII, and in letters.

    Examples
    --------
    >>> sorted(ways_stored("p@xn--b-5ga.no")) == sorted(ways_stored("p@b\u00f8.no"))
    True
    >>> ways_stored("p@etaten.no")
    frozenset({'p@etaten.no'})
    """
    sent = as_sent(address)
    name, at, domain = sent.rpartition("@")
    try:
        in_letters = f"{name}{at}{idna.decode(domain)}" if at else sent
    except idna.IDNAError:
        in_letters = sent
    return frozenset({address, sent, in_letters})


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
