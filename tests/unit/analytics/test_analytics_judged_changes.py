"""[change] rule: a file's changes judged by all its waves, places and measures together."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.margins import SURE
from analytics.courses.findings import FINDING_COLUMNS, judge_by_series
from analytics.errors import AnalyticsError
from analytics.workbench.analyse import analyse
from survey_app.commands.analyse import table_lines
from tests.reference.findings.agencies import MAIN, Regime, a_staff, file_of
from tests.reference.findings.regimes import few

MEASURES = 3
PLACES = ["region", "unit"]
KEY = ["measure", "level", "domain", "since", "role"]
MODEL = {"model_difference": "difference", "model_low": "low", "model_high": "high"}


@pytest.fixture(scope="module")
def agency():
    """Three waves of everybody in 30 units of five regions, of which three move much each time."""
    rng = np.random.default_rng(8)
    staff = a_staff(rng, units=30)
    data = file_of(rng, staff, Regime(few, waves=(MAIN,) * 3, measures=MEASURES))
    return data.assign(wave=data["wave"].str[1:].astype(int)), staff


def spec(by=PLACES, **change):
    return {
        "design": {"strata": "unit", "fpc": "N", "lonely": "merge"},
        "scales": {
            f"m{at}": {"items": [f"m{at}"], "minimum": 0, "maximum": 100} for at in range(MEASURES)
        },
        "domains": {"by": list(by), "wave": "wave"},
        "change": {"margin": 4, **change},
    }


@pytest.fixture(scope="module")
def by_courses(agency):
    return analyse(agency[0], spec()).result


@pytest.fixture(scope="module")
def by_differences(agency):
    return analyse(agency[0], spec(rule="differences")).result


def level_and_code(domain):
    return next(iter(domain.items()), ("agency", ""))


def table_of_means(result, staff):
    """Lay the means of a result out as publications show them."""
    rows = [
        (row["wave"], row["index"], *level_and_code(row["domain"]), row["mean"], row["low"],
         row["high"], row["n"])
        for row in result["estimates"] if row["low"] is not None
    ]  # fmt: skip
    names = ["wave", "measure", "level", "domain", "mean", "low", "high", "n"]
    shown = pd.DataFrame(rows, columns=names)
    people = {key: place.population for key, place in staff.places().items()}
    shown["population"] = [people[key] for key in zip(shown["level"], shown["domain"], strict=True)]
    return shown


def wanted(result, to):
    rows = [
        (row["index"], *level_and_code(row["domain"]), row["from"], "previous")
        for row in result["changes"]
        if row["to"] == to
    ]
    return pd.DataFrame(rows, columns=KEY)


def test_a_file_is_judged_as_a_publication_of_the_same_means_is(agency, by_courses):
    _, staff = agency
    shown = table_of_means(by_courses, staff)
    for until, keys in (("1", ["0", "1"]), ("2", ["0", "1", "2"])):
        asked = wanted(by_courses, until)
        found = judge_by_series(
            shown, keys, asked, staff.places(),
            linked=np.ones((len(keys), len(keys))), margins=np.full(len(asked), 4.0),
        ).rows  # fmt: skip
        assert list(found.columns) == list(FINDING_COLUMNS)
        ours = [row for row in by_courses["changes"] if row["to"] == until]
        assert len(found) == len(ours)
        for row, one in zip(ours, found.to_dict("records"), strict=True):
            assert row["verdict_rule"] == "courses"
            assert (row["index"], *level_and_code(row["domain"])) == tuple(
                one[name] for name in KEY[:3]
            )
            for name, theirs in MODEL.items():
                assert row[name] == pytest.approx(one[theirs], abs=1e-9)
            assert row["chance"] == pytest.approx(one["chance"], abs=1e-9)
            assert (row["verdict"], row["apart"]) == (one["verdict"], one["apart"])
    assert {row["verdict"] for row in by_courses["changes"]} >= {"up", "steady", "uncertain"}


def test_the_plain_difference_stands_beside_and_is_that_of_the_old_rule(by_courses, by_differences):
    for row, old in zip(by_courses["changes"], by_differences["changes"], strict=True):
        assert old["verdict_rule"] == "differences"
        assert not old.keys() & MODEL.keys()
        for name in old.keys() - {"verdict", "verdict_rule"}:
            assert row[name] == old[name]
    others = [result for result in (by_courses, by_differences) if "change_rule" in result]
    assert not others
    assert by_courses["warnings"] == by_differences["warnings"]


def test_what_is_named_had_its_interval_beyond_zero_and_is_drawn_towards_the_others(by_courses):
    rows = [row for row in by_courses["changes"] if row["verdict"] in {"up", "down"}]
    assert rows
    for row in rows:
        sign = 1 if row["verdict"] == "up" else -1
        assert sign * row["model_difference"] >= 4
        assert min(sign * row["model_low"], sign * row["model_high"]) > 0
        assert row["chance"] >= SURE
    units = [row for row in by_courses["changes"] if "unit" in row["domain"]]
    size = {name: sum(abs(row[name]) for row in units) for name in ("difference", *MODEL)}
    assert size["model_difference"] < size["difference"]


def test_a_row_may_go_by_another_name_of_the_old_rule(agency, by_differences):
    assert analyse(agency[0], spec(rule="interval")).result["changes"] == by_differences["changes"]


def test_columns_in_their_own_unit_are_judged_where_their_ends_are_told(agency, by_courses):
    data = agency[0].assign(**{f"m{at}": agency[0][f"m{at}"] / 25 + 1 for at in range(MEASURES)})
    means = [f"m{at}" for at in range(MEASURES)]
    own = spec(margin=4 / 25) | {"variables": {"means": means}}
    del own["scales"]
    result = analyse(data, own).result
    assert {row["verdict_rule"] for row in result["changes"]} == {"differences"}
    assert "[variables] ranges" in result["change_rule"]
    own["variables"]["ranges"] = {name: [1, 5] for name in means}
    rows = analyse(data, own).result["changes"]
    for row, points in zip(rows, by_courses["changes"], strict=True):
        assert row["model_difference"] * 25 == pytest.approx(points["model_difference"])
        assert row["verdict"] == points["verdict"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"domains": {"wave": "wave"}}, "no places"),
        ({"domains": {"by": ["region"], "wave": "wave", "person": "id"}}, "linked persons"),
        ({"domains": {"by": ["region"], "wave": "named"}}, "order in time"),
        ({"scales": {}, "variables": {"shares": ["band"]}}, "none is of a mean"),
    ],
)
def test_where_the_rule_cannot_be_followed_one_line_says_so(agency, more, why):
    data = agency[0].assign(named="wave " + agency[0]["wave"].astype(str), band=1)
    data["id"] = range(len(data))
    result = analyse(data, spec(by=["region"]) | more).result
    assert {row["verdict_rule"] for row in result["changes"]} == {"differences"}
    assert why in result["change_rule"]
    assert sum(result["change_rule"] in line for line in table_lines(result)) == 1


def test_shares_keep_the_old_rule_and_the_table_says_which(agency):
    data = agency[0].assign(band=(agency[0]["m0"] > 60).astype(int))
    result = analyse(data, spec(by=["region"]) | {"variables": {"shares": ["band"]}}).result
    rules = {row["statistic"]: row["verdict_rule"] for row in result["changes"]}
    assert rules == {"mean": "courses", "share": "differences"}
    assert "band (share)" in result["change_rule"]
    lines = table_lines(result)
    assert any("measured" in line and "likely" in line and "chance" in line for line in lines)
    (row,) = (r for r in result["changes"] if r["index"] == "m1" and not r["domain"] and
              r["from"] == "0")  # fmt: skip
    (line,) = (line for line in lines if line.startswith("m1 0 to 1"))
    assert f"{row['difference']:+.2f}" in line
    assert f"{row['model_difference']:+.2f}" in line
    assert row["verdict"] in line


@pytest.mark.parametrize(("chance", "told"), [(0.998, "> 99 %"), (0.002, "< 1 %"), (0.87, "87 %")])
def test_no_chance_is_written_as_certain(by_courses, chance, told):
    rows = [row | {"chance": chance} for row in by_courses["changes"][:1]]
    assert any(f" {told} " in line for line in table_lines(by_courses | {"changes": rows}))


def test_only_what_a_protected_file_shows_has_a_part(agency, by_courses):
    data, staff = agency
    hiding = {"disclosure": {"minimum": 15, "hierarchy": PLACES}}
    by = ["region", PLACES]
    result = analyse(data, spec(by) | hiding).result
    hidden = {
        (row["wave"], row["domain"]["unit"], row["index"])
        for row in result["estimates"]
        if row["status"] != "published" and "unit" in row["domain"]
    }
    assert hidden
    # what the people of hidden units say may change nothing but what they are summed up in
    shown = table_of_means(flat(result), staff)
    asked = wanted(flat(result), "2")
    found = judge_by_series(
        shown, ["0", "1", "2"], asked, staff.places(), linked=np.ones((3, 3)),
        margins=np.full(len(asked), 4.0),
    ).rows.set_index(KEY[:3])  # fmt: skip
    rows = [row for row in flat(result)["changes"] if row["to"] == "2"]
    for row in rows:
        unit = row["domain"].get("unit")
        assert not {(wave, unit, row["index"]) for wave in ("1", "2")} & hidden
        one = found.loc[(row["index"], *level_and_code(row["domain"]))]
        for name, theirs in MODEL.items():
            assert row[name] == pytest.approx(one[theirs], abs=1e-9)
        # all digits of a chance would try the people of hidden units
        assert (row["verdict"], row["chance"]) == (one["verdict"], round(one["chance"], 2))


def flat(result):
    """Name units alone, as the register does."""
    told = dict(result)
    for part in ("estimates", "changes"):
        told[part] = [
            row | {"domain": dict(list(row["domain"].items())[-1:])}
            for row in result[part]
            if row.get("status", "published") == "published"
        ]
    return told


def test_confidence_changes_the_plain_interval_and_not_the_verdict(agency, by_courses):
    asked = spec()
    asked["design"] = asked["design"] | {"confidence": 0.8}
    rows = analyse(agency[0], asked).result["changes"]
    for row, usual in zip(rows, by_courses["changes"], strict=True):
        assert row["high"] - row["low"] < usual["high"] - usual["low"]
        assert row["model_difference"] == pytest.approx(usual["model_difference"], abs=0.1001)


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"change": {"rule": "both"}}, "rule must be one of courses, differences, interval"),
        ({"change": {"rule": 3}}, "rule"),
        ({"variables": {"ranges": {"m0": [0, 100]}}}, "none of means"),
        ({"variables": {"means": ["N"], "ranges": {"N": [0]}}}, "both ends"),
        ({"variables": {"means": ["N"], "ranges": {"N": [5, 1]}}}, "must be below"),
    ],
)
def test_what_the_rule_may_not_be_is_one_sentence(agency, sections, told):
    with pytest.raises(AnalyticsError, match=told):
        analyse(agency[0], spec() | sections)


def everybody_answers(*, waves=3, units=8, people=25):
    """Units whose level stays: a person's answers differ by the day, and everybody gives them."""
    rng = np.random.default_rng(3)
    spread = 18 * np.sqrt(0.5)
    lasting = 60 + spread * rng.normal(size=(units, people))
    days = lasting + spread * rng.normal(size=(waves, units, people))
    wave, unit, _ = np.indices(days.shape)
    return pd.DataFrame({
        "wave": 2020 + wave.ravel(), "unit": [f"u{at}" for at in unit.ravel()], "N": people,
        "m0": np.clip(days.ravel(), 0, 100),
    })  # fmt: skip


