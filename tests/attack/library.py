"""What stands on the shelf after some waves, with the judge's truth beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.weighting.poststratify import unit_weights
from tests.attack.shelf import Content, Library, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.attack.waves import Released


def library_of(released: Iterable[Released], k: int, *more: Content) -> Library:
    """Lay publications out wave by wave, versions of one wave together, oldest first.

    Parameters
    ----------
    released : iterable of Released
    k : int
    *more : Content
        Contents to lay beside those of their wave: what a leak would have published.
    """
    waves: dict[str, list[Released]] = {}
    for one in released:
        waves.setdefault(one.key, []).append(one)
    return Library(tuple(_wave(versions, more) for versions in waves.values()), k)


def _wave(
    versions: Sequence[Released], more: Sequence[Content]
) -> tuple[tuple[Content, ...], Truth]:
    data = versions[0].inputs.data
    assert data.domains is not None
    weight = {number: _weights(one) for number, one in enumerate(versions)}
    contents = [one.content for one in versions]
    for content in more:
        if content["wave"]["key"] == data.key:
            weight[len(contents)] = weight[len(versions) - 1]
            contents.append(dict(content))
    return tuple(contents), Truth(data.domains, data.answers, weight)


def _weights(one: Released) -> dict[str, float]:
    data = one.inputs.data
    assert data.domains is not None
    made = unit_weights(data.domains, data.frame)
    return made.weight.groupby(data.domains).first().to_dict()
