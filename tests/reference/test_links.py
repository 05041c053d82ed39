"""The short form of ``python -m tests.reference.links``: reworded questions, a truth that is known.

Agencies of 60 units over eight waves, one of which asks random halves in the old and in the new
words, or everybody the old and the new items of a scale; or two of which ask halves, one after the
other. What people think is compared from the first wave to the last, over the link or over both.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.courses.over_links import differences_over_links
from tests.reference.findings.agencies import Regime, a_staff
from tests.reference.links.__main__ import BY_REGION, LAST, OTHER, REGIMES, agency, covers
from tests.reference.links.agencies import EIGHT, REWORDED, draw_linked

AGENCIES = 24
_PLACE = ["measure", "level", "domain"]


@pytest.fixture(scope="module", params=OTHER)
def changes(request):
    parts = []
    both = [one.wave for one in OTHER[request.param]]
    for seed in range(AGENCIES):
        rng = np.random.default_rng(seed)
        regime = Regime(REGIMES["falls"], waves=EIGHT, measures=REWORDED)
        linked = draw_linked(rng, a_staff(rng), regime, *OTHER[request.param])
        waves = linked.waves
        for until in (both[-1], LAST):
            keys = list(dict.fromkeys(waves.keys[at] for at in (0, *both, until)))
            shown = waves.shown[waves.shown["wave"].isin(keys)]
            now, then = (shown.loc[shown["wave"] == key, _PLACE] for key in (keys[-1], keys[0]))
            wanted = now.merge(then, on=_PLACE).assign(since=keys[0], role="first")
            at = [waves.keys.index(key) for key in keys]
            found = differences_over_links(
                linked.bridges.laid_on(shown), keys, wanted, linked.bridges,
                linked=waves.linked[np.ix_(at, at)],
            )  # fmt: skip
            parts.append(found.assign(lasting=waves.true_changes(found, until, waves.lasting)))
    return pd.concat(parts)


@pytest.mark.parametrize(("level", "within"), [("agency", 0.06), ("region", 0.04), ("unit", 0.02)])
def test_intervals_of_linked_changes_hold_what_is_true(changes, level, within):
    rows = changes[changes["level"] == level]
    assert covers(rows, "lasting").mean() == pytest.approx(0.955, abs=within)


def test_the_effect_of_the_words_is_not_told_as_a_change(changes):
    rows = changes[changes["level"] == "agency"]
    # the words lower answers by 12 points; people fell by 4, or came up again by 3 of them
    assert (rows["difference"] - rows["lasting"]).mean() == pytest.approx(0.0, abs=0.3)


def test_where_words_differ_between_regions_no_region_is_told_to_have_moved():
    rows = pd.concat([agency(seed, "still", (BY_REGION,)) for seed in range(6)])
    rows = rows[rows["touched"]]
    assert covers(rows[rows["level"] == "region"], "lasting", "_plain").mean() > 0.85
    assert not rows["verdict"].isin(["up", "down"]).any()


@pytest.mark.slow
def test_over_two_links_few_calls_in_units_have_the_wrong_sign_where_it_is_least_favourable():
    made = (agency(seed, "falls twice", OTHER["words twice"]) for seed in range(100))
    rows = pd.concat(made, ignore_index=True)
    rows = rows[rows["touched"]]
    called = rows[rows["verdict"].isin(["up", "down"])]
    wrong = (called["verdict"] == "up") != (called["said"] > 0)
    for level, most in (("agency", 0.0), ("region", 0.0), ("unit", 0.02)):
        of = called["level"] == level
        assert of.sum() > 100
        assert wrong[of].mean() <= most
        held = covers(rows[rows["level"] == level], "lasting", "_plain")
        assert held.mean() == pytest.approx(0.955, abs=0.025)
