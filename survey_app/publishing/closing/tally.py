"""Links used, credentials replaced, ballots found, receipts: what must fit together at closing.

A ballot comes from a used link, so more ballots than links is an alarm. Fewer is none: whoever got
a credential may have lost it before sending.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

MORE_BALLOTS: Final = "more ballots than used links"
MORE_RECEIPTS: Final = "more receipts than ballots"
COPIED: Final = "the same sealed ballot more than once"
EXCHANGED: Final = "what lay ready for the key holders was changed"
OTHER_KEYS: Final = "what ballots are sealed to was changed"
OTHER_HOLDERS: Final = "key holders had other keys than ballots are sealed to"
MORE_IN_A_GROUP: Final = "more ballots than used links in a key group"


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted in one wave.

    Parameters
    ----------
    links : mapping of str to int
        Used links by key group; ``""`` is the one group of the public.
    ballots : mapping of str to int
        Ballots that could be read, by key group.
    refused : int
        Rows of the urn that were no ballots of this wave.
    replaced : int
        Links that were replaced while the wave was open: each may have given two credentials.
    receipts : int
        Credentials that a ballot was handed in with.
    copied : int
        Of the rows refused, those that were there before. Whoever puts one person's ballot in many
        times reads it off the published means.
    exchanged : bool
        Whether what lay ready for the key holders was changed in the database.
    other_keys : bool
        Whether what ballots are sealed to was changed there. None was sealed while it was.
    other_holders : bool
        Whether the key holders had other keys than it there. Ballots may have been read.
    """

    links: Mapping[str, int]
    ballots: Mapping[str, int]
    refused: int = 0
    replaced: int = 0
    receipts: int = 0
    copied: int = 0
    exchanged: bool = False
    other_keys: bool = False
    other_holders: bool = False

    @property
    def used(self) -> int:
        """Links used, which is credentials issued: each link gives one, or one plain answer."""
        return sum(self.links.values())

    @property
    def found(self) -> int:
        """Rows that lay in the urn."""
        return sum(self.ballots.values()) + self.refused

    @property
    def unused(self) -> int:
        """Credentials that no ballot came with."""
        return max(0, self.used + self.replaced - self.found)

    @property
    def alarms(self) -> tuple[str, ...]:
        """What cannot be, if everybody kept to the rules."""
        spare = Counter(self.ballots)
        spare.subtract(self.links)
        in_groups = sum(more for more in spare.values() if more > 0)
        checks = (
            (MORE_BALLOTS, self.found > self.used + self.replaced),
            (MORE_IN_A_GROUP, in_groups > self.replaced),
            (MORE_RECEIPTS, self.receipts > self.found),
            (COPIED, self.copied > 0),
            (EXCHANGED, self.exchanged),
            (OTHER_KEYS, self.other_keys),
            (OTHER_HOLDERS, self.other_holders),
        )
        return tuple(name for name, wrong in checks if wrong)

    @property
    def alarms_without_links(self) -> tuple[str, ...]:
        """What cannot be where nobody was invited: there is no link to count ballots against."""
        return (OTHER_KEYS,) if self.other_keys else ()


def told_cards(
    used: Mapping[str, int],
    people: Mapping[str, int],
    links: Mapping[str, int],
    *,
    minimum_group: int,
) -> dict[str, int]:
    """Return how many cards were used in the key groups where that tells of no small group.

    Parameters
    ----------
    used : mapping of str to int
        Used cards by key group.
    people : mapping of str to int
        Whom cards were for.
    links : mapping of str to int
        Used links and cards together, as in `Tally`.
    minimum_group : int
        k: of those who used a card, of those who used none, and of those who used a link.
    """
    return {
        group: n
        for group, n in sorted(used.items())
        if min(n, people[group] - n, links[group] - n) >= minimum_group
    }


def fill_receipts(
    receipts: Iterable[str], ballots: int, *, chance: Callable[[], str]
) -> Sequence[str]:
    """Return one receipt for each ballot, sorted.

    An answer by the plain form has none. A random number stands for it, which nothing tells from
    the others: else the length of the list would tell how many answered without script, a count
    that may be one.

    Parameters
    ----------
    receipts : iterable of str
        Those of credentials, 64 hexadecimal digits each.
    ballots : int
        Rows that lay in the urn.
    chance : callable
        Gives 64 hexadecimal digits at random.
    """
    known = list(receipts)
    return sorted([*known, *(chance() for _ in range(ballots - len(known)))])
