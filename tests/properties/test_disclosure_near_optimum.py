"""What is hidden for others' sake is within a quarter of the least that the rules allow.

Random small tables with all rules in force, the bounds of hidden means too, against the optimum by
integer programming. ``make audit`` runs the long form.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.protect import protect
from analytics.disclosure.rules import PRIMARY, PUBLISHED, DisclosureRules
from analytics.disclosure.table import DomainTree, plan_crossed_tables
from analytics.tables import ESTIMATE_COLUMNS, ChangeTable, EstimateTable
from tests.unit.analytics.disclosure.optimum import AGENCY, REST, Table, least_loss
from tests.unit.analytics.disclosure.trees import units

REMAINDER = DisclosureRules().remainder
A_QUARTER_MORE = 1.25


def estimates(cells):
    """Rows of one scale from (level, code, parent, n, mean), where weights are counts."""
    level, code, parent, n, mean = zip(*cells, strict=True)
    frame = pd.DataFrame(
        {
            "measure": "X", "kind": "scale", "statistic": "mean", "category": "", "level": level,
            "domain": code, "parent": parent, "n": n, "population": 400, "mean": mean, "se": 1.0,
            "low": np.array(mean) - 2, "high": np.array(mean) + 2, "se_model": 1.0, "df": 9.0,
            "deff": 1.0, "n_eff": np.array(n, float), "weight": np.array(n, float),
            "all_equal": False,
        }
    )  # fmt: skip
    return EstimateTable(frame[list(ESTIMATE_COLUMNS)])


def protected(cells, tree, population, prior_releases=()):
    plan = plan_crossed_tables(
        tree, rules=DisclosureRules(), scales={"X": ("x",)}, indices={}, population=population
    )
    protected_tables = protect(
        estimates(cells), ChangeTable.empty(), plan=plan, prior_releases=prior_releases
    )
    found = protected_tables.estimates.frame
    keys = list(zip(found["level"], found["domain"], strict=True))
    status = dict(zip(keys, found["status"], strict=True))
    return (
        {key for key, word in status.items() if word != PUBLISHED},
        {key for key, word in status.items() if word == PRIMARY},
    )


def a_tree(seed, size, regions, types, centre):
    """Draw a staff table: units of 12 to 120 people in regions and types, centre the means."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"u{i:02}", f"r{rng.integers(regions)}", f"t{rng.integers(types)}", 400)
        for i in range(size)
    ]
    frame = units(*rows)
    n = {row[0]: int(rng.choice([rng.integers(5, 20), rng.integers(12, 120)])) for row in rows}
    mean = {row[0]: float(np.clip(rng.normal(centre, 8), 1, 99)) for row in rows}
    cells = []
    for level, column, above in (
        ("agency", None, None), ("region", "region", None), ("unit_type", "unit_type", None),
        ("unit", "unit", "region"),
    ):  # fmt: skip
        codes = [""] * size if column is None else frame[column].tolist()
        for code in sorted(set(codes)):
            inside = [u for u, own in zip(frame["unit"], codes, strict=True) if own == code]
            total = sum(n[u] for u in inside)
            value = sum(n[u] * mean[u] for u in inside) / total
            parent = frame.loc[frame["unit"] == code, above].iloc[0] if above else ""
            cells.append((level, code, parent, total, value))
    return frame, n, cells


def a_variable(seed, size, centre):
    """Draw one background variable of a public wave, with those who would not say."""
    rng = np.random.default_rng(seed)
    n = {
        f"v:{i:02}": int(rng.choice([rng.integers(8, 49), rng.integers(50, 300)]))
        for i in range(size)
    }
    silent = int(rng.choice([0, rng.integers(1, 40)]))
    n["v:99"] = 700
    mean = {code: float(np.clip(rng.normal(centre, 10), 1, 99)) for code in n}
    total = sum(n.values()) + silent
    whole = (sum(n[c] * mean[c] for c in n) + silent * centre) / total
    cells = [("agency", "", "", total, whole)]
    cells += [("group", code, "", n[code], mean[code]) for code in n]
    return n, silent, cells


