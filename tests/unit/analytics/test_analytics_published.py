"""[published]: a table of published figures instead of a file of respondents."""

import io
import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import AnalyticsError
from analytics.workbench.analyse import analyse
from analytics.workbench.sections.trend.rows import trend_entry
from analytics.workbench.specification.trend import read_trend
from survey_app.commands.analyse import analyse_file
from survey_app.commands.files import UnwritableFileError
from survey_app.reading.exports.estimates import ESTIMATES

DAYS = ("2021-03-15", "2022-03-15", "2023-03-15", "2024-03-15", "2025-03-15", "2026-03-15")


def a_table(text):
    return pd.read_csv(io.StringIO(text))


def one_series(estimate=(60, 60.5, 61, 64, 66, 69), se=0.8, days=DAYS):
    return pd.DataFrame({"date": list(days), "estimate": list(estimate), "se": se})


def places(jump=0.0, seed=4, units=8):
    """A whole and units over six years; the first unit jumps in the fourth."""
    rng = np.random.default_rng(seed)
    rows = [("agency", "", day, 60 + rng.normal(0, 0.4), 0.4) for day in DAYS]
    for unit in range(units):
        for at, day in enumerate(DAYS):
            moved = jump * (unit == 0 and at >= 3)
            rows.append(("unit", f"u{unit}", day, 60 + moved + rng.normal(0, 2), 2.0))
    table = pd.DataFrame(rows, columns=["level", "domain", "closed_on", "mean", "se"])
    return table.assign(measure="KI", statistic="mean")


def result(table, **more):
    return analyse(table, {"published": {}, "trend": {}} | more).result


def changes(table, **more):
    """Leave the trends out, which take most of the time."""
    return analyse(table, {"published": {}} | more).result


def test_one_series_has_the_trend_that_its_figures_have_in_a_file():
    dates = {day: date.fromisoformat(day) for day in DAYS}
    table = one_series()
    figures = dict(
        zip(DAYS, zip(table["estimate"], table["se"], [np.inf] * 6, strict=True), strict=True)
    )
    alone = trend_entry(read_trend({"measure": "x", "dates": dates}), figures)
    found = result(table)
    row = found["trends"][0]
    for name in ("level", "change", "direction", "slope", "break", "smoothed"):
        assert row[name] == alone[name]
    assert row["verdict_rule"] == "differences"
    assert json.loads(json.dumps(found)) == found


def test_a_change_is_the_difference_of_two_figures_with_both_errors():
    row = changes(one_series())["changes"][2]
    assert (row["from"], row["to"]) == ("2023-03-15", "2024-03-15")
    assert row["difference"] == 3
    assert row["se"] == pytest.approx(np.hypot(0.8, 0.8))
    assert (row["verdict"], row["verdict_rule"]) == ("up", "differences")


def test_places_beside_the_whole_are_judged_by_courses_and_each_row_says_so():
    found = changes(places(jump=14.0))
    assert "change_rule" not in found
    assert {row["verdict_rule"] for row in found["changes"]} == {"courses"}
    up = [row for row in found["changes"] if row["verdict"] == "up"]
    assert [(row["domain"], row["to"]) for row in up] == [({"unit": "u0"}, "2024-03-15")]
    assert up[0]["apart"]
    assert up[0]["model_low"] < up[0]["model_difference"] < up[0]["difference"]


def test_what_courses_cannot_read_is_judged_by_differences_with_the_reason():
    alone = changes(one_series(), published={"range": [0, 100]})
    assert "no places beside the whole" in alone["change_rule"]
    unknown = changes(places().drop(columns="statistic"))
    assert "points of 0-100" in unknown["change_rule"]
    named = changes(places(), change={"rule": "differences"})
    assert "change_rule" not in named
    assert {row["verdict_rule"] for row in named["changes"]} == {"differences"}


def test_regions_hold_the_units_that_name_them_as_parent():
    table = places(jump=14.0).assign(
        parent=lambda rows: np.where(rows["level"] == "unit", "north", "")
    )
    region = table[table["level"] == "agency"].assign(level="region", domain="north", se=0.9)
    found = changes(pd.concat([table, region], ignore_index=True))
    assert [row["domain"] for row in found["changes"] if row["verdict"] == "up"] == [{"unit": "u0"}]


def test_among_many_places_a_direction_must_hold_for_all_of_them():
    table = places()
    table = table.assign(mean=60.0)
    table.loc[table["domain"] == "u3", "mean"] = 60.0 + 6.5 * np.arange(len(DAYS))
    alone = result(table[table["domain"].isin(["", "u3"])])
    many = result(table)
    told = [
        next(row["direction"] for row in found["trends"] if row["domain"] == {"unit": "u3"})
        for found in (alone, many)
    ]
    assert told == ["up", "uncertain"]
    assert any("Benjamini-Hochberg" in text for text in many["warnings"])


