"""Groups of people outside that other words made: where their series are broken.

Who says to have had contact with the agency is named by the question. Asked in other words, the
group of the same name is other people, whatever a measure asks of them (docs/adr/0221).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from questionnaires.identity import breaks_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from survey_app.publications.breaks import Asked

GROUP: Final = "group"
# of a point of a series: the measure is the same, and the people it is of are not
REGROUPED: Final = "regrouped"


def variable_of(domain: str) -> str:
    """Give the variable that a group is one of: ``contact`` of ``contact:yes``."""
    return domain.partition(":")[0]


def regrouped_rows(groups: Mapping[str, Asked], shown: Collection[str]) -> list[dict[str, Any]]:
    """Say of each variable where its groups became other people.

    Parameters
    ----------
    groups : mapping of str to Asked
        By wave, oldest first, what stood behind each variable (`AskedSeries.groups`); the last is
        the publication's own.
    shown : collection of str
        The variables that the publication has groups of.

    Returns
    -------
    list of dict
        ``variable``; ``before`` and ``since``, the waves on either side; ``waves`` before it that
        the publication's own is not compared with.
    """
    rows = []
    for variable in sorted(shown):
        # a wave that asked something else has no such groups; of one of which nothing is known,
        # they are not known either
        series = [
            (key, own.get(variable)) for key, own in groups.items() if variable in own or not own
        ]
        rows += [
            {
                "variable": variable,
                "before": one.before,
                "since": one.since,
                "waves": list(one.waves),
            }
            for one in breaks_in(series)
        ]
    return rows


def unlike_waves(head: Mapping[str, Any], level: str, domain: str) -> frozenset[str]:
    """Name the earlier waves in which a group of a publication was other people."""
    if level != GROUP:
        return frozenset()
    rows = head.get(REGROUPED, ())
    variable = variable_of(domain)
    return frozenset(w for row in rows if row["variable"] == variable for w in row["waves"])


def told_apart(numbers: Sequence[int], points: Sequence[tuple[str, frozenset[str]]]) -> list[int]:
    """Let figures of other people have other numbers, beside those of other words.

    Parameters
    ----------
    numbers : sequence of int
        Of each point of a series, oldest first (`survey_app.publications.breaks.wordings`).
    points : sequence of (str, frozenset of str)
        Of each its wave, and those in which the group was other people.

    Returns
    -------
    list of int
        Points are comparable where the numbers are the same.
    """
    if not any(unlike for _, unlike in points):
        return [*numbers]
    ways: list[tuple[int, list[frozenset[str]]]] = []
    places: list[int] = []
    # from the newest back: each says which of those before it are not as it is
    for number, (wave, unlike) in zip(reversed(numbers), reversed(points), strict=True):
        fits = (
            at
            for at, (own, members) in enumerate(ways)
            if own == number and not any(wave in one for one in members)
        )
        at = next(fits, len(ways))
        if at == len(ways):
            ways.append((number, []))
        ways[at][1].append(unlike)
        places.append(at)
    given: dict[int, int] = {}
    return [given.setdefault(at, len(given)) for at in reversed(places)]