def compared(cells, tree, population, table):
    """Return the worth and the number of cells hidden in addition, here and at best."""
    hidden, primary = protected(cells, tree, population)
    network = tree.networks()[0]
    worth = dict.fromkeys(tree.keys, 0.0)
    for edge, cell in enumerate(network.cell):
        if cell >= 0:
            key = tree.keys[cell]
            worth[key] = max(worth[key], float(network.loss[edge]))
    mean = {(level, code): value for level, code, _, _, value in cells}
    count = {(level, code): n for level, code, _, n, _ in cells}
    rest = count[AGENCY] * mean[AGENCY] - sum(
        count[key] * mean[key] for key in count if key[0] == "group"
    )
    silent = table.n[table.keys.index(REST)] if REST in table.keys else 1
    means = np.array([rest / silent if key == REST else mean[key] for key in table.keys])
    ones = dict.fromkeys(worth, 1.0)
    added = hidden - primary
    return [
        (
            sum(price[key] for key in added),
            least_loss(table, price, primary, remainder=REMAINDER, mean=means),
        )
        for price in (worth, ones)
    ]


def ratios(name, results):
    """Print and return ours over the least, for worth and for cells."""
    for what, pairs in zip(("worth", "cells"), zip(*results, strict=True), strict=True):
        ours, best = (np.array(column, float) for column in zip(*pairs, strict=True))
        some = best > 0
        each = ours[some] / best[some]
        print(
            f"{name}, {what}: {len(pairs)} tables, {int(some.sum())} with anything to add;"
            f" in all {ours.sum() / max(best.sum(), 1):.3f} times the least,"
            f" table by table {each.mean():.3f}, at most {each.max(initial=0):.2f}"
        )
        assert some.any()
        assert (ours[~some] <= 1e-6).all()
        if what == "worth":
            assert ours.sum() <= A_QUARTER_MORE * best.sum()


TREES = [(8, 3, 3, 62.0), (12, 3, 4, 70.0), (12, 4, 3, 85.0)]


def trees_against_the_least(size, regions, types, centre, seeds):
    results = []
    for seed in seeds:
        frame, n, cells = a_tree(seed, size, regions, types, centre)
        tree = DomainTree.staff(frame)
        results.append(compared(cells, tree, "staff", Table.tree(frame, n)))
    ratios(f"{size} units around {centre:g}", results)


def variables_against_the_least(size, centre, seeds):
    results = []
    for seed in seeds:
        n, silent, cells = a_variable(seed, size, centre)
        tree = DomainTree.groups({"v": [code.partition(":")[2] for code in n]})
        results.append(compared(cells, tree, "public", Table.groups(n, silent=silent)))
    ratios(f"{size} groups around {centre:g}", results)


@pytest.mark.parametrize(("size", "regions", "types", "centre"), TREES[:1])
def test_a_tree_hides_little_more_than_the_least(size, regions, types, centre):
    trees_against_the_least(size, regions, types, centre, range(4))


@pytest.mark.parametrize(("size", "centre"), [(6, 60.0), (6, 88.0)])
def test_a_background_variable_hides_little_more_than_the_least(size, centre):
    variables_against_the_least(size, centre, range(10))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "regions", "types", "centre"), [*TREES, (16, 4, 4, 62.0), (16, 4, 5, 80.0)]
)
def test_many_trees_hide_little_more_than_the_least(size, regions, types, centre):
    trees_against_the_least(size, regions, types, centre, range(100, 160))


@pytest.mark.slow
@pytest.mark.parametrize("centre", [50.0, 62.0, 75.0, 88.0, 94.0])
def test_many_background_variables_hide_little_more_than_the_least(centre):
    for size in (3, 6, 9):
        variables_against_the_least(size, centre, range(100, 200))