def test_the_ends_of_a_scale_bring_its_figures_to_points():
    own = one_series(estimate=[3.4, 3.42, 3.44, 3.56, 3.64, 3.76], se=0.032)
    found = result(own, published={"range": [1, 5]})
    plain = result(one_series())
    assert found["trends"][0]["level"]["estimate"] == pytest.approx(
        plain["trends"][0]["level"]["estimate"], rel=1e-6
    )
    assert found["changes"][2]["difference"] == pytest.approx(3)


def test_shares_are_told_in_percentage_points():
    table = one_series([0.6, 0.6, 0.61, 0.62, 0.6, 0.7], 0.01).assign(
        statistic="share", category="4"
    )
    row = changes(table)["changes"][-1]
    assert (row["statistic"], row["category"]) == ("share", "4")
    assert row["difference"] == pytest.approx(10)


def test_an_error_is_taken_from_the_interval_and_told():
    table = one_series().assign(
        low=lambda t: t["estimate"] - 1.96, high=lambda t: t["estimate"] + 1.96
    )
    found = changes(table.drop(columns="se"))
    assert found["changes"][0]["se"] == pytest.approx(np.sqrt(2), rel=1e-4)
    assert "6 rows without a standard error" in found["warnings"][0]


def test_a_finite_population_is_taken_back():
    table = one_series().assign(n=50, people=100)
    plain = changes(table)["changes"][0]["se"]
    free = changes(table, published={"population": "people"})["changes"][0]["se"]
    assert free == pytest.approx(np.sqrt(plain**2 * 2 + 2 * 0.01 / 12))


@pytest.mark.parametrize("error", [0.0, None])
def test_a_figure_without_an_error_is_left_out_and_told(error):
    table = one_series()
    table.loc[3, "se"] = error
    found = result(table)
    assert len(found["trends"][0]["waves"]) == 5
    assert any("1 row with a figure but neither" in text for text in found["warnings"])


def test_dates_of_many_kinds_are_read_and_longer_times_are_told():
    days = ["2021-03-15", "15.03.2022", "mars 2023", "2024Q1", "vår 2025", "2026"]
    found = result(one_series(days=days))
    told = [wave["date"] for wave in found["trends"][0]["waves"]]
    assert told == [
        "2021-03-15",
        "2022-03-15",
        "2023-03-15",
        "2024-02-15",
        "2025-04-15",
        "2026-07-01",
    ]
    assert "the dates of 4 rows are a month" in found["warnings"][0]


def test_waves_get_their_dates_from_the_trend_section():
    table = one_series().assign(wave=[f"w{at}" for at in range(6)]).drop(columns="date")
    dates = {f"w{at}": day for at, day in enumerate(DAYS)}
    found = result(table, trend={"dates": dates})
    assert [wave["date"] for wave in found["trends"][0]["waves"]] == list(DAYS)


def test_a_single_wave_has_a_level_and_no_change():
    found = result(one_series().head(1))
    row = found["trends"][0]
    assert (row["level"]["estimate"], row["change"], row["direction"]) == (60, None, "uncertain")
    assert any("one wave" in text for text in row["warnings"])
    assert found["changes"] == []


def test_rows_of_our_exports_are_read_as_they_are():
    assert {"closed_on", "mean", "se", "low", "high", "n", "level", "domain", "parent"} <= set(
        ESTIMATES
    )
    table = places().reindex(columns=[*ESTIMATES]).assign(population="staff")
    table.loc[5, ["mean", "se"]] = None
    found = changes(table, published={"only": {"statistic": "mean", "level": ["agency", "unit"]}})
    assert found["series"] == 9
    assert len(found["changes"]) == 8 * 5 + 4


def test_events_and_several_breaks_belong_to_each_series():
    event = {"name": "reform", "date": "2023-09-01", "shape": "step"}
    found = result(one_series(), trend={"events": [event], "breaks": {}})
    row = found["trends"][0]
    assert row["effects"][0]["name"] == "reform"
    assert row["breaks"]["number"] is None
    assert any("too short for several breaks" in text for text in row["warnings"])


def test_one_measure_may_be_chosen_and_one_that_is_not_there_is_named():
    both = pd.concat([places(units=1), places(units=1).assign(measure="TR")])
    assert result(both, trend={"measure": "TR"})["series"] == 2
    with pytest.raises(
        AnalyticsError, match="measure 'XX' is none of the table: it has 'KI', 'TR'"
    ):
        result(both, trend={"measure": "XX"})


