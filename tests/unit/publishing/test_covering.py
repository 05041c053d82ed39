"""What the status of a unit's figures says that covers a small one beside it."""

from types import SimpleNamespace

import pandas as pd

from analytics.disclosure.rules import DisclosureRules
from survey_app.publishing.computing.covering import said_to_cover

CARE = {"vp.sik.3": "sensitive", "vp.hen.1": "exposure"}
PLAN = SimpleNamespace(population="staff", rules=DisclosureRules(minimum_group=5, sensitivity=CARE))
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


def test_its_changes_have_the_word_of_its_figures():
    estimates = rows(("unit", "covers"))
    changes = estimates.drop(columns=["kind", "category"])
    said = said_to_cover(changes, ["covers"], estimates, PLAN)
    assert said["status"].tolist() == ["suppressed_secondary", *["suppressed_primary"] * 4]
