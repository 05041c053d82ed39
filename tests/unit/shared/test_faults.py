"""The log is told where something broke, and never what was in it."""

import re

from survey_app.shared.faults import places_of


def _raised(depth):
    try:
        _fail(depth)
    except ValueError as error:
        return error


def _fail(depth):
    if depth == 0:
        raise ValueError("Failing row contains (nord-1, {5,4,1})")
    _fail(depth - 1)


def test_places_are_file_and_line_with_the_innermost_first():
    innermost = _fail.__code__.co_firstlineno + 2
    caller = _raised.__code__.co_firstlineno + 2
    assert places_of(_raised(0)) == f"test_faults.py:{innermost} < test_faults.py:{caller}"


def test_six_places_are_named_at_most_and_no_message():
    places = places_of(_raised(20))
    assert re.fullmatch(r"test_faults\.py:\d+( < test_faults\.py:\d+){5}", places)


def test_an_error_that_was_never_raised_has_no_place():
    assert places_of(ValueError("nord-1")) == ""
