"""What the status of a unit's figures says that covers a small one beside it."""

from types import SimpleNamespace

import pandas as pd

from analytics.disclosure.rules import DisclosureRules
from questionnaires.loader import load_library
from survey_app.publishing.computing.covering import (
    counts_behind,
    said_to_cover,
    units_that_cover,
)

CARE = {"vp.sik.3": "sensitive", "vp.hen.1": "exposure"}
PLAN = SimpleNamespace(population="staff", rules=DisclosureRules(minimum_group=5, sensitivity=CARE))
FORM = load_library().questionnaire("verdipuls.k1")
COLUMNS = ["kind", "measure", "statistic", "category", "level", "domain", "status"]
FIGURES = [
    ("scale", "NYT", "mean", ""),
    ("item", "vp.nyt.1", "share", "agree"),
    ("item", "vp.nyt.1", "balance", ""),
    ("item", "vp.sik.3", "mean", ""),  # on harassment: from 20 on
    ("item", "vp.hen.1", "prevalence", ""),
]


def rows(*places):
    small = "suppressed_primary"
    return pd.DataFrame(
        [(*figure, *place, small) for place in places for figure in FIGURES], columns=COLUMNS
    )


def test_a_unit_that_covers_a_small_one_with_ten_answers_is_not_said_to_have_twenty():
    estimates = rows(("unit", "covers"), ("unit", "small"), ("region", "covers"))
    said = said_to_cover(estimates, ["covers"], estimates, PLAN)
    found = said[said["status"] == "suppressed_secondary"]
    assert found[["measure", "statistic", "level", "domain"]].to_numpy().tolist() == [
        ["NYT", "mean", "unit", "covers"]
    ]


def counted(units, moved, joined, rest, questionnaire=FORM, **record):
    """Count the answers of a region whose units are stored with others': code and invited."""
    frame = pd.DataFrame({"unit": list(units), "region": "r", "invited": list(units.values())})
    data = SimpleNamespace(
        frame=frame, questionnaire=questionnaire, domains=pd.Series(["r"] * rest, dtype="str")
    )
    inputs = SimpleNamespace(data=data, record={"joined": joined, **record})
    carried = frame["unit"].where(frame["invited"] >= 10, "r")
    return inputs, carried, frame["unit"].where(~frame["unit"].isin(moved), "r")


def test_no_unit_is_said_to_cover_of_which_that_would_say_that_nearly_all_answered():
    inputs, *_ = counted({"wide": 15, "tight": 14}, ["wide", "tight"], ["wide", "tight"], 30)
    assert units_that_cover(inputs, PLAN) == ["wide"]


def test_beside_a_unit_that_covers_fewer_than_k_answered_in_all():
    units = {"covers": 30, "small": 20, "few": 6, "own": 40}
    inputs, carried, home = counted(units, ["covers", "small", "few"], ["covers"], 14)
    behind = counts_behind(inputs, PLAN, carried, home)
    assert behind["rest", "r"] == behind["region", "r"] == {"covers": (10, 30), "": (0, 4)}


def test_without_one_small_units_hold_fewer_than_ten_and_many_of_them_fewer_than_k():
    units = {"a": 20, "b": 20, "c": 20, "d": 20, "few": 6}
    for rest, most in ((13, 9), (14, 4)):
        inputs, carried, home = counted(units, list(units), [], rest)
        ends = counts_behind(inputs, PLAN, carried, home)["rest", "r"]
        assert ends == dict.fromkeys("abcd", (0, most)) | {"few": (0, 6)}


def test_what_the_field_told_of_a_unit_is_known_of_it_still():
    field = {"whole": 40, "units": {"covers": (15, 19), "small": (0, 4)}}
    links = {"credentials": 42, "replaced": 0, "accepted": 41}
    inputs, carried, home = counted(
        {"covers": 30, "small": 20}, ["covers", "small"], ["covers"], 17, field=field, **links
    )
    # one link gave no ballot, and two came since
    ends = counts_behind(inputs, PLAN, carried, home)["rest", "r"]
    assert ends == {"covers": (14, 21), "": (0, 4)}


def test_its_changes_have_the_word_of_its_figures():
    estimates = rows(("unit", "covers"))
    changes = estimates.drop(columns=["kind", "category"])
    said = said_to_cover(changes, ["covers"], estimates, PLAN)
    assert said["status"].tolist() == ["suppressed_secondary", *["suppressed_primary"] * 4]
