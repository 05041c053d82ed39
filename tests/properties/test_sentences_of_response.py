"""Whatever share answered in each wave, what is said of it is what the waves tell."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from survey_app.reading.response_then import FAR, Rate, is_far, of_its_kind, told_of_rates
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import languages
from survey_app.shared.numbers import percent
from tests.examples import examples

FALLEN = {"nb": "har falt", "nn": "har falle", "en": "has fallen"}
RISEN = {"nb": "har økt", "nn": "har auka", "en": "has risen"}
thousandths = st.integers(0, 1000).map(lambda value: value / 1000)
rates_of_many = st.builds(Rate, thousandths, st.integers(5, 6000))
kinds = st.sampled_from(("main", "pulse"))


def a_wave(number, kind="pulse"):
    labels = {"in": dict.fromkeys(languages(), f"W{number}")}
    return Wave(
        str(number), "k", f"k-{number}", number, kind, labels, f"2026-01-{number + 1:02}",
        datetime(2026, 2, 1, tzinfo=UTC), 1, 0, frozenset(),
    )  # fmt: skip


@examples(60, audit=2000)
@given(thousandths, st.lists(thousandths, max_size=6))
def test_the_rate_that_is_farthest_away_is_told_and_no_rate_that_is_near(now, rates):
    """Of so many that no tenth is chance."""
    before = [(Rate(rate, 10_000), a_wave(number)) for number, rate in enumerate(rates)]
    farthest = max((abs(now - rate) for rate in rates), default=0.0)
    for lang in languages():
        told = told_of_rates(Rate(now, 10_000), before, lang)
        if round(farthest, 3) < FAR:
            assert told == ""
            continue
        rate = rates[int(re.search(r"W(\d+)", told)[1])]
        assert round(abs(now - rate) - farthest, 9) == 0
        assert percent(rate, lang) in told
        assert (FALLEN[lang] in told, RISEN[lang] in told) == (rate > now, rate < now)


@examples(60, audit=2000)
@given(rates_of_many, st.lists(rates_of_many, max_size=6))
def test_what_two_draws_of_so_few_differ_by_is_not_told(now, rates):
    before = [(rate, a_wave(number)) for number, rate in enumerate(rates)]
    far = [
        rate
        for rate in rates
        if round(abs(now.share - rate.share), 3) >= FAR
        and (now.share - rate.share) ** 2
        > 1.96**2
        * (now.share * (1 - now.share) / now.asked + rate.share * (1 - rate.share) / rate.asked)
    ]
    told = told_of_rates(now, before, "nb")
    assert bool(told) == bool(far)
    if told:
        rate = rates[int(re.search(r"W(\d+)", told)[1])]
        assert is_far(now, rate)
        assert abs(now.share - rate.share) == max(abs(now.share - one.share) for one in far)


def test_a_third_fewer_of_a_small_unit_is_chance_and_of_a_region_is_not():
    for asked, told in ((20, False), (200, True)):
        before = [(Rate(0.6, asked), a_wave(1))]
        assert bool(told_of_rates(Rate(0.4, asked), before, "nb")) == told


@examples(30, audit=500)
@given(kinds, st.lists(kinds, max_size=6))
def test_a_wave_of_the_other_kind_is_told_of_where_none_of_its_own_is_compared(kind, others):
    compared = [a_wave(number, other) for number, other in enumerate(others)]
    chosen = of_its_kind(kind, compared)
    assert chosen == [one for one in compared if kind not in others or one.kind == kind]
