import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError
from analytics.workbench.analyse import UNPROTECTED, analyse
from analytics.workbench.file.categories import natural_order

SPEC = {
    "variables": {"means": ["value"]}, "domains": {"wave": "wave"}, "change": {"margin": 3},
}  # fmt: skip


def waves(*names):
    frames = [
        pd.DataFrame({"wave": name, "value": np.arange(10.0) + 5 * number})
        for number, name in enumerate(names)
    ]
    return pd.concat(frames[::-1], ignore_index=True)


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["V10", "V2", "V1"], ["V1", "V2", "V10"]),
        (["10", "9.5", "-1"], ["-1", "9.5", "10"]),
        (["2026-10", "2026-9", "2025-12"], ["2025-12", "2026-9", "2026-10"]),
        (["2026.10", "2026.9", "2026.12"], ["2026.9", "2026.10", "2026.12"]),
        (["1.25", "1.5", "1.75"], ["1.25", "1.5", "1.75"]),
        (["2.50", "10.75", "2.25"], ["2.25", "2.50", "10.75"]),
        (["b", "a2", "a", "1"], ["1", "a", "a2", "b"]),
        (["uke 1b", "uke 01b", "uke 1a"], ["uke 1a", "uke 01b", "uke 1b"]),
        (["inf", "2", "nan"], ["2", "inf", "nan"]),
    ],
)
def test_names_are_sorted_as_a_reader_counts(names, order):
    assert natural_order(names) == order


def test_the_tenth_wave_comes_after_the_second():
    result = analyse(waves("V1", "V2", "V10"), SPEC).result
    assert [(row["from"], row["to"]) for row in result["changes"]] == [("V1", "V2"), ("V2", "V10")]
    assert [row["difference"] for row in result["changes"]] == pytest.approx([5, 5])


def test_the_order_of_waves_with_names_is_told():
    warnings = analyse(waves("våren", "høsten"), SPEC).result["warnings"]
    assert "'wave' holds text; the waves were taken in this order: høsten, våren." in warnings[0]


@pytest.mark.parametrize("names", [(1, 2, 10), (2024, 2025)])
def test_the_order_of_numbered_waves_needs_no_words(names):
    assert analyse(waves(*names), SPEC).result["warnings"] == [UNPROTECTED]


def test_numbers_that_may_be_months_tell_their_order():
    result = analyse(waves(2026.12, 2026.3, 2026.6), SPEC).result
    assert "holds numbers with decimals" in result["warnings"][0]
    assert "in this order: 2026.12, 2026.3, 2026.6." in result["warnings"][0]


@pytest.mark.parametrize("names", [(2025.25, 2025.5, 2025.75), (2026.1, 2026.2), (9.5, 10)])
def test_numbers_that_are_nothing_else_need_no_words(names):
    assert "this order" not in "".join(analyse(waves(*names), SPEC).result["warnings"])


def test_one_wave_has_no_order_to_tell():
    nothing, unprotected = analyse(waves("V1"), SPEC).result["warnings"]
    assert nothing.startswith("[change] the file has one wave, so nothing can have changed")
    assert unprotected == UNPROTECTED


@pytest.mark.parametrize(
    "names",
    [
        ("3.12.2025", "15.01.2026", "01.02.2026"),
        ("des. 2025", "mars 2026", "Juni 2026"),
        ("2025Q4", "2026Q1"),
        ("4. kvartal 2025", "1. kvartal 2026"),
        ("H1 2025", "H2 2025", "H1 2026"),
        ("vår 2025", "høst 2025", "vår 2026"),
        ("2025-12", "2026-01"),
    ],
)
def test_waves_named_by_a_time_are_in_its_order_without_words(names):
    result = analyse(waves(*names), SPEC).result
    assert [row["from"] for row in result["changes"]] == list(names[:-1])
    assert result["warnings"] == [UNPROTECTED]


@pytest.mark.parametrize("names", [("Mandag 2026", "mai 2025"), ("2026-13", "2026-02")])
def test_what_only_looks_like_a_time_is_text(names):
    assert "holds text" in analyse(waves(*names), SPEC).result["warnings"][0]


def test_a_day_of_another_kind_of_file_is_written_without_its_hour():
    first, second = pd.Timestamp("2025-12-01"), pd.Timestamp("2026-01-15")
    result = analyse(waves(first, second), SPEC).result
    assert [row["to"] for row in result["changes"]] == ["2026-01-15"]
    assert result["warnings"] == [UNPROTECTED]


def test_dates_that_contradict_the_order_of_changes_are_told():
    dates = {"våren": "2026-03-01", "høsten": "2026-10-01"}
    trend = {"measure": "value", "dates": dates}
    result = analyse(waves("våren", "høsten"), SPEC | {"trend": trend}).result
    told = "in the order våren, høsten, and changes are taken in the order høsten, våren"
    assert any(told in text for text in result["warnings"])
    trend["dates"] = dict(zip(("V1", "V2"), dates.values(), strict=True))
    result = analyse(waves("V1", "V2"), SPEC | {"trend": trend}).result
    assert not any("puts the waves" in text for text in result["warnings"])


@pytest.mark.parametrize(
    ("names", "more", "told"),
    [
        (
            ("våren", "høsten"),
            {
                "trend": {
                    "measure": "value",
                    "dates": {"våren": "2026-03-01", "høsten": "2026-10-01"},
                }
            },
            "[trend.dates] puts the waves in the order våren, høsten",
        ),
        (("2026.3", "2026.12"), {}, "[domains] wave: 'wave' holds numbers with decimals"),
    ],
)
def test_what_is_told_of_the_order_of_waves_is_told_of_a_protected_file_as_well(names, more, told):
    protected = {"disclosure": {"minimum": 5}}
    for spec in (SPEC | more, SPEC | more | protected):
        warnings = analyse(waves(*names), spec).result["warnings"]
        assert any(text.startswith(told) for text in warnings)
        assert not any("More is to be said" in text for text in warnings)


@pytest.mark.parametrize(
    "names",
    [
        ("01.03.2025", "2025-03-01", "2026-03-01"),
        ("Vår 2025", "vår 2025"),
        ("vår 2025", "spring 2025", "høst 2025"),
        ("2026Q1", "1. kvartal 2026"),
        ("Before", "after", "before"),
    ],
)
def test_one_wave_under_two_names_is_not_compared_with_itself(names):
    with pytest.raises(FrameError, match="are one wave, and would be compared as two"):
        analyse(waves(*names), SPEC)


def test_a_quarter_and_a_half_of_a_year_are_two_waves():
    assert analyse(waves("2026H1", "2026Q1", "H2 2026"), SPEC).result["changes"]
    with pytest.raises(FrameError, match="are one wave"):
        analyse(waves("2026H1", "2026Q1", "H1 2026"), SPEC)
