"""Primary suppression: what is too small to be shown by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.rules.display_limits import (
    EQUAL_ANSWERS,
    EXPOSURE_BANDS,
    PUBLIC_GROUP_EFFECTIVE,
)
from analytics.disclosure.suppression.dominance import dominated_distributions
from analytics.disclosure.suppression.told_by_base import told_by_base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.network import CellNetwork
    from analytics.disclosure.table.plan import Plan

_RULED_BY: Final = ["level", "kind", "statistic", "measure", "category"]
_EXACT: Final = 1e-9  # a mean this close to an end of its scale is the end


def suppress_primary(
    frame: pd.DataFrame, grid: Grid, plan: Plan, networks: Sequence[CellNetwork]
) -> Booleans:
    """Decide which figures of which cells are too small to be shown.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`.
    grid : Grid
        The same rows laid out.
    plan : Plan
    networks : sequence of CellNetwork
        ``plan.tree.networks()``.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)
        True where suppressed, also where there is nothing to show.

    Notes
    -----
    anonymity-design.md 7.2: below the display limit of its kind; a complement of 1 to k - 1 within
    a published parent; all answers equal below 50; a distribution that is mostly one small group's.
    What no rule names is suppressed.
    """
    rows = below_limit(frame, plan) | _all_equal(frame)
    hidden = grid.from_rows(rows, absent=True)
    hidden |= dominated_distributions(frame, grid, plan, hidden)
    # n of an index is that of its smallest part and does not add up; its parts decide
    adds_up = ~grid.figures["measure"].isin(composed(plan)).to_numpy(dtype=bool)
    for network in networks:
        too_few, unclear = _complements(hidden, grid, network, plan.rules.minimum_group)
        hidden |= (too_few | unclear) & adds_up
    if plan.population in {"public", "open"}:
        # a group's figure stands beside the whole, or not at all
        whole = plan.tree.keys.index(("agency", ""))
        hidden |= hidden[whole]
    return hidden


def below_limit(frame: pd.DataFrame, plan: Plan) -> Booleans:
    """Find the rows with too few answers or people for their kind of result.

    With them those that would tell how many gave an answer to another question (`told_by_base`).
    Only these may have the status of primary suppression. That all answered alike would follow from
    a status of its own, or from this one beside a number of people that says otherwise.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`.
    plan : Plan

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        True too where no rule names the result.
    """
    kinds = pd.MultiIndex.from_frame(frame[_RULED_BY])
    codes, unique = pd.factorize(kinds)
    needed = np.array(
        [_needed(plan, dict(zip(_RULED_BY, key, strict=True))) for key in unique], dtype=np.float64
    ).reshape(-1, 3)[codes]
    population = frame["population"].to_numpy(dtype=np.float64, na_value=np.nan)
    effective = _effective(frame, plan)
    enough = frame["n"].to_numpy() >= needed[:, 0]
    # a count that is needed and missing compares as False: hidden
    enough &= (needed[:, 1] == 0) | (population >= needed[:, 1])
    enough &= (needed[:, 2] == 0) | (effective >= needed[:, 2])
    # the lowest band must fit one person and nobody alike, or which of them it is follows
    exposure = (frame["statistic"] == "prevalence").to_numpy()
    enough &= ~exposure | (frame["n"].to_numpy() * EXPOSURE_BANDS[1][1] > 1)
    return ~enough | frame["mean"].isna().to_numpy() | told_by_base(frame, plan)


def _effective(frame: pd.DataFrame, plan: Plan) -> Floats:
    """Return n_eff as the limits ask for it.

    The headline limit of instruments.md 4.6 is about the wave as a whole: a scale with a filtered
    base (who has used a channel) is a subgroup of it and meets the subgroups' limit instead.
    """
    effective = frame["n_eff"].to_numpy(dtype=np.float64)
    if plan.population != "public":
        return effective
    whole = (frame["level"] == "agency").to_numpy()
    means = whole & (frame["statistic"] == "mean").to_numpy()
    headline = np.nanmax(effective[means], initial=0.0)
    subgroup = whole & (effective >= PUBLIC_GROUP_EFFECTIVE)
    return np.where(subgroup, np.fmax(effective, headline), effective)


def _needed(plan: Plan, key: dict[str, str]) -> tuple[float, float, float]:
    never = (np.inf, 0.0, 0.0)
    if not plan.foresees(key["measure"], key["kind"], key["statistic"]):
        return never
    rule = plan.rules.requirement(population=plan.population, **key)
    return never if rule is None else (rule.n, rule.population, rule.n_eff)


def _all_equal(frame: pd.DataFrame) -> Booleans:
    """Find groups below 50 where everybody answered the same.

    A share of 1 says so; a share of 0 says only what nobody chose among several answers. A band of
    exposure does not: hiding nobody's would leave one person alone in the lowest band.
    """
    mean = frame["mean"].to_numpy(dtype=np.float64)
    statistic = frame["statistic"].to_numpy(dtype=object)
    top = np.where(statistic == "mean", 100.0, 1.0)
    bottom = (statistic == "mean") & (mean <= _EXACT)
    equal = frame["all_equal"].to_numpy(dtype=bool) | (mean >= top - _EXACT) | bottom
    equal &= statistic != "prevalence"
    return np.asarray(equal & (frame["n"].to_numpy() < EQUAL_ANSWERS), dtype=bool)


def composed(plan: Plan) -> frozenset[str]:
    """Name the indices that are made of scales other than themselves."""
    return frozenset(index for index, parts in plan.indices.items() if index not in parts)


def _complements(
    hidden: Booleans, grid: Grid, network: CellNetwork, k: int
) -> tuple[Booleans, Booleans]:
    """Find cells whose complement has 1 to k - 1 respondents, and relations that do not add up."""
    respondents = network.counts @ grid.n
    too_few = np.zeros_like(hidden)
    unclear = np.zeros_like(hidden)
    for relation in network.relations:
        parent = network.cell[relation.parent]
        children = relation.children[network.cell[relation.children] >= 0]
        cells = network.cell[children]
        complement = respondents[relation.parent] - respondents[children]
        too_few[cells] |= ~hidden[parent] & (complement >= 1) & (complement < k)
        # more in the children than in the parent, or fewer without a remainder to explain it
        unclear[cells] |= (respondents[relation.children] < 0).any(axis=0)
        if network.protected[relation.children].all():
            total = respondents[relation.children].sum(axis=0)
            unclear[parent] |= np.abs(total - respondents[relation.parent]) > _EXACT
    return too_few, unclear
