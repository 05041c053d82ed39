"""What a wave will publish, fixed before it opens."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from analytics.disclosure.rules.display_limits import MOST_STEPS
from analytics.disclosure.rules.errors import DisclosureError
from analytics.disclosure.table.domain_tree import DomainTree
from analytics.scoring import is_exposure
from questionnaires.asked_behind import asked_behind
from questionnaires.measures import EQUAL
from questionnaires.model import PREFER_NOT_CODE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analytics.disclosure.rules.disclosure_rules import DisclosureRules
    from questionnaires.model import Item, Questionnaire
    from questionnaires.sensitivity import Sensitivity


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """One table that readers will get.

    Attributes
    ----------
    measure, kind, statistic, level : str
        As in an `EstimateTable`.
    cells : int
        Domains at that level.
    n : int
        Answers that each cell needs to be shown.
    """

    measure: str
    kind: str
    statistic: str
    level: str
    cells: int
    n: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The tables, domains and limits of a wave.

    Parameters
    ----------
    population : str
        Whom the wave asks: staff, public, open, candidates or stakeholders.
    rules : DisclosureRules
    tree : DomainTree
    indices : Mapping of str to tuple of str
        Scales of each index. A measure that is both stands here with itself.
    scales : Mapping of str to tuple of str
        Items of each scale.
    items : Mapping of str to tuple of str
        Statistics of each item, or of a measure with more than a mean.
    source : str
        Hash of the questionnaire, where there is one.
    complements_centred : bool
        Whether cells that are suppressed for others' sake have their protection level as if means
        lay in the middle of the scale, and not where they lie.
    asked_behind : Mapping of str to tuple of str
        Of staff, people on a list and stakeholders: measures that some alone are asked, with the
        questions that decide who. It follows from the questionnaire, so it is no part of the hash.
    grades : Mapping of str to float
        Points of 0-100 that an answer moves a person by, a grade higher, of items with a mean. So
        does this.
    """

    population: str
    rules: DisclosureRules
    tree: DomainTree
    indices: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, tuple[str, ...]]
    items: Mapping[str, tuple[str, ...]]
    source: str = ""
    complements_centred: bool = False
    asked_behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grades: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("indices", "scales", "items", "asked_behind"):
            ordered = {key: tuple(value) for key, value in sorted(getattr(self, name).items())}
            object.__setattr__(self, name, MappingProxyType(ordered))
        object.__setattr__(self, "grades", MappingProxyType(dict(self.grades)))

    def foresees(self, measure: str, kind: str, statistic: str) -> bool:
        """Say whether a figure stands in the plan; no other is ever shown."""
        if statistic == "mean" and kind in {"index", "scale"}:
            return measure in self.indices or measure in self.scales
        return statistic in self.items.get(measure, ())

    @property
    def tables(self) -> tuple[PlannedTable, ...]:
        """Every table with its display limit, to be shown before the wave opens."""
        figures = [(measure, "index", "mean") for measure in self.indices]
        figures += [(scale, "scale", "mean") for scale in self.scales if scale not in self.indices]
        figures += [(item, "item", stat) for item, stats in self.items.items() for stat in stats]
        levels: dict[str, int] = {}
        for level, _ in self.tree.keys:
            levels[level] = levels.get(level, 0) + 1
        return tuple(
            PlannedTable(measure, kind, statistic, level, cells, needed.n)
            for measure, kind, statistic in figures
            for level, cells in levels.items()
            if not self._of_the_whole_alone(measure, level)
            and (
                needed := self.rules.requirement(
                    population=self.population,
                    level=level,
                    kind=kind,
                    statistic=statistic,
                    measure=measure,
                    category=self._category(measure, statistic),
                )
            )
        )

    @property
    def few_scores(self) -> frozenset[str]:
        """Name scales of one item, or of so few answers that people's scores are no more than 5.

        Mean and spread of few of these leave hardly any distribution to choose from, as of an item
        on five grades.
        """
        found = {scale for scale, items in self.scales.items() if self._few(items)}
        alone = (index for index, parts in self.indices.items() if len(parts) == 1)
        return frozenset({*found, *(one for one in alone if self.indices[one][0] in found)})

    def _few(self, items: tuple[str, ...]) -> bool:
        grades = [self.grades.get(item, 0.0) for item in items]
        steps = sum(round(100.0 / grade) if grade else MOST_STEPS + 1 for grade in grades)
        return len(items) == 1 or steps <= MOST_STEPS

    def _of_the_whole_alone(self, measure: str, level: str) -> bool:
        """Tell whether a measure stands behind what happened to people, and this is no whole."""
        behind = self.asked_behind.get(measure, ())
        return level != "agency" and any(map(self.rules.is_exposure, behind))

    def _category(self, measure: str, statistic: str) -> str:
        """Say of which option a share is planned, where it is not of all of them."""
        silent = statistic == "share" and self.rules.is_exposure(measure)
        return PREFER_NOT_CODE if silent else ""

    @property
    def hash(self) -> str:
        """Content hash: the same plan, the same text, on every machine."""
        facts = {
            "population": self.population,
            "limits": self.rules.facts(),
            "domains": [[d.level, d.code, d.parent, d.unit_type] for d in self.tree.domains],
            "overlapping": sorted(self.tree.overlapping),
            # a questionnaire read back from storage has its parts in another order
            "indices": {code: sorted(parts) for code, parts in self.indices.items()},
            "scales": {code: list(items) for code, items in self.scales.items()},
            "items": {code: list(stats) for code, stats in self.items.items()},
            "source": self.source,
        }
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def plan_wave(
    questionnaire: Questionnaire,
    domains: DomainTree | pd.DataFrame | None = None,
    *,
    rules: DisclosureRules,
    population: str | None = None,
) -> Plan:
    """Plan the tables of a wave from its form, its domains and the limits.

    Parameters
    ----------
    questionnaire : Questionnaire
    domains : DomainTree or DataFrame, optional
        A staff frame with the columns unit, region, unit_type, or a tree. Without it: the whole
        alone.
    rules : DisclosureRules
    population : str, optional
        "open" for an open link; else the form's own.

    Returns
    -------
    Plan
    """
    tree = _tree(domains)
    # background is a group, never a result of its own
    measured = [item for item in questionnaire.items if item.purpose != "background"]
    is_open = questionnaire.form.kind == "open"
    population = population or ("open" if is_open else questionnaire.form.population)
    return Plan(
        population=population,
        rules=replace(
            rules,
            sensitivity=_sensitivity(questionnaire, measured),
            two_answers=_two_answers(questionnaire, measured),
        ),
        tree=tree,
        indices=_indices(questionnaire),
        scales={scale.code: scale.items for scale in questionnaire.scales},
        items={item.id: _statistics(questionnaire, item) for item in measured}
        # the ambassador balance, and the share with a view
        | {index.code: ("balance", "share") for index in questionnaire.indices},
        source=questionnaire.hash,
        asked_behind=_behind(questionnaire, measured, population),
        grades={item.id: _grade(questionnaire, item) for item in measured},
    )


