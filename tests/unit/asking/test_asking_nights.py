"""Nightly counts of a whole wave: neither they nor what lies between them is about a few."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from survey_app.asking.campaigns.nights import NightCount, step_count
from survey_app.running.field.course import course_from


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), st.integers(0, 40), st.integers(3, 8))
def test_no_night_and_no_two_nights_tell_of_fewer_than_k(came, left_over, k):
    invited, answered, told = sum(came) + left_over, 0, [0]
    for more in came:
        answered += more
        told.append(step_count(told[-1], answered, invited, k))
        assert told[-1] <= answered
    for at, later in enumerate(told):
        assert later == 0 or (later >= k and invited - later >= k)
        assert all(later == before or later - before >= k for before in told[:at])


def test_a_count_that_is_not_told_tells_neither_nothing_nor_a_little():
    # nobody, or four: the same
    assert step_count(20, 20, 60, 5) == step_count(20, 24, 60, 5) == 20


def test_days_without_a_night_stay_empty_and_the_last_night_is_the_count():
    opens, closes = date(2026, 5, 12), date(2026, 5, 15)
    nights = [NightCount(date(2026, 5, 12), 10), NightCount(date(2026, 5, 14), 30)]
    course = course_from(opens, closes, nights, 100, [])
    assert [one.counted for one in course.days] == [0.1, None, 0.3, None]
    assert (course.answered, course.share, course.counted_on) == (30, 0.3, date(2026, 5, 14))
    assert course.forecast is course.gain is course.usual_now is None
