"""The workplace from inside and outside: what is subtracted, and what never is."""

import dataclasses

import pytest

from survey_app.reading.published import Published
from survey_app.reading.workplace.alike import alike_rows
from survey_app.reading.workplace.gap import gaps
from survey_app.reading.workplace.themes import theme_findings, themes
from tests.builders_publication import public_series, staff_series


@pytest.fixture(scope="module")
def staff():
    return Published(staff_series()[3])


@pytest.fixture(scope="module")
def public():
    return Published(public_series()[-1])


def candidates_of(public):
    """Candidates who answer as the population does, but are asked more."""
    content = public.content
    wider = {"ea.5": "ea.1", "ea.8": "ea.3", "ea.4": "ea.1", "ea.6": "ea.1", "ea.7": "ea.1"}

    def widened(rows, name):
        more = [row | {name: new} for new, old in wider.items() for row in rows if row[name] == old]
        return [*rows, *more]

    return Published(
        content
        | {
            "measures": widened(content["measures"], "code"),
            "estimates": widened(content["estimates"], "measure"),
        }
    )


def test_only_pairs_with_the_same_answers_are_subtracted(staff, public):
    found = themes(staff, {"public": public, "candidates": candidates_of(public)}, "nb")
    assert [pair.theme.id for pair in found.pairs if pair.gap is None] == ["recommend", "stay"]
    assert len(found.pairs) == 8
    assert found.waiting == found.left_out == ""
    place = found.pairs[0]
    difference = place.inside.estimate.mean - place.outside.estimate.mean
    assert place.gap.difference == pytest.approx(difference, abs=0.05)
    assert place.word.endswith("poeng høyere innenfra")
    assert found.pairs[5].comparable.startswith("Svakt: den ene handler om egen enhet")
    higher = sum(
        pair.gap.verdict == "up" and pair.gap.low >= 1.5 for pair in found.pairs if pair.gap
    )
    assert f"på {higher} av 6 temaer" in theme_findings(found.pairs, "nb")[0].text


def test_no_gap_lies_between_answers_of_two_kinds(staff, public):
    fewer = [
        row | ({"options": row["options"][1:]} if row["code"] == "aa.3" else {})
        for row in staff.content["measures"]
    ]
    found = themes(Published(staff.content | {"measures": fewer}), {"public": public}, "nb")
    place = found.pairs[0]
    assert (place.theme.id, place.gap) == ("place", None)
    assert place.comparable == "Nei: svarene har ulik skala"


def test_what_waits_for_candidates_or_for_a_main_wave_is_named(staff, public):
    alone = themes(staff, {"public": public}, "nn")
    assert [pair.theme.id for pair in alone.pairs] == ["place", "pride", "stay"]
    assert alone.waiting.startswith("arbeidet betyr noko, fagleg utvikling")
    assert "på begge temaa som kan samanliknast" in theme_findings(alone.pairs, "nn")[0].text
    pulse = themes(Published(staff_series()[4]), {"public": public}, "nb")
    assert pulse.pairs == ()
    assert pulse.left_out.startswith("et godt sted å jobbe")


def test_a_gap_is_named_by_its_interval_and_not_by_its_size(staff):
    cell = staff.estimate("aa.3")

    def gap(mean, reach):
        wide = dataclasses.replace(cell, mean=mean, low=mean - reach, high=mean + reach)
        return gaps([(wide, dataclasses.replace(wide, mean=50.0, low=48.0, high=52.0))])[0]

    assert gap(62.0, 2.0).verdict == "up"
    assert gap(38.0, 2.0).verdict == "down"
    assert gap(62.0, 15.0).verdict == "uncertain"
    assert gap(50.2, 0.5).verdict == "steady"
    small = gap(52.5, 0.5)
    assert (small.verdict, small.under_limit) == ("uncertain", True)
    assert (small.low, small.high) == (0.4, 4.6)  # 2.5 -+ 2.06, rounded outwards


def test_the_population_and_candidates_are_set_side_by_side_only_where_that_is_fair(public):
    rows = alike_rows(public, candidates_of(public), "en")
    assert [bool(row.reason) for row in rows] == [False, False, True]


def test_what_one_of_them_was_asked_in_other_words_is_not_called_the_same_question(public):
    candidates = candidates_of(public)
    first = alike_rows(public, candidates, "en")[0]
    reworded = [
        row | ({"identity": {"nb": "other words"}} if row["code"] == "ea.1" else {})
        for row in candidates.content["measures"]
    ]
    rows = alike_rows(public, Published(candidates.content | {"measures": reworded}), "en")
    assert first.text not in [row.text for row in rows]
    assert len(rows) == 2


def test_a_theme_that_is_barely_beyond_chance_is_not_counted(staff, public):
    pairs = themes(staff, {"public": public}, "nb").pairs
    near = dataclasses.replace(pairs[0].gap, difference=4.4, low=0.8, high=7.9, verdict="up")
    pairs = (dataclasses.replace(pairs[0], gap=near), *pairs[1:])
    assert "på 1 av 2 temaer" in theme_findings(pairs, "nb")[0].text
