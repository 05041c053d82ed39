"""The address that an account is known by: written in one way, and like nobody else's."""

from __future__ import annotations

from typing import Final
from unicodedata import category, combining, name, normalize

from survey_app.shared.unseen import has_unseen

_LATIN: Final = {"LATIN"}
# Latin Extended-B and on: what is no letter with a mark there is of phonetics or other continents
_RARE: Final = "\u0180"


def known_as(email: str) -> str:
    r"""Write an address as it is stored and looked for.

    Letters with marks are one sign each (NFC): some keyboards send two, which look the same.

    Examples
    --------
    >>> known_as(" Ga\u030ard@Example.org ") == "g\u00e5rd@example.org"
    True
    """
    return normalize("NFC", email.strip().lower())


def mailbox_of(address: str) -> str:
    """Return the address without what its owner may add to it: mail to both lies in one mailbox.

    Examples
    --------
    >>> mailbox_of("somebody+2@example.org")
    'somebody@example.org'
    """
    name, _, host = address.partition("@")
    return f"{name.partition('+')[0]}@{host}"


def ways_written(email: str) -> frozenset[str]:
    r"""List how an address may stand in rows: as `known_as` writes it, and as it came before that.

    Examples
    --------
    >>> sorted(map(len, ways_written("G\u00e5rd@example.org")))
    [16, 17]
    """
    known = known_as(email)
    return frozenset({known, normalize("NFD", known), email.strip().lower()})


def looks_like_another(address: str) -> bool:
    r"""Tell whether an address can be taken for another one by whoever reads it.

    Parameters
    ----------
    address : str
        From `known_as`.

    Returns
    -------
    bool
        True with a sign that nobody sees, with one that Unicode calls another form of others (wide
        letters, ligatures), with letters of two scripts, with marks on Latin letters that no letter
        has, and with Latin letters that no language of Europe writes, or that share their capital
        with another (docs/adr/0199).

    Examples
    --------
    >>> [looks_like_another(one) for one in ("hr@post.no", "\uff48r@post.no", "h\u0433@post.no")]
    [False, True, True]
    >>> [looks_like_another(f"{one}@post.no") for one in ("\u0219tefan", "\u0131da", "\u0261ro")]
    [False, True, True]
    """
    # the first word of a letter's name is its script
    scripts = {name(sign, "?").split()[0] for sign in address if category(sign).startswith("L")}
    latin = scripts <= _LATIN and not all(map(_is_plain, address))
    other = normalize("NFKC", address) != address
    return has_unseen(address) or other or latin or len(scripts) > 1


def _is_plain(sign: str) -> bool:
    """Tell whether a sign of a Latin address is one that people know apart from all others."""
    base = normalize("NFD", sign)[0]
    capital = base.upper()
    own = len(capital) > 1 or capital.lower() == base
    return own and not combining(sign) and base < _RARE
