"""Small agencies with known answers, and the exact tables that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.disclosure.protect import protect
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, Plan, plan_crossed_tables
from analytics.tables import ESTIMATE_COLUMNS, ChangeTable, EstimateTable

if TYPE_CHECKING:
    from collections.abc import Mapping

# instruments.md 7.1: kind, region, sizes in persons
AGENCY = {
    "fengsel_hoy": {
        "ost": [390, 330, 300, 240, 190],
        "sor": [260, 190, 150, 110],
        "sorvest": [250, 160],
        "vest": [230, 140],
        "nord": [200, 110, 75],
    },
    "fengsel_lav": {
        "ost": [150, 110, 80, 60],
        "sor": [80, 60, 45],
        "sorvest": [90, 60],
        "vest": [80, 50],
        "nord": [55, 40],
    },
    "friomsorg": {
        "ost": [110, 70, 50],
        "sor": [55, 40],
        "sorvest": [45, 35],
        "vest": [50, 35],
        "nord": [40, 30],
    },
    "kombinert": {"sorvest": [60], "vest": [55], "nord": [45, 35]},
    "nd_senter": {"ost": [18], "vest": [14]},
    "overgangsbolig": {
        "ost": [22, 16],
        "sor": [14],
        "sorvest": [12],
        "vest": [14],
        "nord": [12],
    },
    "regionadm": {"ost": [40], "sor": [32], "sorvest": [28], "vest": [28], "nord": [30]},
    "sentral": {"sentralt": [120, 100, 60]},
}
SCALES = {
    "TRY": ("try.1", "try.2", "try.3"),
    "APN": ("apn.1", "apn.2"),
    "TRY-kjerne": ("try.1", "try.2"),
}
INDICES = {"KI": ("TRY", "APN")}


@dataclass(frozen=True)
class Wave:
    """Respondents with their unit and their answers 1-5 (NaN: no answer)."""

    frame: pd.DataFrame
    unit: np.ndarray
    answers: pd.DataFrame
    scales: Mapping[str, tuple[str, ...]]
    indices: Mapping[str, tuple[str, ...]]

    @property
    def plan(self) -> Plan:
        return self.plan_with(DisclosureRules())

    def plan_with(self, rules: DisclosureRules) -> Plan:
        tree = DomainTree.staff(self.frame)
        return plan_crossed_tables(tree, rules=rules, scales=self.scales, indices=self.indices)

    def protected(self, rules: DisclosureRules | None = None, earlier=(), changes=None):
        return protect(
            self.estimates(),
            changes or ChangeTable.empty(),
            plan=self.plan_with(rules or DisclosureRules()),
            earlier=earlier,
        )

    def estimates(self) -> EstimateTable:
        figures = list(self._figures())
        parts = [
            _rows(figure, values, level, self.unit)
            for level in _levels(self.frame)
            for figure, values in figures
        ]
        table = pd.DataFrame({name: np.concatenate([p[name] for p in parts]) for name in parts[0]})
        return EstimateTable(pd.concat([table, *self._composed(table)], ignore_index=True))

    def _figures(self):
        for scale, items in self.scales.items():
            answered = self.answers[list(items)]
            enough = answered.notna().sum(axis=1) >= np.ceil(0.6 * len(items))
            score = answered.sum(axis=1) / answered.notna().sum(axis=1).clip(lower=1)
            yield (scale, "scale", "mean", ""), (25 * (score - 1)).where(enough).to_numpy()
        for item in self.answers.columns:
            x = self.answers[item].to_numpy()
            given = ~np.isnan(x)
            yield (item, "item", "mean", ""), 25 * (x - 1)
            for option in range(1, 6):
                yield (item, "item", "share", str(option)), np.where(given, x == option, np.nan)
            yield (item, "item", "share", "agree"), np.where(given, x >= 4, np.nan)
            yield (item, "item", "share", "disagree"), np.where(given, x <= 2, np.nan)

    def _composed(self, table: pd.DataFrame):
        means = table[table["statistic"] == "mean"].set_index(["level", "domain"])
        for index, parts in self.indices.items():
            own = [means[means["measure"] == part] for part in parts]
            row = own[0].assign(
                measure=index,
                kind="index",
                n=np.min([part["n"] for part in own], axis=0),
                mean=np.mean([part["mean"] for part in own], axis=0),
                all_equal=np.all([part["all_equal"] for part in own], axis=0),
            )
            row = row.assign(low=row["mean"] - 5, high=row["mean"] + 5)
            yield row.reset_index()[list(ESTIMATE_COLUMNS)]


def units(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    """Lay out unit, region, unit type and people."""
    return pd.DataFrame(rows, columns=["unit", "region", "unit_type", "population"])


def a_wave(
    frame: pd.DataFrame,
    respondents: Mapping[str, int],
    rng: np.random.Generator,
    *,
    missing: float = 0.0,
    scales: Mapping[str, tuple[str, ...]] | None = None,
    indices: Mapping[str, tuple[str, ...]] | None = None,
) -> Wave:
    """Let so many people in each unit answer at random."""
    unit = np.repeat(list(respondents), list(respondents.values()))
    scales = SCALES if scales is None else scales
    items = sorted({item for names in scales.values() for item in names})
    size = (len(unit), len(items))
    answers = rng.integers(1, 6, size).astype(float)
    answers[rng.random(size) < missing] = np.nan
    return Wave(
        frame,
        unit,
        pd.DataFrame(answers, columns=items),
        scales,
        INDICES if indices is None else indices,
    )


def the_agency() -> pd.DataFrame:
    """Build the demo's agency; units below 15 are merged into a sibling (design.md 8.3)."""
    rows = [
        (f"{kind}-{region}-{number}", region, kind, size)
        for kind, regions in AGENCY.items()
        for region, sizes in regions.items()
        for number, size in enumerate(sizes)
    ]
    frame = units(*rows)
    large = frame[frame["population"] >= 15].reset_index(drop=True)
    for small in frame[frame["population"] < 15].itertuples():
        beside = large[large["region"] == small.region]
        alike = beside[beside["unit_type"] == small.unit_type]
        host = (alike if len(alike) else beside)["population"].idxmin()
        large.loc[host, "population"] += small.population
    return large


