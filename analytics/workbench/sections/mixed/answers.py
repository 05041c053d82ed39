"""The rows that a mixed model is fitted to: answers, waves, units, persons, and what was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import FrameError, SpecificationError
from analytics.workbench.file.categories import categories, natural_order
from analytics.workbench.file.columns import counted, need
from analytics.workbench.file.inputs import measured
from analytics.workbench.specification.mixed import WHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats, Integers
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.specification.mixed import MixedSpec
    from analytics.workbench.specification.model import Specification

EVEN: Final = 1e-9
LEFT_OUT: Final = "{where} {rows} without {what}: left out of the model"
NO_STRATA: Final = (
    "{where} strata are not used in the errors: clusters lie in several of them, or one has a "
    "single cluster"
)
NOT_NESTED: Final = (
    "{where} the column of clusters is not used in the errors: some {finest}s lie in several of "
    "them, and errors are those of {finest}s"
)
MOVED: Final = (
    "{where} {persons} answered in several {by}s: errors take {by}s as independent of each other, "
    "and where many moved between them they may be too large or too small"
)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Complete rows of all waves; codes from 0, ``weight`` with a mean of one in each wave.

    ``waves`` and ``units`` are names in order; ``cluster`` and ``stratum`` None where errors
    are those of the model.
    """

    value: Floats
    wave: Integers
    weight: Floats
    waves: list[str]
    unit: Integers | None
    units: list[str]
    person: Integers | None
    cluster: Integers | None
    stratum: Integers | None


def complete_answers(
    waves: Sequence[Wave], asked: MixedSpec, spec: Specification
) -> tuple[Answers, list[str]]:
    """Collect the rows of all waves that have what the model asks for.

    Returns
    -------
    answers : Answers
    warnings : list of str

    Raises
    ------
    FrameError, SpecificationError
        If a column is missing, or fewer than two waves have answers.
    """
    parts, told = [], []
    for wave in waves:
        values = measured(wave.data, spec)
        if asked.outcome not in values:
            raise SpecificationError(
                f"{WHERE} outcome {asked.outcome!r} is no scale and no column of [variables] means"
            )
        part = pd.DataFrame({"value": values[asked.outcome], "weight": wave.design.weight})
        part.index = wave.data.index
        part["wave"] = str(wave.name)
        columns = {"unit": asked.unit, "person": asked.person, "stratum": spec.design.strata}
        columns["cluster"] = spec.design.cluster[0] if spec.design.cluster else None
        for name, column in columns.items():
            if column is not None:
                need(wave.data, [column], f"{WHERE} {name}")
                part[name] = categories(wave.data, column, f"{WHERE} {name}")
        parts.append(part)
    rows = pd.concat(parts)
    for name, what in (("unit", "a unit"), ("person", "a person")):
        gone = rows[name].isna() & rows["value"].notna() if name in rows else None
        if gone is not None and gone.any():
            count = counted(int(gone.sum()), "answer", "answers")
            told.append(LEFT_OUT.format(where=WHERE, rows=count, what=what))
    rows = rows[rows.drop(columns=["stratum", "cluster"], errors="ignore").notna().all(axis=1)]
    order = [str(wave.name) for wave in waves if (rows["wave"] == str(wave.name)).any()]
    if len(order) < 2:  # noqa: PLR2004 - a change needs two
        raise FrameError(f"{WHERE} fewer than two waves have answers to {asked.outcome!r}")
    weight = rows["weight"] / rows.groupby("wave")["weight"].transform("mean")
    units = natural_order(rows["unit"].unique()) if "unit" in rows else []
    unit = pd.Index(units).get_indexer(pd.Index(rows["unit"])) if units else None
    person = pd.factorize(rows["person"])[0] if "person" in rows else None
    cluster, stratum, more = _clusters(rows, spec, uneven=bool(np.ptp(weight) > EVEN))
    answers = Answers(
        value=rows["value"].to_numpy(dtype=np.float64),
        wave=pd.Index(order).get_indexer(pd.Index(rows["wave"])),
        weight=weight.to_numpy(dtype=np.float64),
        waves=order,
        unit=unit,
        units=units,
        person=person,
        cluster=cluster,
        stratum=stratum,
    )
    return answers, told + more


def _clusters(
    rows: pd.DataFrame, spec: Specification, *, uneven: bool
) -> tuple[Integers | None, Integers | None, list[str]]:
    """Find what counts as drawn where weights or a design make the errors: the coarsest of it."""
    if not (uneven or spec.design.strata or spec.design.cluster):
        return None, None, []
    finest = "unit" if "unit" in rows else "person"
    by, told = finest, list[str]()
    if "cluster" in rows:
        if rows.groupby(finest)["cluster"].nunique().max() <= 1:
            by = "cluster"
        else:
            told.append(NOT_NESTED.format(where=WHERE, finest=finest))
    told += _moved(rows, by)
    code = np.asarray(pd.factorize(rows[by])[0], dtype=np.int64)
    if code.max() < 1:
        raise FrameError(f"{WHERE} the column of {by}s has one value: errors need two clusters")
    one = np.zeros(int(code.max()) + 1, dtype=np.int64)
    if "stratum" not in rows:
        return code, one, told
    pairs = pd.DataFrame({"code": code, "stratum": rows["stratum"].to_numpy()}).drop_duplicates()
    alone = pairs.groupby("stratum").size().min() < 2  # noqa: PLR2004 - a spread needs two
    if alone or len(pairs) > len(one) or pairs["stratum"].isna().any():
        return code, one, [*told, NO_STRATA.format(where=WHERE)]
    own = pd.factorize(pairs.sort_values("code")["stratum"])[0]
    return code, np.asarray(own, dtype=np.int64), told


def _moved(rows: pd.DataFrame, by: str) -> list[str]:
    """Say how many persons are in several of what errors take as independent."""
    if by == "person" or "person" not in rows:
        return []
    places = rows[["person", by]].drop_duplicates().groupby("person").size()
    moved = int(np.count_nonzero(places > 1))
    people = counted(moved, "person", "persons")
    return [MOVED.format(where=WHERE, persons=people, by=by)] if moved else []