def _behind(
    questionnaire: Questionnaire, measured: Iterable[Item], population: str
) -> dict[str, tuple[str, ...]]:
    """Name what stands behind a question, where figures of few are shown.

    Groups of people outside need more answers than any share. What people on a list tell about
    themselves makes no figure, and whoever knows the list knows it.
    """
    found = asked_behind(questionnaire)
    if population == "staff":
        return found
    if population in {"public", "open"}:
        return {}
    names = {item.id for item in measured}
    kept = {code: tuple(one for one in behind if one in names) for code, behind in found.items()}
    return {code: behind for code, behind in kept.items() if behind}


def _tree(domains: DomainTree | pd.DataFrame | None) -> DomainTree:
    if isinstance(domains, DomainTree):
        return domains
    return DomainTree(()) if domains is None else DomainTree.staff(domains)


def _sensitivity(questionnaire: Questionnaire, measured: Iterable[Item]) -> dict[str, Sensitivity]:
    """Say which measures need care: items, and what is made of sensitive items alone."""
    of = {item.id: questionnaire.sensitivity_of(item) for item in measured}
    made = {scale.code: scale.items for scale in questionnaire.scales}
    for code, parts in (*made.items(), *_indices(questionnaire).items()):
        if all(of.get(part) == "sensitive" for part in parts):
            of[code] = "sensitive"
    return {code: kind for code, kind in of.items() if kind}


def _two_answers(questionnaire: Questionnaire, measured: Iterable[Item]) -> frozenset[str]:
    """Name items with two answers, and what is made of one such item alone."""
    found = {item.id for item in measured if len(questionnaire.option_set(item).values) == 2}  # noqa: PLR2004
    made = {scale.code: scale.items for scale in questionnaire.scales}
    for code, parts in (*made.items(), *_indices(questionnaire).items()):
        if len(parts) == 1 and parts[0] in found:
            found.add(code)
    return frozenset(found)


def _indices(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    weighted = {index.code: tuple(index.weights) for index in questionnaire.indices}
    # the version with equal weights that stands beside an index whose weights are a judgement
    equal = {
        f"{i.code}{EQUAL}": tuple(i.equal_parts) for i in questionnaire.indices if i.equal_parts
    }
    return weighted | equal


def plan_crossed_tables(
    tree: DomainTree,
    *,
    rules: DisclosureRules,
    scales: Mapping[str, Iterable[str]],
    indices: Mapping[str, Iterable[str]],
    population: str = "staff",
    complements_centred: bool = False,
) -> Plan:
    """Plan tables for a file that has no questionnaire.

    Raises
    ------
    DisclosureError
        If an index is made of a scale that is not there.
    """
    own_scales = {code: tuple(items) for code, items in scales.items()}
    own_indices = {code: tuple(parts) for code, parts in indices.items()}
    strange = [part for parts in own_indices.values() for part in parts if part not in own_scales]
    if strange:
        raise DisclosureError(
            f"an index is made of {strange[0]!r}, which is no scale: add it to scales"
        )
    items = {item: ("mean", "share") for names in own_scales.values() for item in names}
    return Plan(
        population,
        rules,
        tree,
        own_indices,
        own_scales,
        items,
        complements_centred=complements_centred,
    )


def _grade(questionnaire: Questionnaire, item: Item) -> float:
    """Say how many points the widest step between two answers is; 0 where there is none."""
    values = sorted(questionnaire.option_set(item).values)
    widest = max((later - one for one, later in pairwise(values)), default=0)
    return 100.0 * widest / (values[-1] - values[0]) if widest else 0.0


def _statistics(questionnaire: Questionnaire, item: Item) -> tuple[str, ...]:
    if is_exposure(questionnaire, item):
        return ("prevalence", "share")
    options = questionnaire.option_set(item)
    if options.kind == "choice" or item.presentation == "checkbox":
        return ("share",)
    # 0-10 items have a balance of high and low answers beside their mean
    return ("mean", "share", "balance") if len(options.values) > 5 else ("mean", "share")  # noqa: PLR2004
