"""What a publication says of its own figures, and what it keeps for later waves."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analytics.comparability import Scores
from analytics.disclosure.participation import protect_participation
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree
from analytics.tables import EstimateTable
from analytics.waves import WaveMeta
from survey_app.publishing.computing.checks import dont_know
from survey_app.publishing.computing.comparable import shifts
from survey_app.publishing.computing.composition import composition
from survey_app.publishing.computing.invariance import (
    models_of,
    moments_kept,
    over_groups,
    over_waves,
)
from survey_app.publishing.computing.told_counts import with_told_counts
from survey_app.publishing.inputs.past import COLUMNS, Past
from survey_app.publishing.inputs.stored import read_moments, read_table, write_table
from tests.attack.waves import History
from tests.unit.analytics.disclosure.trees import units

LONG, SHORT = ("a.1", "a.2", "a.3"), (("b.1", "b.2"), ("c.1", "c.2"))
EMPTY = EstimateTable.empty()
ITEMS = [*LONG, *SHORT[0], *SHORT[1]]


def a_wave(seed=3, *, moved=0.0, small=150, kind="main"):
    """Two types of unit; the second may answer one item otherwise than the first."""
    rng = np.random.default_rng(seed)
    n = 300 + small
    trait = rng.normal(60, 14, n)
    own = {code: trait + rng.normal(0, 8, n) for code in "abc"}
    items = pd.DataFrame({name: own[name[0]] + rng.normal(0, 12, n) for name in ITEMS})
    where = np.repeat(["prison", "probation"], [300, small])
    items.loc[where == "probation", "a.1"] += moved
    items.loc[where == "probation", "a.2"] -= moved
    form = SimpleNamespace(
        scales=[
            SimpleNamespace(code=code, items=own)
            for code, own in (("A", LONG), ("B", SHORT[0]), ("C", SHORT[1]))
        ],
        indices=[SimpleNamespace(code="I", parts={"B": 0.5, "C": 0.5}),
                 SimpleNamespace(code="J", parts={"A": 1.0})],
    )  # fmt: skip
    frame = pd.DataFrame({"unit": ["pri", "pro"], "unit_type": ["prison", "probation"]})
    data = SimpleNamespace(kind=kind, population="staff", questionnaire=form, frame=frame,
                           domains=pd.Series(where).str[:3], key="now")  # fmt: skip
    scores = Scores(items, pd.DataFrame(index=items.index), {}, np.ones(n))
    return SimpleNamespace(data=data), SimpleNamespace(scores=scores)


def shown(hidden=(), *, small=150):
    rows = [
        (code, "item" if "." in code else "scale", "mean", level, place,
         "suppressed_primary" if (code, place) in hidden else "published")
        for code in ("A", "B", "C", "I", "J", *ITEMS)
        for level, place in (("agency", ""), ("unit_type", "prison"), ("unit_type", "probation"))
    ]  # fmt: skip
    columns = ["measure", "kind", "statistic", "level", "domain", "status"]
    answered = {"": 300 + small, "prison": 300, "probation": small}
    frame = pd.DataFrame(rows, columns=columns).assign(low=50.0)
    return frame.assign(n=frame["domain"].map(answered), n_eff=1.0, deff=1.0)


def of_groups(hidden=(), *, small=150, **facts):
    wave, told = a_wave(small=small, **facts), shown(hidden, small=small)
    models = models_of(*wave, told)
    return {row["measure"]: row for row in over_groups(models, *wave, told)["rows"]}


def test_long_scales_are_tested_alone_and_indices_of_short_ones_as_they_are():
    models = models_of(*a_wave(), shown())
    assert models == {"A": {"A": LONG}, "I": {"B": SHORT[0], "C": SHORT[1]}}
    assert "A" not in models_of(*a_wave(), shown(hidden=[("A", "")]))


def test_types_of_unit_that_answer_alike_may_be_compared():
    found = of_groups()
    assert found["A"]["comparable"] is found["I"]["comparable"] is True
    assert found["A"]["groups"] == ["prison", "probation"]
    for step in found["I"]["steps"]:
        assert step["cfi"] == round(step["cfi"], 3)


def test_a_scale_that_a_type_reads_otherwise_is_not_comparable():
    found = of_groups(moved=14.0)["A"]
    assert (found["comparable"], found["reached"]) == (False, "metric")
    assert found["steps"][-1]["accepted"] is False


def test_few_answers_or_a_hidden_type_are_not_tested_and_say_so():
    assert of_groups(small=60)["A"]["why"] == "too_few"
    assert of_groups(hidden=[("a.2", "probation")])["A"]["why"] == "too_few"
    assert of_groups(hidden=[("a.2", "probation")])["I"]["why"] is None
    pulse = a_wave(kind="pulse")
    models = models_of(*pulse, shown())
    assert over_groups(models, *pulse, shown())["why"] == "no_groups"


INSIDE = DomainTree.staff(units(("pri", "north", "prison", 400), ("pro", "north", "probation", 99),
                                ("els", "south", "prison", 80)))  # fmt: skip


def counted(answered, invited):
    """Say what the rows of `domains` tell where so many of the probation service answered."""
    asked = {"pri": 400, "pro": invited, "els": 80}
    came = {"pri": 300, "pro": answered, "els": 40}
    rows = []
    for key in INSIDE.keys:
        inside = [row.code for row in INSIDE.domains if row.level == "unit" and key in {
            ("agency", ""), ("region", row.parent), ("unit_type", row.unit_type),
            ("unit", row.code)}]  # fmt: skip
        rows.append((key, sum(asked[code] for code in inside), sum(came[code] for code in inside)))
    found = protect_participation(
        {key: n for key, n, _ in rows}, {key: n for key, _, n in rows}, tree=INSIDE,
        rules=DisclosureRules(minimum_group=5), known={("agency", "")},
    )  # fmt: skip
    parents = {row.code: (row.parent, row.unit_type) for row in INSIDE.domains}
    return [
        {"level": row["level"], "code": row["domain"], "bound": row["bound"],
         "answered": None if pd.isna(row["answered"]) else row["answered"],
         "parent": parents.get(row["domain"], ("", ""))[0],
         "kind": parents.get(row["domain"], ("", ""))[1]}
        for row in found.to_dict("records")
    ]  # fmt: skip


@pytest.mark.parametrize("invited", range(98, 105))
@pytest.mark.parametrize("told_of", [over_groups, shifts], ids=["groups", "item_shifts"])
def test_no_check_tells_how_many_of_an_uncounted_type_answered(told_of, invited):
    found = []
    for answered in range(invited - 4, invited + 1):
        wave = a_wave(small=answered, moved=30.0)
        domains = counted(answered, invited)
        told = {row["code"]: row["answered"] for row in domains if row["level"] == "unit_type"}
        assert told["probation"] is None
        seen = with_told_counts(shown(small=answered), "staff", domains)
        models = (models_of(*wave, seen),) if told_of is over_groups else ()
        found.append(told_of(*models, *wave, seen))
    assert found == found[:1] * 5
    assert "probation" not in str(found)


def test_a_type_that_is_counted_enters_from_a_hundred_told_answers_on():
    for answered, groups in ((99, ["prison"]), (100, ["prison", "probation"])):
        assert of_groups(small=answered)["A"]["groups"] == groups


def test_only_the_groups_that_are_held_against_one_another_are_named():
    # another division of the same level, as counties stand beside ages
    wave, told = a_wave(), shown()
    beside = told[told["domain"] == "prison"].assign(domain="county:03")
    every = pd.concat([told, beside], ignore_index=True)
    found = over_groups(models_of(*wave, every), *wave, every)
    assert {tuple(row["groups"]) for row in found["rows"]} == {("prison", "probation")}


def kept_of(seed, **facts):
    wave = a_wave(seed, **facts)
    return moments_kept(models_of(*wave, shown()), wave[1].scores.items)


def an_earlier(key, moments):
    table = write_table(EMPTY, moments)
    meta = WaveMeta(key, "main", "staff", invited_everybody=True, panel=None)
    return SimpleNamespace(meta=meta, table=table, comparable=frozenset(moments))


def test_moments_come_back_from_the_exact_table_to_the_last_digit():
    moments = kept_of(3)
    table = an_earlier("then", moments).table
    again = read_moments(table)
    assert again.keys() == moments.keys()
    for code, own in moments.items():
        assert (again[code].items, again[code].n) == (own.items, own.n)
        assert (again[code].mean == own.mean).all()
        assert (again[code].covariance == own.covariance).all()
    assert read_table(table).frame.equals(EMPTY.frame)
    assert table == an_earlier("then", moments).table
    assert read_moments(write_table(EMPTY)) == {}


def test_of_fewer_than_a_hundred_complete_answers_nothing_is_kept():
    wave = a_wave()
    items = wave[1].scores.items.assign(**{"a.1": lambda own: own["a.1"].where(own.index < 99)})
    assert moments_kept(models_of(*wave, shown()), items).keys() == {"I"}


def test_waves_are_held_against_those_that_kept_the_same_items():
    models = models_of(*a_wave(), shown())
    before = an_earlier("then", kept_of(4))
    found = over_waves(models, kept_of(3), "now", [before])
    assert [(row["measure"], row["groups"]) for row in found["rows"]] == [
        ("A", ["then", "now"]), ("I", ["then", "now"])
    ]  # fmt: skip
    assert all(row["comparable"] for row in found["rows"])
    unlike = over_waves(models, kept_of(3, moved=40.0), "now", [before])["rows"]
    assert [row["comparable"] for row in unlike] == [False, True]
    nothing = an_earlier("long ago", {})
    assert over_waves(models, kept_of(3), "now", [nothing]) == {"rows": [], "why": "first"}


def test_dont_know_is_told_in_half_points_outwards_and_of_a_hundred_answers_alone():
    found = pd.DataFrame(
        [("I", 400, -0.61, 0.21), ("J", 99, -2.0, 0.4), ("A", 400, np.nan, np.nan)],
        columns=["measure", "n", "difference", "se"],
    )
    (row,) = dont_know(found, shown())["rows"]
    assert row == {"measure": "I", "points": -0.5, "low": -1.5, "high": 0.0}
    assert dont_know(found.iloc[1:], shown()) == {"rows": [], "why": "too_few"}
    assert dont_know(found, shown(hidden=[("I", "")]))["rows"] == []


def a_content(people, means):
    places = [("agency", ""), ("unit_type", "x"), ("unit_type", "y")]
    every = [sum(people), *people]
    return {
        "campaign": {"population": "staff"},
        "measures": [{"code": "I", "kind": "index"}],
        "domains": [{"level": level, "code": code, "population": own}
                    for (level, code), own in zip(places, every, strict=True)],
        "changes": [{"measure": "I", "level": "agency", "statistic": "mean", "since": "then",
                     "role": "previous", "status": "published"}],
        "estimates": [{"measure": "I", "statistic": "mean", "status": "published", "level": level,
                       "domain": code, "mean": mean, "low": mean - 2, "high": mean + 2}
                      for (level, code), mean in zip(places, means, strict=True)],
    }  # fmt: skip


def a_past(people, means):
    places = [("agency", ""), ("unit_type", "x"), ("unit_type", "y")]
    every = [sum(people), *people]
    rows = [("then", "I", level, code, mean, mean - 2, mean + 2, 100, own)
            for (level, code), mean, own in zip(places, means, every, strict=True)]  # fmt: skip
    return Past(shown=pd.DataFrame(rows, columns=list(COLUMNS)))


def test_what_comes_of_types_that_grew_is_told_from_shown_means_alone():
    content = a_content((25, 75), (75.5, 62.0, 80.0))
    (row,) = composition(content, a_past((50, 50), (70.0, 60.0, 80.0)))["rows"]
    # as in tests/unit/analytics/comparison/test_comparison_standardised.py
    assert (row["level"], row["points"]) == ("unit_type", 4.8)
    assert row["low"] < row["points"] < row["high"]


def test_a_hidden_place_leaves_nothing_to_tell():
    content = a_content((25, 75), (75.5, 62.0, 80.0))
    content["estimates"][2]["status"] = "suppressed_primary"
    past = a_past((50, 50), (70.0, 60.0, 80.0))
    assert composition(content, past) == {"rows": [], "why": "hidden"}
    content["changes"] = []
    assert composition(content, past)["why"] == "first"
    content["campaign"]["population"] = "public"
    assert composition(content, past)["why"] == "no_register"


@pytest.fixture(scope="module")
def released():
    return History(900, seed=11, waves=2).run()


def test_a_whole_publication_has_its_checks_and_none_of_its_moments(released):
    first, main = (one.content["checks"] for one in released)
    assert first["waves"]["why"] == "first"
    assert main["waves"]["rows"]
    assert {row["measure"] for row in main["dont_know"]["rows"]} <= {
        "KI",
        "KI-kjerne",
        "SIK",
        "AAI",
        "AMB",
    }
    text = released[1].computed.content.decode()
    assert "covariance" not in text
    for own in read_moments(released[1].computed.table).values():
        assert own.n >= 100
        assert f"{own.mean[0]:.6f}" not in text


def test_every_scale_of_two_items_whose_mean_is_shown_has_its_reliability(released):
    for one in released:
        content = one.content
        there = {
            row["measure"]
            for row in content["estimates"]
            if (row["level"], row["statistic"], row["status"]) == ("agency", "mean", "published")
            and row["low"] is not None
        }
        scales = {own["code"]: own["items"] for own in content["measures"]
                  if own["kind"] in {"scale", "index"} and not own["parts"]
                  and len(own["items"]) > 1 and own["code"] in there}  # fmt: skip
        rows = {row["scale"]: row for row in content["reliability"]}
        assert rows.keys() == scales.keys()
        for code, items in scales.items():
            assert rows[code]["alpha_low"] < rows[code]["alpha"] < rows[code]["alpha_high"]
            if len(items) > 2:
                assert rows[code]["omega_low"] < rows[code]["omega"] < rows[code]["omega_high"]
