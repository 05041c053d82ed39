"""A unit's own curve goes over other words by a link alone, moved by what the words did."""

import copy
from datetime import UTC, datetime

import pytest

from survey_app.publications.shelf import Cell
from survey_app.reading.broken import link_sentences
from survey_app.reading.culture.talk import talk
from survey_app.reading.published import Published
from survey_app.reading.scope import places_in
from survey_app.reading.waves import Wave
from tests.builders_publication import staff_series

MEASURE = "KI"
OLD, NOW = {"nb": "old"}, {"nb": "now"}


def a_wave(content, asked):
    wave = content["wave"]
    return Wave("0", "verdipuls", wave["key"], wave["sequence"], wave["kind"], wave["labels"],
                wave["closed_on"], datetime(2026, 1, 1, tzinfo=UTC), 1, 0, frozenset(),
                asked={MEASURE: asked})  # fmt: skip


@pytest.fixture(scope="module")
def mains():
    """Two main waves, in the later of which every unit is far below the agency."""
    found = [copy.deepcopy(one) for one in staff_series() if one["wave"]["kind"] == "main"][-2:]
    for row in found[-1]["pooled"]:
        row["difference"] = "low2"
    return found


def told(mains, *, asked, links=()):
    then, now = Published(mains[0]), Published({**mains[1], "links": links})
    past = [(a_wave(mains[0], asked), then), (a_wave(mains[1], NOW), now)]
    return talk(now, past, places_in(now), "nb")


def link(mains, **other):
    row = {"measure": MEASURE, "wave": mains[1]["wave"]["key"], "from": OLD, "to": NOW,
           "delta": -9.0, "se": 0.5, "between": 1.2, "method": "additive"}  # fmt: skip
    return row | other


def curves(found):
    curves = [[point.mean for point in one.history] for one in found.units if one.code == MEASURE]
    assert curves
    return curves


def test_where_words_changed_without_a_link_nothing_is_drawn_across(mains):
    assert max(map(len, curves(told(mains, asked=NOW)))) == 2
    for links in ((), (link(mains, method="none"),)):
        found = told(mains, asked=OLD, links=links)
        assert set(map(len, curves(found))) == {1}
        assert all(one.drawing is None for one in found.units if one.code == MEASURE)
        assert found.words == ()


def test_a_link_moves_what_was_before_and_its_mark_and_sentence_stand_there(mains):
    alike, led = told(mains, asked=NOW), told(mains, asked=OLD, links=[link(mains)])
    for plain, moved in zip(curves(alike), curves(led), strict=True):
        assert moved[-1] == plain[-1]
        if len(plain) == 2:
            assert moved[0] == pytest.approx(plain[0] - 9, abs=0.06)
    assert all(len(one.drawing.links) == 1 for one in led.units if one.drawing)
    [said] = led.words
    assert "9,0 poeng lavere" in said


@pytest.mark.parametrize(
    ("case", "said"),
    [("A", "Da fikk en tilfeldig halvdel det gamle"), ("B", "Da svarte alle på både")],
)
def test_the_sentence_says_who_was_asked_what_in_the_wave_of_both(mains, case, said):
    [told_of_unit] = told(mains, asked=OLD, links=[link(mains, case=case)]).words
    assert said in told_of_unit
    then, now = (
        Cell(MEASURE, "mean", "", "agency", "", mean=60.0, low=58.0, high=62.0, wording=at,
             delta=delta, delta_se=delta and 0.5, over=over)
        for at, delta, over in ((0, -9.0, case), (1, None, ""))
    )  # fmt: skip
    waves = [a_wave(content, asked) for content, asked in zip(mains, (OLD, NOW), strict=True)]
    [sentence] = link_sentences(list(zip(waves, (then, now), strict=True)), "nb").values()
    assert said in sentence
    assert "9,0 poeng lavere" in sentence