@pytest.mark.parametrize(
    ("text", "spec", "sentence"),
    [
        ("date,estimate,se\n2021-01-01,60,-1\n", {}, "row 1: the standard error is negative"),
        ("date,estimate,se\n2021-01-01,60,1\n2021-01-01,61,1\n", {}, "row 2 and another row both"),
        ("date,estimate,se\n2021-01-01,6o,1\n", {}, "is no number in 1 row"),
        ("date,estimate,se\n2021-01-01,inf,1\n", {}, "row 1: estimate is beyond 1e"),
        ("date,estimate,se\n3/4/2021,60,1\n", {}, "'3/4/2021' in row 1 is no date"),
        ("date,estimate,se\n,60,1\n", {}, "row 1 has no date"),
        ("date,estimate\n2021-01-01,60\n", {}, "needs se, the column of standard errors"),
        ("date,se\n2021-01-01,1\n", {}, "needs estimate, the name of a column"),
        ("estimate,se\n60,1\n", {}, "needs date, the name of a column"),
        (
            "date,estimate,se\n2021-01-01,60,1\n",
            {"se": "error"},
            "'error', which the data does not",
        ),
        ("date,estimate,se\n2021-01-01,60,1\n", {"colour": "x"}, "does not know 'colour'"),
        ("date,estimate,se\n2021-01-01,60,1\n", {"range": [5, 1]}, "first end must be below"),
        ("date,estimate,se\n2021-01-01,60,1\n", {"range": 5}, "range must have both ends"),
        ("date,estimate,se\n2021-01-01,60,1\n", {"only": {"se": []}}, "must be a category"),
        ("date,estimate,se\n2021-01-01,60,1\n", {"only": {"se": 7}}, "has no '7'; it has 1"),
        ("date,estimate,low,high\n2021-01-01,60,61,59\n", {}, "ends below where it begins"),
        ("date,estimate,se,n,N\n2021-01-01,60,1,9,5\n", {"population": "N"}, "smaller than n"),
        ("date,estimate,low,high\n2021-01-01,60,61,65\n", {}, "row 1: .* its own interval"),
        ("date,estimate,se\n2021-01-01,5.5,1\n", {"range": [1, 5]}, "row 1: .* range = .1, 5"),
        ("date,statistic,estimate,se\n2021-01-01,share,50,2\n", {}, "row 1: .* beyond 1"),
        ("date,estimate,se\n", {}, "no rows"),
    ],
)
def test_a_table_that_is_wrong_says_where(text, spec, sentence):
    with pytest.raises(AnalyticsError, match=sentence):
        result(a_table(text), published=spec)


def test_shares_in_per_cent_are_read_with_their_range():
    told = a_table("date,statistic,estimate,se\n2021-01-01,share,50,1\n2022-01-01,share,58,1\n")
    row = result(told, published={"range": [0, 100]})["changes"][0]
    assert row["difference"] == pytest.approx(8)
    below = told.assign(statistic="balance", estimate=[-30.0, -20.0])
    row = result(below, published={"range": [0, 100]})["changes"][0]
    assert row["difference"] == pytest.approx(10)
    # on the ends of a question a balance is no figure
    with pytest.raises(AnalyticsError, match=r"row 1: .* range = .1, 5"):
        result(below.assign(estimate=[-0.3, -0.2]), published={"range": [1, 5]})


def in_crowns():
    """A whole and four places that rise by 20 crowns a year, with an error of 4."""
    rows = [
        ("mean", level, domain, day, start + 20.0 * at, 4.0)
        for level, domain, start in [
            ("agency", "", 600),
            *(("region", f"r{k}", 590) for k in "abcd"),
        ]
        for at, day in enumerate(DAYS[:4])
    ]
    return pd.DataFrame(rows, columns=["statistic", "level", "domain", "date", "estimate", "se"])


def test_means_in_a_unit_of_their_own_are_not_judged_as_points():
    found = result(in_crowns())
    assert {row["verdict_rule"] for row in found["changes"]} == {"differences"}
    # 20 with an error of sqrt(4^2 + 4^2): z = 3.54
    assert {row["verdict"] for row in found["changes"]} == {"up"}
    assert found["changes"][0]["p"] == pytest.approx(0.000407, abs=1e-6)
    assert "figures lie outside 0-100, so they are no means in points" in found["change_rule"]
    assert any("lie between 600 and 660, beyond 0-100" in text for text in found["warnings"])
    told = result(in_crowns(), change={"margin": 30})
    assert not any("beyond 0-100" in text for text in told["warnings"])


