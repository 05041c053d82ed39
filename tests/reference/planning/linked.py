"""What a plan says of a link between old and new words, and what changes over it then show."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from analytics.planning.overlap import overlap_ahead
from tests.reference.findings.agencies import MAIN, Regime, a_staff
from tests.reference.links.__main__ import told
from tests.reference.links.agencies import Linked, Words, draw_linked
from tests.reference.planning.told_before import base_of, plan_of

_WAVES: Final = (MAIN, MAIN, MAIN)  # the old words, both, the new ones
_LARGEST: Final = 1.5
_WHOLE: Final = ("agency", "")


def over_the_link(seed: int, units: int) -> pd.DataFrame:
    """Let an agency move by what the plan says is found over the link; a row for each measure.

    ``ratio`` is the error of the link, said before over told after.
    """
    staff = a_staff(np.random.default_rng(seed), units)
    still = _drawn(seed, units, 0.0)
    before = base_of(still.waves, staff, 0, MAIN).places[_WHOLE].told
    whole = plan_of(still.waves, staff, _WAVES[:2]).whole
    assert before is not None
    spread = before.spread()
    assert spread is not None
    said = overlap_ahead(
        spread, largest=_LARGEST, answers=before.n, index_spread=spread, smallest=whole.smallest
    )
    assert said.across is not None
    assert said.error is not None
    sign = 1.0 if seed % 2 else -1.0
    linked = _drawn(seed, units, sign * said.across)
    rows = told(linked, linked.bridges, len(_WAVES) - 1)
    rows = rows[(rows["level"] == "agency") & rows["touched"]]
    errors = {link.measure: link.se for link in linked.bridges.links}
    return pd.DataFrame({
        "seed": seed,
        "found": rows["verdict"] == ("up" if sign > 0 else "down"),
        "ratio": said.error / rows["measure"].map(errors).astype("float64"),
    })  # fmt: skip


def _drawn(seed: int, units: int, move: float) -> Linked:
    rng = np.random.default_rng(seed)
    staff = a_staff(rng, units)
    steps = np.zeros((len(_WAVES) - 1, len(staff.people), 3))
    steps[1] += move
    regime = Regime(lambda *_: steps, waves=_WAVES, measures=3, response=0.5)
    return draw_linked(rng, staff, regime, Words(wave=1))
