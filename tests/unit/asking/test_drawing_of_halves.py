"""Which words somebody gets follows from the link and the secret, evenly, and from nothing else."""

import hashlib
import uuid

import pytest
from scipy.stats import chisquare

from questionnaires.arms import ARMS
from survey_app.asking.invitations.tokens import arm_for

SECRET = b"for tests only, and long enough there"
WAVE = uuid.UUID("6f1c3c9e-9a31-4a55-9f6e-1d6f3f5c2b11")
PEOPLE = 20_000


def pid(at, salt=b""):
    return hashlib.sha256(salt + at.to_bytes(4)).digest()[:9]


def drawn(wave=WAVE, secret=SECRET, salt=b"", arms=ARMS):
    return [arm_for(secret, wave, pid(at, salt), arms) for at in range(PEOPLE)]


def even(arms, numbers=ARMS):
    """The chance that a fair draw lies so far from even, or farther."""
    return chisquare([arms.count(number) for number in numbers]).pvalue


@pytest.mark.parametrize("salt", [b"a", b"b", b"c"])
def test_halves_are_even_in_the_whole_and_in_units_of_every_size(salt):
    arms = drawn(salt=salt)
    assert set(arms) == set(ARMS)
    assert even(arms) > 0.001
    # of units of 20 the number in one half is binomial: as spread as chance, not more, not less
    units = [arms[at : at + 20].count(1) for at in range(0, PEOPLE, 20)]
    spread = sum((one - 10) ** 2 for one in units) / 5
    assert 850 < spread < 1150  # chi-square with 1000 degrees of freedom, 99.9 %


def test_another_wave_or_secret_is_another_draw_and_the_same_one_the_same():
    first = drawn()
    assert first == drawn()
    for other in (drawn(wave=uuid.UUID(int=WAVE.int + 1)), drawn(secret=b"another")):
        alike = sum(one == two for one, two in zip(first, other, strict=True))
        assert even([1] * alike + [2] * (PEOPLE - alike)) > 0.001


def test_of_three_modules_each_is_drawn_as_often():
    three = (1, 2, 3)
    modules = drawn(arms=three)
    assert even(modules, three) > 0.001
    # of units of 30, counts are as spread as three fair draws: chi-square with 2 each
    units = [modules[at : at + 30] for at in range(0, PEOPLE - PEOPLE % 30, 30)]
    spread = sum((unit.count(number) - 10) ** 2 / 10 for unit in units for number in three)
    assert 1169 < spread < 1507  # 666 units, 1332 degrees of freedom, 99.9 %
