"""Which figures of before links lead to the words of now, and with what taken out."""

from types import SimpleNamespace

import pytest

from survey_app.publications.breaks import LINKED_THEN, UNKNOWN, break_rows
from survey_app.publications.links import LinkedSeries, with_newest
from survey_app.publications.shelf import Cell
from survey_app.publications.trends import PublishedCell, number_wordings

OLD, NEW, NEWER = {"nb": "a"}, {"nb": "b"}, {"nb": "c"}


def link(wave, before, after, *, delta=-5.0, se=0.6, method="additive", measure="m"):
    return {
        "measure": measure, "wave": wave, "from": before, "to": after, "delta": delta, "se": se,
        "method": method,
    }  # fmt: skip


def series(*asked, links=()):
    waves = [(f"w{at}", {"m": found} if found else {}) for at, found in enumerate(asked, start=1)]
    return LinkedSeries(waves, links)


def test_waves_of_the_same_words_need_no_link():
    way = series(OLD, OLD).way("m", "w1")
    assert (way.links, way.delta, way.se) == ((), 0.0, 0.0)


def test_a_link_leads_from_the_old_words_to_the_new():
    found = series(OLD, NEW, NEW, links=[link("w2", OLD, NEW)])
    assert (found.way("m", "w1").delta, found.way("m", "w1").se) == (-5.0, 0.6)
    assert found.way("m", "w2").links == ()


def test_links_follow_each_other_and_add_up():
    links = [link("w3", NEW, NEWER, delta=2.0, se=0.8), link("w2", OLD, NEW)]
    found = series(OLD, NEW, NEWER, links=links)
    way = found.way("m", "w1")
    assert [one["wave"] for one in way.links] == ["w2", "w3"]
    assert (way.delta, way.se) == (-3.0, pytest.approx(1.0))
    assert found.way("m", "w2").delta == 2.0


@pytest.mark.parametrize(
    "links",
    [
        [],
        [link("w2", OLD, NEW, method="none")],
        [link("w2", {"nb": "x"}, NEW)],
        [link("w2", OLD, NEWER)],
        [link("w2", OLD, NEW, measure="other")],
        [link("elsewhere", OLD, NEW)],
        # the words were asked again after the wave that measured them
        [link("w1", OLD, NEW)],
    ],
)
def test_without_a_link_that_fits_nothing_leads_across(links):
    found = series(OLD, NEW, NEW, links=links)
    assert found.way("m", "w1") is None
    assert [row["since"] for row in break_rows(
        [{"code": "m", "items": ["m"]}], found.waves, found.asked_as_now()
    )] == ["w2"]  # fmt: skip


def test_what_was_asked_is_not_known_of_a_wave_that_says_nothing():
    assert series({}, NEW, links=[link("w2", OLD, NEW)]).way("m", "w1") is None


def test_no_break_is_told_where_a_link_leads_and_others_stay():
    found = series(OLD, NEW, NEWER, links=[link("w2", OLD, NEW)])
    rows = break_rows([{"code": "m", "items": ["m"]}], found.waves, found.asked_as_now())
    assert [(row["before"], row["since"]) for row in rows] == [("w1", "w2"), ("w2", "w3")]
    linked = series(OLD, NEW, NEW, links=[link("w2", OLD, NEW)])
    measures = [{"code": "m", "items": ["m"]}]
    assert break_rows(measures, linked.waves, linked.asked_as_now()) == []


def test_words_that_come_back_are_the_same_words():
    found = series(OLD, NEW, OLD, links=[link("w2", OLD, NEW)])
    assert found.way("m", "w1").links == ()
    assert found.way("m", "w2") is None


def test_a_measure_is_compared_with_the_last_wave_that_leads_to_it():
    # a pulse between did not ask it, and one asked it otherwise
    assert series(OLD, None, OLD).compared("m") == "w1"
    assert series(OLD, NEW, OLD).compared("m") == "w1"
    assert series(OLD, None, NEW).compared("m") is None
    linked = series(OLD, NEW, None, NEW, links=[link("w2", OLD, NEW)])
    assert linked.compared("m") == "w2"
    assert series(OLD, None, NEW, links=[link("w3", OLD, NEW)]).compared("m") == "w1"
    assert series(NEW).compared("m") is None


def test_of_one_measure_in_one_wave_the_last_link_that_is_told_stands():
    first, again = link("w2", OLD, NEW), link("w2", OLD, NEW, delta=-4.0)
    other = link("w2", OLD, NEW, measure="n")
    assert with_newest([first, other], [again]) == [again, other]


def points(*asked, links=()):
    """Points of one measure, each wave with the links that it told itself."""
    return [
        PublishedCell(
            SimpleNamespace(
                head={"wave": {"key": key}, "links": [one for one in links if one["wave"] == key]},
                asked={"m": found},
            ),
            Cell("m", "mean", "", "agency", "", 100, 60.0, 1.0, 58.0, 62.0),
        )
        for key, found in ((f"w{at}", found) for at, found in enumerate(asked, start=1))
    ]


def told(*asked, links=()):
    return [one.estimate for one in number_wordings("m", points(*asked, links=links))]


def test_what_a_link_led_to_is_no_plain_break_where_later_words_end_the_series():
    cells = told(OLD, NEW, NEW, NEWER, NEWER, links=[link("w2", OLD, NEW)])
    assert [one.wording for one in cells] == [0, 1, 1, 2, 2]
    assert [one.delta for one in cells] == [None] * 5
    assert [one.why for one in cells] == ["", LINKED_THEN, "", "", ""]


def test_of_a_small_link_after_a_large_one_the_error_is_its_own():
    small, large = link("w2", OLD, NEW, delta=1.2, se=0.05), link("w3", NEW, NEWER, se=0.62)
    first, second, _ = told(OLD, NEW, NEWER, links=[small, large])
    assert (first.delta, second.delta) == (-3.8, -5.0)
    assert first.delta_se**2 - second.delta_se**2 == pytest.approx(0.05**2)
    # as files and programs are told it, the first's is as large as the second's
    assert first.told_delta_se == second.told_delta_se == 0.62


def test_what_nobody_knows_to_be_the_same_is_not_said_to_have_changed():
    # in no language together, and a questionnaire that is gone
    assert [one.why for one in told({"nb": "a"}, {"en": "a"}, {})] == ["", UNKNOWN, UNKNOWN]


def test_a_link_from_other_words_than_those_before_led_nowhere():
    cells = told({"nb": "x"}, NEW, NEWER, links=[link("w2", OLD, NEW)])
    assert [one.why for one in cells] == ["", "", ""]
    unlinked = told(OLD, NEW, NEWER, links=[link("w2", OLD, NEW, method="none")])
    assert [one.why for one in unlinked] == ["", "", ""]
