"""Whatever share answered in each wave, what is said of it is what the waves tell."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from survey_app.reading.response_then import FAR, told_of_rates
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import languages
from survey_app.shared.numbers import percent
from tests.examples import examples

FALLEN = {"nb": "har falt", "nn": "har falle", "en": "has fallen"}
RISEN = {"nb": "har økt", "nn": "har auka", "en": "has risen"}
thousandths = st.integers(0, 1000).map(lambda value: value / 1000)


def a_wave(number):
    labels = {"in": dict.fromkeys(languages(), f"W{number}")}
    return Wave(
        str(number), "k", f"k-{number}", number, "pulse", labels, f"2026-01-{number + 1:02}",
        datetime(2026, 2, 1, tzinfo=UTC), 1, 0, frozenset(),
    )  # fmt: skip


@examples(60, audit=2000)
@given(thousandths, st.lists(thousandths, max_size=6))
def test_the_rate_that_is_farthest_away_is_told_and_no_rate_that_is_near(now, rates):
    before = [(rate, a_wave(number)) for number, rate in enumerate(rates)]
    farthest = max((abs(now - rate) for rate in rates), default=0.0)
    for lang in languages():
        told = told_of_rates(now, before, lang)
        if round(farthest, 3) < FAR:
            assert told == ""
            continue
        rate = rates[int(re.search(r"W(\d+)", told)[1])]
        assert round(abs(now - rate) - farthest, 9) == 0
        assert percent(rate, lang) in told
        assert (FALLEN[lang] in told, RISEN[lang] in told) == (rate > now, rate < now)
