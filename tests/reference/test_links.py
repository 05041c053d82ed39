"""The short form of ``python -m tests.reference.links``: reworded questions, a truth that is known.

Agencies of 60 units over eight waves, one of which asks random halves in the old and in the new
words, or everybody the old and the new items of a scale. What people think is compared from the
first wave to the last, over the link.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.courses.over_links import differences_over_links
from tests.reference.findings.agencies import Regime, a_staff
from tests.reference.links.__main__ import LAST, OTHER, REGIMES, covers
from tests.reference.links.agencies import EIGHT, OVERLAP, REWORDED, draw_linked

AGENCIES = 24
_PLACE = ["measure", "level", "domain"]


@pytest.fixture(scope="module", params=OTHER)
def changes(request):
    parts = []
    for seed in range(AGENCIES):
        rng = np.random.default_rng(seed)
        regime = Regime(REGIMES["falls"], waves=EIGHT, measures=REWORDED)
        linked = draw_linked(rng, a_staff(rng), regime, OTHER[request.param])
        waves = linked.waves
        for until in (OVERLAP, LAST):
            keys = [waves.keys[0], waves.keys[OVERLAP], waves.keys[until]]
            keys = list(dict.fromkeys(keys))
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
