"""Changes of a file taken apart: who stayed, who joined, who left ([change] composition)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import UnsupportedError
from analytics.workbench.file.categories import categories
from analytics.workbench.file.inputs import measured
from analytics.workbench.methods.linked_waves.composition import LinkedWave, decompose
from analytics.workbench.sections.change.overlap import overlap_of
from analytics.workbench.sections.plain_values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.methods.linked_waves.composition import Decomposition
    from analytics.workbench.specification.model import Specification

PARTS: Final = ("total", "stayers", "joiners", "leavers")
FIGURES: Final = ("difference", "se", "low", "high", "p")


def composition_rows(then: Wave, now: Wave, spec: Specification) -> list[dict[str, object]]:
    """Take the change of each index, scale and mean apart, in every domain that both waves have.

    Parameters
    ----------
    then, now : Wave
        The earlier and the later.
    spec : Specification
        Names the persons.

    Returns
    -------
    list of dict
        ``index``, ``domain``, ``from``, ``to``; ``total``, ``stayers``, ``joiners`` and
        ``leavers``, each with ``difference``, ``se``, ``low``, ``high`` and ``p``; ``joined`` and
        ``left``, the weighted shares that came and went. A person in another domain than before
        has left the one and joined the other. Null where nobody stayed.

    Raises
    ------
    UnsupportedError
        If the file is protected: the parts could give away small groups.
    FrameError
        If a person stands twice in a wave.
    """
    if spec.disclosure is not None:
        raise UnsupportedError(
            "[change] composition gives figures that [disclosure] does not protect: leave one out"
        )
    overlap = overlap_of(then, now, spec)
    links = () if overlap is None else overlap.links
    both = [measured(wave.data, spec) for wave in (then, now)]
    columns = [name for name in both[0] if name in both[1]]
    if not columns:
        return []
    # An index of one part is that part.
    figures = {**spec.indices, **{name: {name: 1.0} for name in columns}}
    values = [pd.DataFrame({name: own[name] for name in columns}) for own in both]
    rows: list[dict[str, object]] = []
    for before, after in zip(then.levels, now.levels, strict=True):
        for domain in (one for one in after.domains if one in before.domains):
            inside = _inside(before, domain), _inside(after, domain)
            one, other = _sides((then, now), inside, values, figures, spec)
            found = decompose(one, other, links, spec.design.confidence)
            head: dict[str, object] = {"domain": dict(zip(after.by, domain, strict=True))}
            head |= {"from": then.name, "to": now.name}
            rows += [_row(name, place, head, found) for place, name in enumerate(figures)]
    return rows


def _inside(level: DivisionEstimates, domain: tuple[str, ...]) -> Booleans:
    return np.asarray(level.partition.code == level.domains.index(domain), dtype=bool)


def _sides(
    waves: tuple[Wave, Wave],
    inside: tuple[Booleans, Booleans],
    values: list[pd.DataFrame],
    figures: Mapping[str, Mapping[str, float]],
    spec: Specification,
) -> list[LinkedWave]:
    persons = [categories(wave.data, str(spec.person), "[domains] person") for wave in waves]
    there = [set(own[mask].dropna()) for own, mask in zip(persons, inside, strict=True)]
    stayed = [
        own.isin(other).to_numpy(dtype=bool)
        for own, other in zip(persons, reversed(there), strict=True)
    ]
    return [
        LinkedWave(
            wave.design,
            value.to_numpy(dtype=np.float64),
            stay,
            mask,
            tuple(value.columns),
            tuple(figures.values()),
        )
        for wave, value, stay, mask in zip(waves, values, stayed, inside, strict=True)
    ]


def _row(name: str, place: int, head: dict[str, object], found: Decomposition) -> dict[str, object]:
    row: dict[str, object] = {"index": name} | head
    for part in PARTS:
        own = getattr(found, part)
        row[part] = {figure: plain(float(getattr(own, figure)[place])) for figure in FIGURES}
    return row | {
        "joined": plain(float(found.joined[place])), "left": plain(float(found.left[place])),
    }  # fmt: skip
