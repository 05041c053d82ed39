"""A corrected publication marks nothing as hidden that the version before made known."""

import numpy as np
import pytest

from analytics.disclosure.protect import protect
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, PriorRelease
from analytics.tables import ChangeTable
from tests.unit.analytics.disclosure.trees import SCALES, Wave, a_wave, units

FRAME = units(*((f"u{i:02}", f"r{i % 3}", f"t{i // 2 % 3}", 90) for i in range(15)))


def statuses(table, statistic=("mean", "share")):
    rows = table.frame
    rows = rows[rows["statistic"].isin(statistic)]
    keys = zip(
        *(rows[name] for name in ("measure", "statistic", "category", "level", "domain")),
        strict=True,
    )
    return dict(zip(keys, rows["status"], strict=True))


def members(frame):
    """Lay each cell out over the units, 0/1."""
    found = {("agency", ""): np.ones(len(frame))}
    for level, column in (("region", "region"), ("unit_type", "unit_type"), ("unit", "unit")):
        for code in frame[column].unique():
            found[level, code] = (frame[column] == code).to_numpy(dtype=float)
    return found


def follows(rows, goal):
    """Ask numpy, not our own row space, whether a sum is a combination of others."""
    if not rows:
        return False
    return np.linalg.matrix_rank(np.vstack([*rows, goal])) == np.linalg.matrix_rank(np.array(rows))


def shown_in_one_alone(table):
    """Find units that the scale beside the index shows, and the index hides."""
    told = statuses(table, ("mean",))
    return [
        unit
        for unit in FRAME["unit"]
        if told["X", "mean", "", "unit", unit] == "published"
        and told["KI", "mean", "", "unit", unit] != "published"
    ]


def corrected(seed):
    """Publish, move a unit that some figures show and others hide, and publish again."""
    rng = np.random.default_rng(seed)
    sizes = {unit: int(n) for unit, n in zip(FRAME["unit"], rng.integers(5, 30, 15), strict=True)}
    before = a_wave(FRAME, sizes, rng, missing=0.1, scales=SCALES | {"X": ("x.1", "x.2")})
    rules = DisclosureRules()
    first = protect(before.estimates(), ChangeTable.empty(), plan=before.plan_with(rules))
    moved = shown_in_one_alone(first.estimates)[0]
    region = min({"r0", "r1", "r2"} - {FRAME.set_index("unit")["region"][moved]})
    frame = FRAME.assign(region=FRAME["region"].where(FRAME["unit"] != moved, region))
    after = Wave(frame, before.unit, before.answers, before.scales, before.indices)
    told = PriorRelease.of("version 1", DomainTree.staff(FRAME), first.estimates.frame)
    second = protect(
        after.estimates(), ChangeTable.empty(), plan=after.plan_with(rules), prior_releases=[told]
    )
    return first, second, frame


# in each of them the index hides the unit that moves, and another scale does not
@pytest.mark.parametrize("seed", [13, 19, 37, 54, 56])
def test_what_the_first_version_made_known_is_shown(seed):
    first, second, frame = corrected(seed)
    told, then, now = statuses(first.estimates), members(FRAME), members(frame)
    shown: dict[tuple, list] = {}
    for (*figure, level, domain), status in told.items():
        if status == "published":
            shown.setdefault(tuple(figure), []).append(then[level, domain])
    hidden = [key for key, status in statuses(second.estimates).items() if status != "published"]
    assert hidden
    for *figure, level, domain in hidden:
        # an index is a mean of its scales, and follows where they do
        parts = [("TRY", "mean", ""), ("APN", "mean", "")] if figure[0] == "KI" else [tuple(figure)]
        known = all(follows(shown.get(part, []), now[level, domain]) for part in parts)
        assert not known, (*figure, level, domain)
