"""The expected texts are those of the interface document, section 5."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, sampled_from

from survey_app.shared.numbers import (
    count,
    decimal,
    interval,
    long_date,
    margin,
    per_hundred,
    percent,
    percent_interval,
    short_date,
    signed,
    time_of_day,
    whole_interval,
)

languages = sampled_from(["nb", "nn", "en"])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (decimal(71.46, "nb"), "71,5"),
        (decimal(71.46, "en"), "71.5"),
        (decimal(71.5, "nb", 0), "72"),
        (decimal(70.5, "nb", 0), "71"),
        (decimal(0.15, "nb"), "0,2"),
        (decimal(1847.25, "nn"), "1\u00a0847,3"),
        (signed(5.3, "nb"), "+5,3"),
        (signed(-4.7, "nn"), "−4,7"),
        (signed(-4.7, "en"), "−4.7"),
        (interval(70, 73, "nb", 0), "70–73"),
        (interval(70.5, 72.5, "nn"), "70,5–72,5"),
        (interval(-0.8, 2.3, "nb"), "−0,8\u00a0til\u00a02,3"),
        (interval(-0.8, 2.3, "en"), "−0.8\u00a0to\u00a02.3"),
        (interval(-7.1, -2.3, "nb"), "−7,1\u00a0til\u00a0−2,3"),
        (whole_interval(70.5, 72.5, "nb"), "70–73"),
        (whole_interval(70.0, 73.0, "nb"), "70–73"),
        (whole_interval(-0.8, 2.3, "nn"), "−1\u00a0til\u00a03"),
        (percent(0.47, "nb"), "47\u00a0%"),
        (percent(0.47, "nn"), "47\u00a0%"),
        (percent(0.47, "en"), "47%"),
        (percent_interval(0.44, 0.501, "nb"), "44–51\u00a0%"),
        (count(1847, "nb"), "1\u00a0847"),
        (count(1847, "en"), "1,847"),
        (count(12, "nn"), "12"),
        (margin(1.2, "nb"), "±1,2"),
        (margin(1.2, "en"), "±1.2"),
        (long_date(date(2026, 6, 12), "nb"), "12.\u00a0juni 2026"),
        (long_date(date(2026, 6, 12), "nn"), "12.\u00a0juni 2026"),
        (long_date(date(2026, 6, 12), "en"), "12\u00a0June 2026"),
        (short_date(date(2026, 5, 29), "nb"), "29.\u00a0mai"),
        (time_of_day(time(9, 30), "nb"), "kl.\u00a009.30"),
        (time_of_day(time(9, 30), "en"), "09:30"),
    ],
)
def test_a_number_is_written_as_the_interface_document_says(written, expected):
    assert written == expected


@pytest.mark.parametrize("value", [0.0, -0.0, 0.04, -0.04])
def test_zero_has_no_sign(value):
    assert signed(value, "nb") == "0,0"
    assert interval(value, 2.0, "nb") == "0,0–2,0"


def test_a_moment_is_told_in_norwegian_time():
    just_before_midnight_in_utc = datetime(2026, 6, 11, 22, 30, tzinfo=UTC)
    assert long_date(just_before_midnight_in_utc, "nb") == "12.\u00a0juni 2026"
    assert time_of_day(just_before_midnight_in_utc, "nb") == "kl.\u00a000.30"


@pytest.mark.parametrize(
    ("share", "digits", "written"),
    [
        (0.0, 0, "0"),
        (-0.0, 0, "0"),
        (0.004, 0, "<1"),
        (0.005, 0, "1"),
        (0.994, 0, "99"),
        (0.995, 0, ">99"),
        (1.0, 0, "100"),
        (0.1 + 0.2 + 0.7, 0, "100"),
        (1 - 2**-52, 0, "100"),
        (2**-52, 0, "0"),
        (0.00004, 2, "<0,01"),
        (0.99996, 2, ">99,99"),
        (0.996, 1, "99,6"),
    ],
)
def test_a_share_that_is_not_all_never_reads_as_all_nor_one_that_is_not_none_as_none(
    share, digits, written
):
    assert per_hundred(share, "nb", digits) == written
    assert percent(share, "nb", digits) == f"{written}\u00a0%"


@given(floats(0, 1), integers(0, 2), languages)
def test_what_a_share_is_written_as_is_true_of_it(share, digits, lang):
    text = per_hundred(share, lang, digits)
    number = float(text.strip("<>").replace(",", "."))
    if text.startswith("<"):
        assert 0 < share * 100 < number
    elif text.startswith(">"):
        assert number < share * 100 < 100
    else:
        assert abs(number - share * 100) <= 0.5 * 10**-digits + 1e-9


@given(floats(0, 100), floats(0, 100), languages)
def test_a_whole_interval_never_looks_surer_than_it_is(one, other, lang):
    low, high = sorted((one, other))
    lower, upper = whole_interval(low, high, lang).split("–")
    assert int(lower) <= low + 1e-9
    assert int(upper) >= high - 1e-9


@given(integers(0, 10**9), languages)
def test_thousands_are_parted_and_nothing_is_lost(number, lang):
    text = count(number, lang)
    assert int(text.replace("\u00a0", "").replace(",", "")) == number


@given(floats(-100, 100), languages)
def test_no_number_breaks_over_two_lines_or_uses_a_hyphen(value, lang):
    text = signed(value, lang)
    assert " " not in text
    assert "-" not in text
