"""One linear programme over all that a publication shows leaves hidden means their room (ADR 0011).

A mean that is hidden for its own sake keeps 20 points. One that is hidden to cover another has
answers enough to be shown; beside the shares of its parents it may keep fewer points, and how few
is printed and held to.
"""

import numpy as np
import pytest

from analytics.disclosure import decide_suppression
from tests.attack.joint_programme import joints
from tests.attack.waves import History, corrected
from tests.attack.whole_numbers import Reader
from tests.attack.whole_programme import ROOM

COVER_ROOM = 10.0  # points; the narrowest of the thousands tried had 11.0
DUST = 1e-6


def bounded(*versions):
    """Bound the hidden means of a wave, once it is sure that the true answers fit what is read."""
    found = []
    for joint in joints(*(Reader(one, one.content) for one in versions)):
        assert joint.missed() < 1e-5
        found += joint.bound(ROOM)
    return found


def told(waves):
    """Print how much room is left; count what was looked at and give the least of both kinds."""
    found = [(one.key, mean) for one in waves for mean in bounded(one)]
    least = []
    for name, own in (("for their own sake", True), ("to cover others", False)):
        rooms = [mean.room for _, mean in found if mean.own == own]
        least.append(min(rooms, default=np.inf))
        narrow = sum(room < ROOM - DUST for room in rooms)
        print(f"{len(rooms)} means hidden {name}: {narrow} with less than {ROOM:g} points,"
              f" the least {least[-1]:.1f}")  # fmt: skip
    for key, mean in found:
        if mean.room < ROOM - DUST:
            print(f"  {mean.room:.1f} points, {mean.n} answers: {key} {mean.measure} {mean.level}")
    return len(found), *least


def test_all_figures_of_a_pulse_together_leave_hidden_means_their_room():
    count, own, cover = told(History(300, 1, waves=1).run())
    assert count > 100
    assert own >= ROOM - DUST
    assert cover >= COVER_ROOM


def test_the_same_programme_finds_hidden_means_where_only_small_cells_are_hidden(monkeypatch):
    monkeypatch.setattr(decide_suppression, "solve_suppression", lambda *_, primary, **__: primary)
    count, own, _ = told(History(300, 1, waves=1).run())
    assert count > 50
    assert own < 11


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "seed", "waves"),
    [(300, 2, 3), (300, 5, 3), (450, 1, 3), (600, 3, 6), (900, 1, 6), (1500, 3, 3)],
)
def test_all_figures_of_main_waves_and_pulses_leave_hidden_means_their_room(people, seed, waves):
    count, own, cover = told(History(people, seed, waves=waves, reorganised_at=4).run())
    assert count > 100
    assert own >= ROOM - DUST
    assert cover >= COVER_ROOM


@pytest.mark.slow
def test_a_correction_beside_what_it_corrects_leaves_hidden_means_their_room():
    first = History(450, 1, waves=3, reorganised_at=4).run()[-1]
    least = {}
    for aware in (True, False):
        second = corrected(first, aware=aware, region={"ost-fengsel-lav-8": "sor"})
        found = bounded(first, second)
        least[aware] = [
            min(mean.room for mean in found if mean.own == own) for own in (True, False)
        ]
        print(f"{len(found)} means, told of each other: {aware}, least room {least[aware]}")
    assert least[True][0] >= ROOM - DUST
    assert least[True][1] >= COVER_ROOM
    # a correction that knows nothing of the first is a leak that must be found
    assert least[False][1] < 5
