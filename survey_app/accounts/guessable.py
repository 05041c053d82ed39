"""Whether a password is among the first that somebody who guesses would try."""

from __future__ import annotations

from typing import Final

MOST_GUESSED: Final = 72  # signs that are looked at; nobody guesses what stands behind so many
# signs that stand for a letter. With many of them zxcvbn tries what each may stand for beside each
# other: 72 signs take seconds, and what begins so is in nobody's first million
LETTERLIKE: Final = frozenset("@([{<!|$+%")
SEVERAL, BEGINNING = 4, 16
EASY: Final = 2  # of zxcvbn's 0 to 4: below it, a million tries are enough
# its lists are English: words that passwords begin with here
OURS: Final = (
    "verdibarometer", "barometer", "passord", "velkommen", "sommer", "vinter", "haust", "norge",
    "noreg",
)  # fmt: skip


def is_guessable(password: str, *known: str) -> bool:
    """Tell whether a million tries would find a password.

    Parameters
    ----------
    password : str
    known : str
        What somebody who guesses knows of its owner: the address, the agency's name.

    References
    ----------
    Wheeler, D. L. (2016). zxcvbn: Low-Budget Password Strength Estimation. 25th USENIX Security
    Symposium, 157-173.

    Examples
    --------
    >>> is_guessable("Verdibarometer2026"), is_guessable("tre kaniner leser avis")
    (True, False)
    """
    # its lists of words are large, and most processes never see a new password
    from zxcvbn import zxcvbn  # noqa: PLC0415

    words = [word for text in (*OURS, *known) for word in (text, *text.replace("@", " ").split())]
    # in small letters: the capital that people begin with doubles the tries, and hides nothing
    many = len(LETTERLIKE.intersection(password)) > SEVERAL
    tried = password[: BEGINNING if many else MOST_GUESSED].lower()
    found = zxcvbn(tried, user_inputs=[word.lower() for word in words])
    return bool(found["score"] < EASY)
