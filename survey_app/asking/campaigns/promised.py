"""Which sentence a wave promises: it follows from who can open the urn, and from nothing else.

The words are in ``questionnaires/messages``; every page, mail and command takes them from there.
"""

from __future__ import annotations

from typing import Literal

type PromiseKey = Literal["promise.trustees", "promise.worker", "promise.open", "promise.card"]


def promised(*, invited: bool, two_holders: bool, card: bool = False) -> PromiseKey:
    """Return the message that says what those who answer are promised.

    Parameters
    ----------
    invited : bool
        Whether somebody was invited; an open link knows nobody.
    two_holders : bool
        Whether two people hold the keys of the urn. Without them the key is with those who run the
        system while the wave is open, and whoever uses it finds out who answered what, whatever the
        browser sends (``tests/architecture/test_sealed_urns.py``).
    card : bool
        Whether somebody answers by a card that belongs to nobody.
    """
    if card:
        return "promise.card"
    if not invited:
        return "promise.open"
    return "promise.trustees" if two_holders else "promise.worker"
