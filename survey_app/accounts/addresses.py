"""The address that an account is known by: written in one way, and like nobody else's."""

from __future__ import annotations

from typing import Final
from unicodedata import category, combining, name, normalize

from survey_app.shared.unseen import has_unseen

_LATIN: Final = {"LATIN"}


def known_as(email: str) -> str:
    r"""Write an address as it is stored and looked for.

    Letters with marks are one sign each (NFC): some keyboards send two, which look the same.

    Examples
    --------
    >>> known_as(" Ga\u030ard@Example.org ") == "g\u00e5rd@example.org"
    True
    """
    return normalize("NFC", email.strip().lower())


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
        letters, ligatures), with letters of two scripts, and with marks on Latin letters that no
        letter has.

    Examples
    --------
    >>> [looks_like_another(one) for one in ("hr@post.no", "\uff48r@post.no", "h\u0433@post.no")]
    [False, True, True]
    """
    # the first word of a letter's name is its script
    scripts = {name(sign, "?").split()[0] for sign in address if category(sign).startswith("L")}
    marked = scripts <= _LATIN and any(combining(sign) for sign in address)
    other = normalize("NFKC", address) != address
    return has_unseen(address) or other or marked or len(scripts) > 1
