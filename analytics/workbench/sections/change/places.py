"""The divisions of a file as places: which lie inside which, and how much of each was heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.courses.findings import WHOLE, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.specification.model import Specification

type By = tuple[str, ...]
_UNIT: Final = "unit"
_REGION: Final = "region"


@dataclass(frozen=True, slots=True)
class Divisions:
    """What each division that was asked for is called by `analytics.courses.findings`.

    ``inside`` are the finest division that lies inside another, and that other, if there is one.
    """

    names: Mapping[By, str]
    inside: tuple[By, By] | None


def divisions(waves: Sequence[Wave], spec: Specification) -> Divisions:
    """Find which division nests in which: units beside regions, all others beside the whole.

    Parameters
    ----------
    waves : sequence of Wave
    spec : Specification
        Of two divisions that hold the units, that of [disclosure] hierarchy goes before.
    """
    asked = list(dict.fromkeys(spec.by))
    hierarchy = spec.disclosure.hierarchy if spec.disclosure else ()
    nested = [
        (inner, outer)
        for inner in asked
        for outer in asked
        if inner != outer and all(_lies_in(wave, inner, outer) for wave in waves)
    ]
    inside = max(
        nested,
        key=lambda pair: (_size(waves, pair[0]), pair[1][0] in hierarchy, _size(waves, pair[1])),
        default=None,
    )
    names = {(): WHOLE} | {by: f"division {number}" for number, by in enumerate(asked)}
    if inside is not None:
        names |= {inside[0]: _UNIT, inside[1]: _REGION}
    return Divisions(names, inside)


def code_of(domain: Sequence[str]) -> str:
    """Name a place so that no two of a division share a name."""
    return "\n".join(domain)


def places(wave: Wave, found: Divisions) -> dict[tuple[str, str], Place]:
    """Say of each place what holds it, and how many people stand behind it.

    People are counted by their weights: of them only shares are used.
    """
    parents = _parents(wave, *found.inside) if found.inside else {}
    told = {}
    for level in wave.levels:
        if level.by not in found.names:
            continue
        name, code = found.names[level.by], level.partition.code
        known = code >= 0
        weight = (wave.design.weight * wave.design.repeated)[known]
        people = np.bincount(code[known], weight, len(level.domains))
        for domain, number in zip(level.domains, people.tolist(), strict=True):
            parent = parents.get(domain, "") if name == _UNIT else ""
            told[name, code_of(domain)] = Place(parent, number)
    return told


def heard(wave: Wave, level: DivisionEstimates) -> Floats:
    """Give the share of each place that the finite population correction of its error knows.

    Returns
    -------
    ndarray of float, shape (n_domains,)
        Its rows over what they were drawn from at the first stage; 0 without correction.
    """
    stage, code = wave.design.stages[0], level.partition.code
    fraction = stage.fraction[stage.stratum[stage.cluster]]
    known = code >= 0
    size, each = len(level.domains), wave.design.repeated[known]
    with np.errstate(divide="ignore"):
        drawn_from = np.bincount(code[known], each / fraction[known], size)
    rows = np.bincount(code[known], each, size)
    return np.asarray(rows / np.maximum(drawn_from, 1.0), dtype=np.float64)


def _level(wave: Wave, by: By) -> DivisionEstimates:
    return next(level for level in wave.levels if level.by == by)


def _size(waves: Sequence[Wave], by: By) -> int:
    return max(len(_level(wave, by).domains) for wave in waves)


def _pairs(wave: Wave, inner: By, outer: By) -> np.ndarray:
    """List which place of one division meets which of another, shape (n_pairs, 2)."""
    own, other = (_level(wave, by).partition.code for by in (inner, outer))
    pairs = np.unique(np.column_stack([own, other]), axis=0)
    return np.asarray(pairs[pairs[:, 0] >= 0])


def _lies_in(wave: Wave, inner: By, outer: By) -> bool:
    pairs = _pairs(wave, inner, outer)
    places_ = len(_level(wave, inner).domains)
    return (
        len(pairs) == places_
        and bool((pairs[:, 1] >= 0).all())
        and places_ > len(np.unique(pairs[:, 1]))
    )


def _parents(wave: Wave, inner: By, outer: By) -> dict[tuple[str, ...], str]:
    own, other = _level(wave, inner).domains, _level(wave, outer).domains
    return {own[a]: code_of(other[b]) for a, b in _pairs(wave, inner, outer).tolist()}
