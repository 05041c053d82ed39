"""Places put together from what was published of each."""

import pytest

from analytics.comparison.together import ShownPart, put_together


def test_places_count_by_their_people():
    # (30 x 60 + 10 x 70) / 40 = 62.5; arms: hypot(.75 x 4, .25 x 6) = 3.354, rounded outwards
    found = put_together(
        [ShownPart(30, 60.0, 56.0, 64.0, 2.0, 20), ShownPart(10, 70.0, 64.0, 76.0, 3.0, 8)]
    )
    assert (found.people, found.mean, found.low, found.high) == (40, 62.5, 59.1, 65.9)
    # hypot(.75 x 2, .25 x 3) = 1.677
    assert (found.se, found.n) == (1.7, 28)


def test_one_place_is_itself():
    assert put_together([ShownPart(30, 61.3, 56.2, 66.4, 2.6, 20)]) == put_together(
        [ShownPart(30, 61.3, 56.2, 66.4, 2.6, 20)]
    )
    found = put_together([ShownPart(30, 61.3, 56.2, 66.4, 2.6, 20)])
    assert (found.mean, found.low, found.high, found.se, found.n) == (61.3, 56.2, 66.4, 2.6, 20)


def test_what_one_part_does_not_tell_the_whole_does_not_tell():
    found = put_together(
        [ShownPart(30, 60.0, 56.0, 64.0, 2.0, 20), ShownPart(10, 70.0, 64.0, 76.0)]
    )
    assert (found.se, found.n) == (None, None)


def test_the_interval_stays_on_the_scale():
    found = put_together([ShownPart(30, 98.0, 90.0, 100.0), ShownPart(10, 99.0, 91.0, 100.0)])
    assert found.high <= 100.0


@pytest.mark.parametrize("parts", [[], [ShownPart(0, 60.0, 50.0, 70.0)]])
def test_nobody_has_no_mean(parts):
    with pytest.raises(ValueError, match="people"):
        put_together(parts)