def test_totals_beside_means_do_not_take_the_points_from_them():
    """A table that tells figures apart by their statistic alone, as one of a single measure may."""
    means = places(jump=14.0).drop(columns="measure")
    totals = means.assign(statistic="total", mean=means["mean"] * 50, se=means["se"] * 50)
    found = changes(pd.concat([means, totals], ignore_index=True))
    rules = {(row["statistic"], row["verdict_rule"]) for row in found["changes"]}
    assert rules == {("mean", "courses"), ("total", "differences")}
    alone = changes(means)["changes"]
    assert [row for row in found["changes"] if row["statistic"] == "mean"] == alone


def test_means_on_a_scale_whose_ends_are_named_are_points():
    found = result(in_crowns(), published={"range": [200, 800]})
    assert {row["verdict_rule"] for row in found["changes"]} == {"courses"}
    # of the same table, those that are points
    both = pd.concat(
        [
            in_crowns().assign(measure="pay"),
            places()
            .assign(measure="trust", statistic="mean")
            .rename(columns={"closed_on": "date", "mean": "estimate"}),
        ]
    )
    rules = {(row["index"], row["verdict_rule"]) for row in result(both)["changes"]}
    assert rules == {("pay", "differences"), ("trust", "courses")}


@pytest.mark.parametrize("statistic", ["mean", "score"])
def test_grades_of_a_question_without_the_ends_of_their_scale_are_told(statistic):
    rows = ("date,statistic,estimate,se", "2021,{},3.1,.02", "2022,{},3.9,.02")
    both = "\n".join(rows).format(statistic, statistic)
    told = result(a_table(both))["warnings"]
    assert any("lie between 3.1 and 3.9" in text and "range = [1, 5]" in text for text in told)
    for spec in ({"published": {"range": [1, 5]}}, {"change": {"margin": 0.2}}):
        assert not any("lie between" in text for text in result(a_table(both), **spec)["warnings"])


def test_figures_of_any_size_are_read_or_refused_in_a_sentence():
    tiny = changes(one_series(se=1e-300))
    assert "error of 0" in tiny["warnings"][0]
    with pytest.raises(AnalyticsError, match="se is beyond"):
        changes(one_series(se=1e300))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"scales": {}}, r"\[scales\] has nothing to work on there"),
        ({"design": {"weight": "w"}}, r"\[design\] beside \[published\] does not know 'weight'"),
        ({"trend": {"splices": [{}]}}, "for a file of respondents"),
        ({"change": {"questions": True}}, r"\[change\] beside \[published\] does not know"),
    ],
)
def test_sections_of_respondents_are_refused(more, sentence):
    with pytest.raises(AnalyticsError, match=sentence):
        result(one_series(), **more)


@settings(deadline=None, max_examples=3)
@given(st.integers(0, 100), st.floats(-20, 20))
def test_neither_the_order_of_rows_nor_the_origin_of_the_scale_matters(seed, shift):
    table = places(jump=9.0, units=2)
    plain, other = (
        result(one, published={"range": [0, 100]})
        for one in (
            table,
            table.assign(mean=table["mean"] + shift).sample(frac=1, random_state=seed),
        )
    )
    assert [row["domain"] for row in plain["trends"]] == [row["domain"] for row in other["trends"]]
    for one, two in zip(plain["changes"], other["changes"], strict=True):
        for name in ("difference", "se", "p_adjusted", "model_difference", "chance"):
            assert two[name] == pytest.approx(one[name], abs=1e-6)
        assert one["verdict"] == two["verdict"]
    for one, two in zip(plain["trends"], other["trends"], strict=True):
        assert two["level"]["estimate"] == pytest.approx(one["level"]["estimate"] + shift, abs=1e-4)
        assert two["change"]["estimate"] == pytest.approx(one["change"]["estimate"], abs=1e-4)


def test_the_command_prints_trends_and_changes(tmp_path, capsys):
    data, spec = tmp_path / "t.csv", tmp_path / "s.toml"
    places(jump=14.0, units=2).to_csv(data, index=False)
    spec.write_text("[published]\n[trend]\n")
    analyse_file(data, spec, form="table", weights=None)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "18 rows, 3 series"
    assert any(line.startswith("KI unit=u0 ") and "since 2025-03-15" in line for line in lines)
    assert any("KI unit=u0 2023-03-15 to 2024-03-15" in line for line in lines)
    analyse_file(data, spec, form="json", weights=None)
    assert json.loads(capsys.readouterr().out)["series"] == 3
    with pytest.raises(UnwritableFileError, match="leave --weights out"):
        analyse_file(data, spec, form="json", weights=tmp_path / "w.csv")
