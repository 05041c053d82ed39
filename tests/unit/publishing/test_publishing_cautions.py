"""What a publication says that a reader should know gives nothing of hidden answers away."""

import json
from types import SimpleNamespace

import pandas as pd

from analytics.quality import WaveWarning
from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED
from survey_app.publishing.computing.cautions import cautions

EXTREME = {"floor": 0.0, "ceiling": 1.0}


def told(warnings, *, low=50.0, status="published"):
    inputs = SimpleNamespace(
        wave={"plan_hash": "p"},
        data=SimpleNamespace(population="staff", minimum_group=5),
        doubted=False,
    )
    columns = ["measure", "statistic", "level", "status", "low"]
    shown = pd.DataFrame([("a.1", "mean", "agency", status, low)], columns=columns)
    estimated = SimpleNamespace(warnings=warnings)
    rows = cautions(inputs, estimated, shown, SimpleNamespace(hash="p"))
    own = {"new_instrument", "weighting_does_not_remove_motivation"}
    return [row for row in rows if row["code"] not in own]


def test_no_share_of_answers_stands_in_a_warning():
    # unweighted and to a hundredth, beside weighted shares that are rounded to steps on purpose
    found = told(
        [
            WaveWarning("item_extreme", {"item": "a.1", **EXTREME}),
            WaveWarning("item_not_applicable", {"item": "a.1", "share": 0.25, "limit": 0.2}),
            WaveWarning("careless_answers", {"share": 1 / 12, "limit": 0.03}),
            WaveWarning("weights_very_uneven", {"deff": 2.347}),
            WaveWarning("weights_beyond_limits", {"widened": 1.31}),
        ]
    )
    assert found == [
        {"code": "item_extreme", "item": "a.1"},
        {"code": "item_not_applicable", "item": "a.1", "limit": 0.2},
        {"code": "careless_answers", "limit": 0.03},
        {"code": "weights_very_uneven"},
        {"code": "weights_beyond_limits"},
    ]


def test_nothing_is_said_of_an_item_that_is_hidden_or_has_too_few_answers():
    # where all of 12 people gave one answer the mean is hidden, and the warning told it
    extreme = [WaveWarning("item_extreme", {"item": "a.1", **EXTREME})]
    assert told(extreme, status="suppressed_secondary", low=None) == []
    assert told(extreme, low=None) == []


def of_the_public(known, *, code="group_known_of_some", left_out=(), earlier=()):
    library = load_library()
    form = library.questionnaire("omdomme")
    answers = pd.DataFrame(4, index=range(100), columns=list(form.columns), dtype="int16")
    answers["d.kjonn"] = [1] * known + [NOT_ANSWERED] * (100 - known)
    data = SimpleNamespace(
        population="public", questionnaire=form, answers=answers, background=library.background
    )
    inputs = SimpleNamespace(
        wave={"plan_hash": "p"},
        data=data,
        doubted=False,
        earlier=[
            SimpleNamespace(
                meta=SimpleNamespace(key=key), content=json.dumps({"warnings": said}).encode()
            )
            for key, said in earlier
        ],
    )
    shown = pd.DataFrame(columns=["measure", "statistic", "level", "status", "low"])
    warnings = [WaveWarning("margin_left_out", {"margins": left_out})] if left_out else []
    rows = cautions(inputs, SimpleNamespace(warnings=warnings), shown, SimpleNamespace(hash="p"))
    return [row for row in rows if row["code"] == code]


def test_a_group_that_was_stored_of_some_alone_is_told_and_not_of_how_many():
    assert of_the_public(89) == [{"code": "group_known_of_some", "groups": ["gender"]}]
    assert of_the_public(90) == []


def test_whichever_of_two_waves_was_weighted_by_a_margin_that_the_other_was_not_is_told():
    without = [{"code": "margin_left_out", "margins": ["education"]}]
    first, second = ("w1", []), ("w2", without)

    def differing(earlier, *left_out):
        return of_the_public(100, code="margins_differ", left_out=left_out, earlier=earlier)

    alone = {"code": "margins_differ", "margins": ["education"]}
    assert differing([first], "education") == [alone | {"since": "w1"}]
    # the third has it again: like the first, and not like the second
    assert differing([second, first]) == [alone | {"since": "w2"}]
    assert differing([second], "education") == []
    # crossed or one by one it is the same that answers are not weighted by
    crossed = ("w2", [{"code": "margin_left_out", "margins": ["age_gender"]}])
    assert differing([crossed], "age", "gender") == []


def test_of_units_that_were_merged_only_their_number_is_told():
    merged = [WaveWarning("units_merged_for_weights", {"units": ("u1", "u2")})]
    assert told(merged) == [{"code": "units_merged_for_weights", "units": 2}]
