"""A wave that asks each person one of two modules publishes their figures with n of those asked."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.rules.display_limits import DISPLAY_LIMITS
from analytics.pipeline import estimate_wave
from questionnaires.model import NOT_ASKED
from questionnaires.parts import part, part_places
from tests.attack.differencing import attack
from tests.attack.library import library_of
from tests.attack.shelf import as_published, primary_only
from tests.simulated_waves import public_wave
from tests.split_agency import SPLIT_AT, SplitAgency
from tests.split_form import SAFETY, WORKPLACE

OF_MODULES = {
    "SIK": SAFETY,
    "AAI": WORKPLACE,
    "AMB": WORKPLACE,
    "vp.sik.3": SAFETY,
    "aa.5": WORKPLACE,
}


@pytest.fixture(scope="module")
def agency():
    made = SplitAgency(600, 1)
    made.run()
    return made


@pytest.fixture(scope="module")
def split(agency):
    return agency.released[SPLIT_AT]


@pytest.fixture(scope="module")
def found(split):
    return estimate_wave(split.inputs.data)


def asked(data, number):
    return (data.answers.iloc[:, list(part_places(data.questionnaire)[number])] != NOT_ASKED).any(
        axis=1
    )


def test_core_and_modules_have_their_places_in_the_publication(split):
    measures = {row["code"]: row.get("module", "") for row in split.content["measures"]}
    assert {code: measures[code] for code in OF_MODULES} == OF_MODULES
    assert not {measures[code] for code in ("KI", "KI-kjerne", "TRY", "vp.try.1")} - {""}
    shown = {
        (row["measure"], row["level"])
        for row in split.content["estimates"]
        if row["status"] == "published" and row["statistic"] == "mean"
    }
    assert {(code, "agency") for code in ("KI", *OF_MODULES)} <= shown
    assert {("KI", "region"), ("AAI", "region"), ("SIK", "region"), ("AAI", "unit")} <= shown


def test_figures_of_the_core_are_those_of_a_wave_that_asks_the_core_alone(split, found):
    data = split.inputs.data
    core = part(data.questionnaire, None)
    alone = estimate_wave(
        replace(data, questionnaire=core, answers=data.answers[list(core.columns)])
    )
    own = found.estimates.frame["measure"].isin(set(alone.estimates.frame["measure"]))
    pd.testing.assert_frame_equal(
        found.estimates.frame[own].reset_index(drop=True), alone.estimates.frame, check_exact=True
    )


def test_n_is_those_who_were_asked_and_weights_speak_for_everybody(split, found):
    data = split.inputs.data
    people = data.frame["population"].sum()
    for number, code in ((1, "vp.sik.1"), (2, "aa.1")):
        mine = asked(data, number)
        answered = int((data.answers.loc[mine, code] > 0).sum())
        row = found.estimates.of(code)
        assert row["n"] == answered < len(data.answers) * 0.65
        # of all people, but for those who gave this item no answer
        assert row["weight"] == pytest.approx(people, rel=0.05)
        assert row["weight"] / people == pytest.approx(answered / mine.sum(), abs=0.05)
        units = data.domains[mine].value_counts()
        sizes = data.frame.set_index("unit")["population"]
        complete = found.estimates.frame
        complete = complete[(complete["measure"] == code) & (complete["level"] == "unit")]
        complete = complete[complete["domain"].map(units).fillna(0) == complete["n"]]
        complete = complete[complete["statistic"].eq("mean") & (complete["n"] >= 5)]
        assert len(complete)
        assert np.allclose(complete["weight"], complete["domain"].map(sizes).astype(float))


def test_what_was_not_asked_is_no_missing_answer_and_no_dont_know(split, found):
    data = split.inputs.data
    statistics = found.item_statistics.set_index("item")
    shares = found.estimates.frame.set_index(
        ["measure", "statistic", "category", "level", "domain"]
    )
    for number, code in ((1, "vp.sik.2"), (2, "aa.8")):
        mine = data.answers.loc[asked(data, number), code]
        silent, said = int((mine == -2).sum()), int((mine > 0).sum())
        assert statistics.loc[code, "not_applicable"] == pytest.approx(silent / (silent + said))
        assert shares.loc[(code, "share", "vi", "agency", ""), "n"] == silent + said
    # nobody is less complete for a module that they did not get
    assert found.response["complete"] == len(data.answers)
    assert split.content["response"]["complete"] == len(data.answers)


def test_a_change_is_told_of_core_and_modules_with_the_larger_error_for_these(agency, split):
    rows = {
        row["measure"]: row
        for row in split.content["changes"]
        if row["level"] == "agency" and row["role"] == "previous" and row["statistic"] == "mean"
    }
    before = {
        row["measure"]: row
        for row in agency.released[0].content["estimates"]
        if row["level"] == "agency" and row["statistic"] == "mean"
    }
    # about twice the variance in the wave that asks half of those who answer
    assert rows["SIK"]["se"] > 1.1 * 2**0.5 * before["SIK"]["se"]
    assert {"KI", "SIK", "AAI", "AMB"} <= set(rows)


def test_a_unit_may_show_its_core_and_hide_its_modules(split):
    rows = [
        row
        for row in split.content["estimates"]
        if row["level"] == "unit" and row["statistic"] == "mean"
    ]
    status = {(row["measure"], row["domain"]): row["status"] for row in rows}
    told = [row["n"] for row in rows if row["measure"] in OF_MODULES and row.get("n")]
    assert min(told) >= DISPLAY_LIMITS["staff_mean"]
    apart = [
        unit for (measure, unit), said in status.items()
        if measure == "KI" and said == "published" and status["AAI", unit] != "published"
    ]  # fmt: skip
    assert apart


def test_nothing_hidden_follows_from_a_split_wave_and_would_without_suppression(split):
    library = library_of([split], 5)
    report = attack(library, as_published)
    assert report.finds == []
    assert report.looked["hidden figures"] > 1000
    assert attack(library, primary_only).by_way()["row space"] > 50


def test_of_the_public_each_module_is_raked_to_the_same_known_shares():
    data = public_wave(1, gross=1500)
    form = data.questionnaire
    measured = [one.id for one in form.items if one.purpose == "measure" and not one.filter]
    own = {
        "first": ("om.evn.1", "om.evn.2", "om.evn.3"),
        "second": ("om.vel.1", "om.vel.2", "om.vel.3"),
    }
    moved = {name for items in own.values() for name in items}
    assert moved <= set(measured)
    last = form.form.blocks[-1]
    blocks = (
        *(replace(block, items=kept) for block in form.form.blocks
          if (kept := tuple(name for name in block.items if name not in moved))),
        *(replace(last, items=items, module=name) for name, items in own.items()),
    )  # fmt: skip
    kept = [one for one in form.indices if not {"EVN", "VEL"} & set(one.weights)]
    split = replace(form, form=replace(form.form, blocks=blocks), indices=tuple(kept))
    drawn = np.random.default_rng(5).choice([1, 2], size=len(data.answers))
    answers = data.answers.copy()
    for number, places in part_places(split).items():
        answers.iloc[drawn != number, list(places)] = NOT_ASKED
    found = estimate_wave(replace(data, questionnaire=split, answers=answers, view="")).estimates
    whole = estimate_wave(data).estimates
    for code in ("EVN", "VEL"):
        mine, all_of = found.of(code), whole.of(code)
        assert mine["n"] < 0.6 * all_of["n"]
        assert mine["weight"] == pytest.approx(all_of["weight"], rel=0.05)
        assert 1.2 < mine["se"] / all_of["se"] < 1.7
        assert abs(mine["mean"] - all_of["mean"]) < 3 * mine["se"]
    woman = {"level": "group", "domain": "gender:woman"}
    share = found.of("EVN", **woman)["weight"] / found.of("EVN")["weight"]
    assert share == pytest.approx(data.margins and 0.5, abs=0.03)