def _levels(frame: pd.DataFrame):
    people = frame["population"]
    everyone = pd.Series("", index=frame.index)
    yield "agency", everyone, {"": ""}, {"": int(people.sum())}, frame["unit"]
    for level, column, parent in (
        ("region", "region", everyone),
        ("unit", "unit", frame["region"]),
        ("unit_type", "unit_type", everyone),
    ):
        of = frame[column]
        parents = dict(zip(of, parent, strict=True))
        yield level, of, parents, people.groupby(of).sum().to_dict(), frame["unit"]


def _rows(figure, values: np.ndarray, level, unit: np.ndarray) -> dict[str, np.ndarray]:
    name, code_of, parents, people, names = level
    domains = list(parents)
    place = dict(zip(names, (domains.index(code) for code in code_of), strict=True))
    # a response may carry its region's code instead of a unit's
    regions = {code: domains.index(code) for code in domains if name == "region"}
    everybody = {"agency": 0}.get(name, -1)
    codes, which = np.unique(unit, return_inverse=True)
    where = np.array([place.get(u, regions.get(u, everybody)) for u in codes], dtype=int)[which]
    scored = ~np.isnan(values) & (where >= 0)
    n = np.bincount(where[scored], minlength=len(domains))
    total = np.bincount(where[scored], values[scored], minlength=len(domains))
    squares = np.bincount(where[scored], values[scored] ** 2, minlength=len(domains))
    mean = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    variance = np.divide(squares, n, out=np.zeros(len(n)), where=n > 0) - np.nan_to_num(mean) ** 2
    se = np.where(n > 0, np.sqrt(np.maximum(variance, 0) / np.maximum(n, 1)), np.nan)
    share = figure[2] == "share"
    alike = (mean == 1) if share else (variance < 1e-9) & (n > 0)
    size = len(domains)
    words = dict(zip(("measure", "kind", "statistic", "category"), figure, strict=True))
    named = {key: np.full(size, word, dtype=object) for key, word in words.items()}
    return named | {
        "level": np.full(size, name, dtype=object),
        "domain": np.array(domains, dtype=object),
        "parent": np.array(list(parents.values()), dtype=object),
        "n": n,
        "population": np.array([people[domain] for domain in domains]),
        "mean": mean,
        "se": se,
        "low": mean - 2 * se,
        "high": mean + 2 * se,
        "se_model": se,
        "df": n - 1.0,
        "deff": np.ones(size),
        "n_eff": n.astype(float),
        "weight": n.astype(float),
        "all_equal": alike,
    }
