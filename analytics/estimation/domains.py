"""Subgroups that we estimate for, each level a division of the respondents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Integers


@dataclass(frozen=True, slots=True)
class Partition:
    """One level of domains; a respondent belongs to one of them or to none.

    Parameters
    ----------
    level : str
        ``agency``, ``region``, ``unit``, ``unit_type`` or ``group``.
    domains : tuple of str
        Codes in the order of the frame; an empty domain keeps its place.
    parents : tuple of str
        The parent's code for each domain, "" if there is none.
    population : tuple of int or None
        Persons per domain; None where it is not known (the public).
    code : ndarray of int64, shape (n_respondents,)
        Position in ``domains``, -1 for none.
    """

    level: str
    domains: tuple[str, ...]
    parents: tuple[str, ...]
    population: tuple[int | None, ...]
    code: Integers

    @property
    def size(self) -> int:
        """Number of domains."""
        return len(self.domains)


def whole(n_respondents: int, population: int | None) -> Partition:
    """Make the level that holds everybody."""
    code = np.zeros(n_respondents, dtype=np.int64)
    return Partition("agency", ("",), ("",), (population,), code)


def staff_partitions(unit: pd.Series, frame: pd.DataFrame) -> tuple[Partition, ...]:
    """Divide staff by region, unit and unit type.

    Parameters
    ----------
    unit : Series of str, shape (n_respondents,)
        Reporting unit, or region where the unit was too small to store.
    frame : DataFrame
        One row per reporting unit: ``unit``, ``region``, ``unit_type``, ``population``.

    Returns
    -------
    tuple of Partition
        Agency, regions, units and unit types, in the order of the frame. A region's own code
        belongs to the region and to no unit or type.
    """
    units = frame.set_index("unit")
    region_of = units["region"].astype("str")
    # an agency without regions has units directly under it
    regions = tuple(one for one in pd.unique(region_of) if one)
    region = unit.map(region_of).where(unit.isin(units.index), unit)
    types = tuple(str(kind) for kind in pd.unique(units["unit_type"]))
    kind = unit.map(units["unit_type"].astype("str"))
    people = units["population"]
    above = _named("region", region, regions, people.groupby(region_of).sum())
    return (
        whole(len(unit), int(people.sum())),
        *((above,) if regions else ()),
        _named("unit", unit, tuple(units.index), people, tuple(region_of)),
        _named("unit_type", kind, types, people.groupby(units["unit_type"].astype("str")).sum()),
    )


def group_partition(name: str, value: pd.Series, categories: Sequence[str]) -> Partition:
    """Divide the public by what people told of themselves.

    Parameters
    ----------
    name : str
        For instance ``age``; domain codes become ``age:18-29``.
    value : Series of str, shape (n_respondents,)
        Category of each respondent, missing if not stated.
    categories : sequence of str
        All categories, in order.
    """
    code = pd.Index(categories).get_indexer(pd.Index(value)).astype(np.int64)
    domains = tuple(f"{name}:{category}" for category in categories)
    nothing = (None,) * len(domains)
    return Partition("group", domains, ("",) * len(domains), nothing, code)


def _named(
    level: str,
    value: pd.Series,
    domains: tuple[str, ...],
    people: pd.Series,
    parents: tuple[str, ...] | None = None,
) -> Partition:
    code = pd.Index(domains).get_indexer(pd.Index(value)).astype(np.int64)
    counts = tuple(int(people.loc[domain]) for domain in domains)
    return Partition(level, domains, parents or ("",) * len(domains), counts, code)
