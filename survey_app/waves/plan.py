"""Which tables a wave publishes: fixed by their hash before anybody answers, and kept to after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import pandas as pd

from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, Plan, plan_wave
from analytics.groups import public_categories, public_partitions
from questionnaires.arms import NEW
from questionnaires.halves import in_words_of
from questionnaires.loader import load_library
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


def units_of(frame: Sequence[FrameRow]) -> pd.DataFrame:
    """Return the reporting units of a frame, with the columns unit, region and unit_type."""
    units = [(row.code, row.parent, row.kind) for row in frame if row.level == "unit"]
    return pd.DataFrame(units, columns=["unit", "region", "unit_type"])


def plan_tables(
    questionnaire: Questionnaire,
    units: pd.DataFrame,
    *,
    population: str,
    minimum_group: int,
) -> Plan:
    """Plan the tables of a wave (``anonymity-design.md`` 7.1).

    Parameters
    ----------
    questionnaire : Questionnaire
        As frozen; of one with two wordings the new one is published.
    units : DataFrame
        Of a staff wave: unit, region, unit_type; one row per reporting unit.
    population : str
        The campaign's.
    minimum_group : int
        k.

    Returns
    -------
    Plan
        Its hash names it; nothing in it depends on what anybody answered.
    """
    questionnaire = in_words_of(questionnaire, NEW)
    if population == "staff":
        tree = DomainTree.staff(units)
    else:
        tree = DomainTree.groups(_categories(questionnaire))
    rules = DisclosureRules(minimum_group=minimum_group)
    return plan_wave(questionnaire, tree, rules=rules, population=population)


def _categories(questionnaire: Questionnaire) -> Mapping[str, list[str]]:
    """Return the categories of every background group that the form asks about."""
    background = load_library().background
    nobody = pd.DataFrame(columns=list(questionnaire.columns), dtype="int16")
    found: dict[str, list[str]] = {}
    for part in public_partitions(
        background, questionnaire, public_categories(background, questionnaire, nobody)
    ):
        for code in part.domains:
            variable, _, category = code.partition(":")
            found.setdefault(variable, []).append(category)
    return found
