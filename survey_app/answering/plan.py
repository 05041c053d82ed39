"""Which tables a wave will publish, fixed by its hash before anybody answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import pandas as pd

from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, plan_wave
from analytics.groups import public_categories, public_partitions
from questionnaires.model import Questionnaire


class FrameRow(Protocol):
    """A row of the wave's frame."""

    @property
    def level(self) -> str:
        """Agency, region, unit or county."""

    @property
    def code(self) -> str:
        """The domain's code."""

    @property
    def parent(self) -> str:
        """Code of the domain above."""

    @property
    def kind(self) -> str:
        """The type of a unit."""


def plan_hash(
    questionnaire: Questionnaire,
    frame: Sequence[FrameRow],
    *,
    population: str,
    minimum_group: int,
) -> str:
    """Return the hash of the plan of a wave (``anonymity-design.md`` 7.1).

    Parameters
    ----------
    questionnaire : Questionnaire
        As frozen.
    frame : sequence of FrameRow
        The wave's domains.
    population : str
        The campaign's.
    minimum_group : int
        k.
    """
    rules = DisclosureRules(minimum_group=minimum_group)
    if population == "staff":
        units = [(row.code, row.parent, row.kind) for row in frame if row.level == "unit"]
        tree = DomainTree.staff(pd.DataFrame(units, columns=["unit", "region", "unit_type"]))
    else:
        tree = DomainTree.groups(_categories(questionnaire))
    return plan_wave(questionnaire, tree, rules=rules, population=population).hash


def _categories(questionnaire: Questionnaire) -> Mapping[str, list[str]]:
    """Return the categories of every background group that the form asks about."""
    nobody = pd.DataFrame(columns=list(questionnaire.columns), dtype="int16")
    found: dict[str, list[str]] = {}
    for part in public_partitions(questionnaire, public_categories(questionnaire, nobody)):
        for code in part.domains:
            variable, _, category = code.partition(":")
            found.setdefault(variable, []).append(category)
    return found
