"""Which tables a wave publishes: fixed by their hash before anybody answers, and kept to after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import pandas as pd

from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, Plan, plan_wave
from analytics.groups import public_categories, public_partitions
from questionnaires.arms import NEW
from questionnaires.background import SAMPLED, Background
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
    background: Background | None = None,
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
    background : Background, optional
        The groups of people outside; where it is not given, those that there are today.

    Returns
    -------
    Plan
        Its hash names it; nothing in it depends on what anybody answered.
    """
    questionnaire = in_words_of(questionnaire, NEW)
    if population == "staff":
        tree = DomainTree.staff(units)
    else:
        known = background or load_library().background
        tree = DomainTree.groups(_categories(questionnaire, known))
    rules = DisclosureRules(minimum_group=minimum_group)
    return plan_wave(questionnaire, tree, rules=rules, population=population)


def background_as_planned(
    questionnaire: Questionnaire,
    plan_hash: str,
    *,
    populations: Collection[str],
    minimum_group: int,
    shares: Collection[str] | None = None,
) -> Background:
    """Return the groups that a wave was planned with, without those that were added since.

    Parameters
    ----------
    questionnaire : Questionnaire
        As frozen.
    plan_hash : str
        What the wave was opened with.
    populations : collection of str
        The campaign's, and others that it may have been planned as.
    minimum_group : int
        k.
    shares : collection of str, optional
        The variables beside `SAMPLED` that the wave's population has shares of.

    Returns
    -------
    Background
        Today's where it was planned with them, or otherwise than by leaving out the last of them,
        or any one; then without those that it cannot have been weighted by.
    """
    today = load_library().background
    names, tried = list(today.variables), []
    known = names if shares is None else {*SAMPLED, *shares}
    fewer = [names[:count] for count in range(len(names), -1, -1)]
    for kept in (*fewer, *(names[:at] + names[at + 1 :] for at in range(len(names)))):
        found = replace(today, variables={one: today.variables[one] for one in kept})
        asked = found.asked(questionnaire)
        if asked in tried:
            continue
        tried.append(asked)
        plans = (
            plan_tables(
                questionnaire,
                units_of(()),
                population=population,
                minimum_group=minimum_group,
                background=found,
            )
            for population in populations
        )
        if any(plan.hash == plan_hash for plan in plans):
            # the hash tells the groups, and not what is weighted by
            return replace(
                found,
                variables={
                    name: replace(one, weighted=one.weighted and name in known)
                    for name, one in found.variables.items()
                },
            )
    had = {name: one for name, one in today.variables.items() if not one.weighted or name in known}
    return replace(today, variables=had)


def _categories(questionnaire: Questionnaire, background: Background) -> Mapping[str, list[str]]:
    """Return the categories of every background group that the form asks about."""
    nobody = pd.DataFrame(columns=list(questionnaire.columns), dtype="int16")
    found: dict[str, list[str]] = {}
    for part in public_partitions(
        background, questionnaire, public_categories(background, questionnaire, nobody)
    ):
        for code in part.domains:
            variable, _, category = code.partition(":")
            found.setdefault(variable, []).append(category)
    return found
