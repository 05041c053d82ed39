"""The specification of `barometer analyse`, read and checked.

Source: design.md 5. Only the shape is checked here; whether the data has the columns and
categories is checked where they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.workbench.specification.change import read_change
from analytics.workbench.specification.design import read_design
from analytics.workbench.specification.model import (
    DisclosureSpec,
    PoststratifySpec,
    ScaleSpec,
    Specification,
    VariablesSpec,
)
from analytics.workbench.specification.values import (
    check_numbers,
    known,
    names,
    number,
    numbers,
    section_of,
    switch,
    table,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTIONS: Final = (
    "design", "poststratify", "rake", "variables", "scales", "indices", "domains", "change",
    "disclosure", "calibration",
    # read by analytics.workbench.sections.dispatch
    "drivers", "missing", "nonresponse", "comparison", "association", "small_areas", "precision",
    "planning", "quality", "trend", "mixed",
    # a table of figures instead of respondents, by analytics.workbench.sections.published.section
    "published",
)  # fmt: skip
PAIR: Final = 2
SCALE_KEYS: Final = (
    "items", "reversed", "minimum", "maximum", "min_answered", "dont_know", "favourable",
)  # fmt: skip


def read_specification(raw: Mapping[str, object]) -> Specification:
    """Read a parsed TOML file.

    Parameters
    ----------
    raw : mapping
        The sections of design.md 5, each optional.

    Raises
    ------
    SpecificationError
        If a section or key is unknown, a value has the wrong type, or an index names a scale that
        is not there.
    """
    known(raw, SECTIONS, "the specification")
    check_numbers(raw)
    scales = {
        name: _scale(name, table(value, f"scales.{name}"))
        for name, value in section_of(raw, "scales").items()
    }
    domains = section_of(raw, "domains")
    known(domains, ("by", "wave", "person"), "[domains]")
    person = text(domains, "person", "[domains]")
    wave = text(domains, "wave", "[domains]")
    if person is not None and wave is None:
        raise SpecificationError("[domains] person links people between waves: name wave as well")
    variables = _variables(section_of(raw, "variables"))
    indices = _indices(section_of(raw, "indices"), scales)
    twice = [name for name in variables.means if name in scales or name in indices]
    if twice:
        raise SpecificationError(
            f"[variables] means names {twice[0]!r}, which is also a scale or an index: their rows "
            "could not be told apart; rename the scale or index"
        )
    if "poststratify" in raw and "calibration" in raw:
        raise SpecificationError("give either [poststratify] or [calibration], not both")
    if "poststratify" in raw and "rake" in raw:
        raise SpecificationError("give either [poststratify] or [rake], not both")
    return Specification(
        design=read_design(section_of(raw, "design")),
        poststratify=_poststratify(section_of(raw, "poststratify"))
        if "poststratify" in raw
        else None,
        rake={
            name: numbers(value, f"rake.{name}") for name, value in section_of(raw, "rake").items()
        },
        variables=variables,
        scales=scales,
        indices=indices,
        by=_by(domains.get("by", [])),
        wave=wave,
        person=person,
        change=read_change(section_of(raw, "change"), person),
        disclosure=_disclosure(section_of(raw, "disclosure")) if "disclosure" in raw else None,
    )


def _poststratify(section: Mapping[str, object]) -> PoststratifySpec:
    where = "[poststratify]"
    known(section, ("by", "counts"), where)
    by, counts = names(section, "by", where), text(section, "counts", where)
    if not by or counts is None:
        raise SpecificationError("[poststratify] needs by (columns) and counts (a file)")
    return PoststratifySpec(by, counts)


def _scale(name: str, section: Mapping[str, object]) -> ScaleSpec:
    where = f"[scales.{name}]"
    known(section, SCALE_KEYS, where)
    items = names(section, "items", where)
    turned = names(section, "reversed", where)
    if not items:
        raise SpecificationError(f"{where} needs items")
    stray = [item for item in turned if item not in items]
    if stray:
        raise SpecificationError(f"{where} reverses {stray[0]}, which is none of its items")
    if "minimum" not in section or "maximum" not in section:
        raise SpecificationError(
            f"{where} needs minimum and maximum, the ends of the response scale"
        )
    minimum, maximum = number(section, "minimum", where, 0), number(section, "maximum", where, 0)
    if not minimum < maximum:
        raise SpecificationError(f"{where} minimum must be below maximum")
    share = number(section, "min_answered", where, 0.6)
    if not 0 < share <= 1:
        raise SpecificationError(f"{where} min_answered must be a share above 0 and at most 1")
    codes = _codes(section.get("dont_know", []), where)
    if any(minimum <= code <= maximum for code in codes):
        raise SpecificationError(f"{where} dont_know must lie outside minimum to maximum")
    favourable = switch(section, "favourable", where)
    return ScaleSpec(items, turned, minimum, maximum, share, codes, favourable)


def _codes(value: object, where: str) -> tuple[float, ...]:
    """Read one code or a list of them."""
    given = value if isinstance(value, list) else [value]
    return tuple(number({"dont_know": code}, "dont_know", where, 0.0) for code in given)


def _variables(section: Mapping[str, object]) -> VariablesSpec:
    where = "[variables]"
    known(section, ("means", "totals", "shares", "ratios", "balances", "ranges"), where)
    pairs = section.get("ratios", [])
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == PAIR for pair in pairs
    ):
        raise SpecificationError("[variables] ratios must be pairs: [[numerator, denominator]]")
    means = names(section, "means", where)
    return VariablesSpec(
        means=means,
        totals=names(section, "totals", where),
        shares=names(section, "shares", where),
        ratios=tuple((str(pair[0]), str(pair[1])) for pair in pairs),
        balances=names(section, "balances", where),
        ranges=_ranges(table(section.get("ranges", {}), "variables.ranges"), means),
    )


def _ranges(
    section: Mapping[str, object], means: tuple[str, ...]
) -> dict[str, tuple[float, float]]:
    """Read the ends of response scales."""
    where = "[variables] ranges"
    found = {}
    for name, value in section.items():
        if name not in means:
            raise SpecificationError(f"{where} names {name!r}, which is none of means")
        ends = value if isinstance(value, list) else []
        if len(ends) != PAIR:
            raise SpecificationError(f"{where}: {name} must have both ends: {name} = [1, 5]")
        low, high = (number({name: end}, name, where, 0.0) for end in ends)
        if not low < high:
            raise SpecificationError(f"{where}: the first end of {name} must be below the second")
        found[name] = (low, high)
    return found


def _indices(
    section: Mapping[str, object], scales: Mapping[str, ScaleSpec]
) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, value in section.items():
        where = f"indices.{name}"
        own = table(value, where)
        known(own, ("parts",), f"[{where}]")
        parts = numbers(own.get("parts", {}), f"{where}.parts")
        unknown = [part for part in parts if part not in scales]
        if unknown:
            raise SpecificationError(f"[{where}] names the scale {unknown[0]}, which is not there")
        if not parts or any(weight <= 0 for weight in parts.values()):
            raise SpecificationError(f"[{where}] needs parts with weights above zero")
        if name in scales:
            raise SpecificationError(f"{name} is both a scale and an index: rename one of them")
        total = sum(parts.values())
        found[name] = {part: weight / total for part, weight in parts.items()}
    return found


def _disclosure(section: Mapping[str, object]) -> DisclosureSpec:
    where = "[disclosure]"
    known(section, ("minimum", "hierarchy"), where)
    minimum = number(section, "minimum", where, 5)
    if minimum != int(minimum) or minimum < 3:  # noqa: PLR2004 - design.md 4: never below 3
        raise SpecificationError("[disclosure] minimum must be a whole number of at least 3")
    return DisclosureSpec(int(minimum), names(section, "hierarchy", where))


def _by(value: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        raise SpecificationError("[domains] by must be a list of columns, or of lists of columns")
    levels = []
    for entry in value:
        level = names({"by": entry}, "by", "[domains]")
        if not level:
            raise SpecificationError("[domains] by must hold names of columns")
        if level in levels:
            raise SpecificationError(f"[domains] by names {' x '.join(level)} more than once")
        levels.append(level)
    return tuple(levels)
