"""In the nights when clocks change, what is due leaves in the first moment that is not quiet."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from survey_app.shared.clock import OSLO
from survey_app.shared.quiet_time import QuietTime, read_quiet_time

SPRING, AUTUMN = datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
hours = some.integers(0, 24)
spans = some.tuples(hours, hours).filter(
    lambda one: one[0] != one[1] and set(one) != {0, 24}  # without an end
)
moments = some.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    some.sampled_from([SPRING, AUTUMN]),
    some.integers(-36 * 60, 36 * 60),
)


@given(moments, spans, some.sampled_from(["", "sunday", "sunday, easter+1", "10-31"]))
@example(AUTUMN, (3, 0), "")
def test_nothing_leaves_in_a_quiet_time_or_waits_longer_than_it_lasts(due, span, days):
    quiet = read_quiet_time("{}-{}".format(*span), days)
    leaves = quiet.over(due)
    assert leaves >= due
    assert not quiet.holds(leaves)
    at = due
    while at < leaves:
        assert quiet.holds(at)
        at = min(at + QUARTER, leaves)
    # by whatever clock it is asked; an hour that comes twice equals none of another zone
    assert quiet.over(due.astimezone(OSLO)).astimezone(UTC) == leaves


@pytest.mark.parametrize(
    ("span", "due", "leaves"),
    [
        # 2 is left out: what waits for it leaves at 3, which comes in its place
        ((21, 2), SPRING - QUARTER, SPRING),
        # an hour that is left out is quiet for nobody
        ((2, 3), SPRING - QUARTER, SPRING - QUARTER),
        ((2, 3), SPRING, SPRING),
        # 2 comes twice: both are quiet, and what waits for 2 leaves at the first
        ((21, 2), AUTUMN - timedelta(hours=2), AUTUMN - timedelta(hours=1)),
        ((2, 3), AUTUMN - timedelta(hours=1), AUTUMN + timedelta(hours=1)),
        ((2, 3), AUTUMN + QUARTER, AUTUMN + timedelta(hours=1)),
        ((21, 3), AUTUMN - QUARTER, AUTUMN + timedelta(hours=1)),
    ],
)
def test_an_hour_that_is_left_out_or_comes_twice_ends_the_quiet_by_the_clock_on_the_wall(
    span, due, leaves
):
    assert QuietTime(span).over(due) == leaves