def test_that_everybody_answered_is_no_sign_that_they_would_say_the_same_again():
    asked = spec(by=["unit"]) | {"scales": {"m0": {"items": ["m0"], "minimum": 0, "maximum": 100}}}
    result = analyse(everybody_answers(), asked).result
    rows = [row for row in result["changes"] if row["domain"]]
    # a mean of 25 persons moves by 18 sqrt(2 x .5 / 25) = 3.6 points though no level does
    assert max(abs(row["difference"]) for row in rows) > 5
    assert not [row for row in rows if row["verdict"] in {"up", "down"}]
    assert {row["verdict_rule"] for row in rows} == {"courses"}


def a_scale_that_loses_an_item(rule):
    """Answers stay as they are; the third item, of which people agree least, is asked once."""
    rng = np.random.default_rng(5)
    person = rng.normal(0, 0.7, (3, 400, 1))
    answers = np.clip(
        np.round(np.array([3.6, 3.5, 2.2]) + person + rng.normal(0, 0.7, (3, 400, 3))), 1, 5
    )
    wave, _ = np.indices((3, 400))
    data = pd.DataFrame(answers.reshape(-1, 3), columns=["q1", "q2", "q3"]).assign(
        wave=2020 + wave.ravel(), unit=[f"u{at % 8}" for at in range(1200)]
    )
    data.loc[data["wave"] > 2020, "q3"] = np.nan
    scale = {"items": ["q1", "q2", "q3"], "minimum": 1, "maximum": 5}
    return analyse(data, {
        "scales": {"s": scale}, "indices": {"i": {"parts": {"s": 1}}},
        "domains": {"by": ["unit"], "wave": "wave"}, "change": {"rule": rule, "margin": 6},
    }).result  # fmt: skip


@pytest.mark.parametrize("rule", ["courses", "differences"])
def test_a_scale_of_other_items_is_not_said_to_have_changed(rule):
    result = a_scale_that_loses_an_item(rule)
    of_the_whole = {
        (row["index"], row["to"]): row for row in result["changes"] if not row["domain"]
    }
    # two thirds of the difference between an item at 2.2 and two at 3.5 on 1-5: some ten points
    for name in ("s", "i"):
        assert of_the_whole[name, "2021"]["difference"] > 8
        assert of_the_whole[name, "2021"]["verdict"] == "uncertain"
    assert of_the_whole["s", "2022"]["verdict"] == "steady"
    assert {row["verdict"] for row in result["changes"] if row["to"] == "2021"} == {"uncertain"}
    told = [text for text in result["warnings"] if "somebody did in another" in text]
    assert [text.partition(", and")[0] for text in told] == [
        f"[scales.s] nobody answered 'q3' in wave '{wave}'" for wave in (2021, 2022)
    ]
