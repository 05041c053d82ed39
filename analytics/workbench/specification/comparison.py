"""The [comparison] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.workbench.methods.comparison.pairs import ADJUSTMENTS
from analytics.workbench.methods.comparison.rank_scores import RANK_SCORES
from analytics.workbench.specification.values import known, names, numbers, switch, table

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTION: Final = "[comparison]"
KEYS: Final = (
    "by", "margin", "pairs", "adjust", "equality", "contrasts", "rank_tests", "model_based",
)  # fmt: skip
BALANCED: Final = 1e-9  # of the largest weight of a contrast


@dataclass(frozen=True, slots=True)
class ComparisonSpec:
    """Which domains are compared, and what difference matters.

    ``by`` is one of the levels of [domains] by; ``margin`` that of [change] where it is None.
    ``equality`` tests that all domains have one mean, ``contrasts`` weights of domains by name,
    ``rank_tests`` names rank scores; ``model_based`` adds tests of rows that count once.
    """

    by: tuple[str, ...]
    margin: float | None = None
    pairs: bool = False
    adjust: str = "holm"
    equality: bool = False
    contrasts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    rank_tests: tuple[str, ...] = ()
    model_based: bool = False


def read_comparison(section: Mapping[str, object]) -> ComparisonSpec:
    """Read the section.

    Raises
    ------
    SpecificationError
        If a key is unknown or has a value that it cannot have.
    """
    known(section, KEYS, SECTION)
    by = section.get("by")
    levels = [by] if isinstance(by, str) else by
    if not isinstance(levels, list) or not levels or not all(isinstance(n, str) for n in levels):
        raise SpecificationError(f"{SECTION} by must name a level of [domains] by")
    margin = section.get("margin")
    if margin is not None and (
        isinstance(margin, bool) or not isinstance(margin, int | float) or not margin > 0
    ):
        raise SpecificationError(f"{SECTION} margin must be a number above zero")
    adjust = section.get("adjust", "holm")
    if not isinstance(adjust, str) or adjust not in ADJUSTMENTS:
        raise SpecificationError(f"{SECTION} adjust must be one of {', '.join(ADJUSTMENTS)}")
    return ComparisonSpec(
        by=tuple(levels),
        margin=None if margin is None else float(margin),
        pairs=switch(section, "pairs", SECTION),
        adjust=adjust,
        equality=switch(section, "equality", SECTION),
        contrasts=_contrasts(section.get("contrasts", {})),
        rank_tests=_rank_tests(section),
        model_based=switch(section, "model_based", SECTION),
    )


def _contrasts(value: object) -> dict[str, dict[str, float]]:
    where = "comparison.contrasts"
    found = {}
    for name, weights in table(value, where).items():
        own = numbers(weights, f"{where}.{name}")
        largest = max(map(abs, own.values()), default=0.0)
        if not largest or abs(sum(own.values())) > BALANCED * largest:
            raise SpecificationError(
                f"[{where}.{name}] must weight at least two domains, and the weights must add up "
                "to 0: north = 1, south = -1"
            )
        found[name] = own
    return found


def _rank_tests(section: Mapping[str, object]) -> tuple[str, ...]:
    value = section.get("rank_tests", [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise SpecificationError(f"{SECTION} rank_tests must list some of {', '.join(RANK_SCORES)}")
    strange = [one for one in listed if one not in RANK_SCORES]
    if strange:
        raise SpecificationError(
            f"{SECTION} rank_tests does not know {strange[0]!r}: choose {', '.join(RANK_SCORES)}"
        )
    return names({"rank_tests": listed}, "rank_tests", SECTION)
