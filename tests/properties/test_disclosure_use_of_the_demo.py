"""How much readers of the demo's agency get, with all of disclosure control in force.

anonymity-design.md 9 aims at four of five cells that are large enough, and at an index for 95 % of
units. ``make audit`` goes through twelve waves of 5,600 people and eight of the public; every run
looks at two main waves (``tests/unit/analytics/disclosure/test_disclosure_use_left_over.py``).
"""

from functools import cache

import pytest

from analytics.comparison.change import compare_waves
from analytics.disclosure.protect import protect
from analytics.disclosure.releases import PublishedCells
from analytics.disclosure.rules import PRIMARY, PUBLISHED, DisclosureRules
from analytics.disclosure.table import DomainTree, plan_wave
from analytics.groups import public_categories, public_partitions
from analytics.pipeline import estimate_wave
from analytics.waves import WaveMeta
from tests.simulated_waves import SimulatedAgency, public_wave

CELLS, UNITS = 0.80, 0.95
RULES = DisclosureRules()


def plan_of(data):
    if data.population == "staff":
        return plan_wave(data.questionnaire, data.frame, rules=RULES)
    groups = {}
    for part in public_partitions(
        data.background,
        data.questionnaire,
        public_categories(data.background, data.questionnaire, data.answers),
    ):
        for code in part.domains:
            variable, _, category = code.partition(":")
            groups.setdefault(variable, []).append(category)
    return plan_wave(
        data.questionnaire, DomainTree.groups(groups), rules=RULES, population=data.population
    )


def in_order(waves):
    """Protect one wave after the other, each knowing those before."""
    tables, shown = [], []
    for data in waves:
        exact = estimate_wave(data)
        meta = WaveMeta(data.key, data.kind, data.population, data.invited_everybody, data.panel)
        found = protect(
            exact.estimates,
            compare_waves((meta, exact.estimates), tables),
            plan=plan_of(data),
            earlier=shown,
            pooled=exact.pooled,
        )
        tables.append((meta, exact.estimates))
        shown.append(PublishedCells.of(data.key, found.estimates.frame))
        yield data, exact.estimates.frame, found


def large_enough(data, exact):
    """Mark the cells with as many answers as their kind of result needs."""

    @cache
    def needed(*key):
        names = ("level", "kind", "statistic", "measure", "category")
        rule = RULES.requirement(population=data.population, **dict(zip(names, key, strict=True)))
        return float("inf") if rule is None else rule.n

    columns = exact[["level", "kind", "statistic", "measure", "category"]]
    least = [needed(*row) for row in columns.itertuples(index=False, name=None)]
    return (exact["n"] >= least).to_numpy()


def use_left(waves):
    """Print what is left of each wave, and hold it to the aims."""
    for data, exact, found in in_order(waves):
        status = found.estimates.frame["status"].to_numpy()
        enough = large_enough(data, exact)
        left = (status[enough] == PUBLISHED).mean()
        alone = (status[enough] != PRIMARY).mean()
        units = found.report["units_with_an_index"]
        print(
            f"{data.key}: {len(data.answers)} answers; of {int(enough.sum()):,} cells that are"
            f" large enough {100 * left:.1f} % are shown"
            f" ({100 * alone:.1f} % by their own limits alone)"
            + (f"; {100 * units:.1f} % of units have an index" if units is not None else "")
        )
        assert left >= CELLS
        if data.kind == "main":
            assert units >= UNITS


@pytest.mark.slow
def test_all_staff_waves_of_the_demo_stay_useful():
    agency = SimulatedAgency()
    use_left(agency.wave(at) for at in range(agency.waves))


@pytest.mark.slow
def test_all_public_waves_of_the_demo_stay_useful():
    use_left(public_wave(at) for at in range(8))
