"""Levels and changes as pages show them."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from lxml.html import fromstring

from survey_app.publications.shelf import Cell
from survey_app.reading.levels import LevelRow, change_cell, level_row
from survey_app.reading.published import Published
from survey_app.reading.reports.slides.titles import of_changes, of_groups, of_regions, of_units
from survey_app.reading.rows import Change, Estimate
from survey_app.reading.sides import side_of
from survey_app.reading.trends import TrendFigure
from survey_app.reading.verdicts import in_place_of, why_no_figure
from survey_app.shared.i18n import speaking
from survey_app.shared.pages import environment
from tests.builders_publication import staff_series
from tests.shown import text_of

NOT_SHOWN = "Vises ikke, for at ingen skal kunne kjennes igjen"
A_CHANGE = {
    "measure": "KI-kjerne", "level": "unit", "domain": "u", "since": "w", "since_labels": {},
    "role": "previous", "low": -3.0, "high": 2.6, "verdict": "uncertain", "under_limit": False,
    "margin": 5.0, "status": "published",
}  # fmt: skip


@pytest.mark.parametrize(("plain", "told"), [(-5.9, -5.9), (-4.8, None), (5.1, 5.1), (None, None)])
def test_two_waves_that_tell_another_story_are_told_beside_the_estimate(plain, told):
    cell = change_cell(Change(**A_CHANGE, difference=0.1, plain=plain), "nb")
    assert cell.plain == told


def a_level(mean, reach):
    return Cell("TI", "mean", "", "group", "g", 100, mean, reach / 2, mean - reach, mean + reach)


def test_the_more_groups_are_compared_the_more_it_takes_to_stand_apart():
    whole = a_level(61.4, 0.8)
    county = a_level(56.8, 3.4)
    assert side_of(county, whole, 1) == "lower"
    assert side_of(county, whole, 14) == "none"
    # 3.4 points become 5.1 where 14 are compared: the 99.8 % interval of a normal figure
    assert side_of(a_level(55.4, 3.4), whole, 14) == "lower"
    assert side_of(a_level(67.4, 3.4), whole, 14) == "higher"
    assert side_of(None, whole, 14) == "none"


def in_a_tile(first, previous=True):
    shown = Estimate("SIK", "mean", "", "agency", "", 900, 68.0, 1.0, 66.0, 70.0)
    before = a_cell("steady", -0.7, -2.3, 0.5, "p") if previous else None
    row = LevelRow("SIK", "Trygghet for ansatte", shown, "", (), None,
                   before, first, None, None)  # fmt: skip
    source = '{% import "reading/parts.html" as parts %}{{ parts.goal(row, lang) }}'
    with speaking("nb"):
        return text_of(fromstring(environment().from_string(source).render(row=row, lang="nb")))


def a_cell(verdict, difference, low, high, since, under=False):
    told = A_CHANGE | {
        "level": "agency", "low": low, "high": high, "verdict": verdict, "under_limit": under,
        "margin": 3.0, "since_labels": {"since": {"nb": f"siden {since}"}},
    }  # fmt: skip
    return change_cell(Change(**told, difference=difference), "nb")


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (("down", -4.2, -5.9, -2.5, "f"), True),
        (("uncertain", -2.7, -4.7, -1.0, "f", True), True),
        (("steady", 1.5, 0.4, 2.4, "f"), True),
        (("uncertain", 1.3, -0.6, 3.7, "f"), False),
        (("steady", 0.7, -0.4, 2.0, "f"), False),
    ],
)
def test_a_tile_tells_the_change_since_the_first_wave_where_its_direction_is_known(first, told):
    said = in_a_tile(a_cell(*first))
    assert "Uendret siden p" in said
    assert ("siden f" in said) == told


@pytest.mark.parametrize("first", [("down", -4.2, -5.9, -2.5, "f"), ("steady", 0.7, -0.4, 2, "f")])
def test_a_tile_tells_the_change_since_the_first_wave_where_the_previous_one_shows_none(first):
    said = in_a_tile(a_cell(*first), previous=False)
    assert f"{'Redusert' if first[0] == 'down' else 'Uendret'} siden f" in said
    assert "Endring kan ikke vises" not in said
    assert "Endring kan ikke vises" in in_a_tile(None, previous=False)


def test_two_waves_that_tell_another_story_are_told_with_the_reason():
    cell = change_cell(Change(**A_CHANGE, difference=0.0, plain=-5.8), "nb")
    source = '{% import "reading/parts.html" as p %}<p>{{ p.change_sentence(cell, lang) }}</p>'
    with speaking("nb"):
        said = text_of(fromstring(environment().from_string(source).render(cell=cell, lang="nb")))
    assert said.endswith(
        "Ser vi bare på de to målingene, er forskjellen −5,8. To målinger kan gi store tilfeldige "
        "utslag, så anslaget bygger på flere målinger og alle mål og steder."
    )


def over_time(*cells):
    waves = [SimpleNamespace(key=str(at)) for at in range(len(cells))]
    return TrendFigure("Kultur", tuple(zip(waves, cells, strict=True)), (0, 100), "nb")


def test_a_wave_of_a_trend_that_is_hidden_says_what_for():
    small = replace(a_level(75.0, 1.0), mean=None, low=None, high=None, n=None)
    reasons = {
        "suppressed_primary": "Vises ikke: for få svar",
        "suppressed_secondary": NOT_SHOWN,
        "not_linked": "Kan ikke sammenlignes: enheten er endret",
    }
    assert {
        status: over_time().hidden(replace(small, status=status)) for status in reasons
    } == reasons


def test_a_line_that_is_not_drawn_is_no_first_measurement_where_waves_are_hidden():
    shown = a_level(75.0, 1.0)
    hidden = replace(shown, status="suppressed_primary", mean=None, low=None, high=None)
    assert over_time(shown).undrawn.startswith("Målt én gang.")
    assert over_time(hidden, shown).undrawn == (
        "En linje kan tegnes når tallet kan vises i to målinger."
    )


def test_a_figure_without_interval_of_many_who_all_answered_alike_says_so():
    alike = replace(a_level(75.0, 0.0), se=None, low=None, high=None)
    assert why_no_figure(alike) == "Vises ikke: alle svarte likt, så usikkerheten er ukjent"
    assert in_place_of(alike, "nb") == why_no_figure(alike)
    # of hidden ones everything is withheld
    hidden = replace(alike, n=None, mean=None, status="suppressed_secondary")
    assert why_no_figure(hidden) == NOT_SHOWN


def test_a_level_without_number_of_answers_is_told_as_files_tell_it():
    """Of whom an answer chose it stands without its interval (docs/adr/0234)."""
    bare = replace(a_level(64.4, 1.0), n=None, se=None, low=None, high=None)
    assert in_place_of(bare, "nb") == "64 (usikkerheten vises ikke)"
    assert in_place_of(bare, "nn") == "64 (uvissa blir ikkje vist)"
    assert over_time().hidden(bare) == "64 (usikkerheten vises ikke)"
    assert in_place_of(replace(bare, mean=None, status="suppressed_secondary"), "nb") == NOT_SHOWN


@pytest.mark.parametrize("level", ["agency", "region", "unit"])
def test_a_level_of_few_answers_to_one_question_is_told_without_its_uncertainty(level):
    """It was called hidden, on one page for few answers, and stood with its number on another."""
    few = replace(a_level(64.4, 1.0), n=12, se=None, low=None, high=None, level=level)
    assert in_place_of(few, "nb") == over_time().hidden(few) == "64 (usikkerheten vises ikke)"


def test_a_slide_says_that_a_change_does_not_show_where_there_was_an_earlier_wave():
    shown = a_level(75.0, 1.0)
    cells = (None, None), (None, a_cell("down", -4.2, -5.9, -2.5, "f"))
    none, first = (
        LevelRow(
            "SIK", "Trygghet", shown, "", (), None, *one, None, None, compared=one[1] is not None
        )
        for one in cells
    )
    assert of_changes([none], "nb") == "Det er ingen tidligere måling å sammenligne med"
    assert of_changes([none, first], "nb") == "Endringen siden forrige måling kan ikke vises"
    # the earlier wave is there, and hides its figures
    hidden = replace(none, compared=True)
    assert of_changes([hidden], "nb") == "Endringen siden forrige måling kan ikke vises"


@pytest.mark.parametrize(
    ("sign", "one", "two"),
    [
        ("down", "Målet har gått ned siden forrige måling",
         "2 av 2 mål har gått ned siden forrige måling, ingen har økt"),
        ("level", "Målet har ikke endret seg sikkert siden forrige måling",
         "Ingen av de 2 målene har endret seg sikkert siden forrige måling"),
    ],
)  # fmt: skip
def test_a_slide_does_not_count_its_only_measure(sign, one, two):
    cell = a_cell(sign, -4.2, -5.9, -2.5, "f")
    row = LevelRow("SIK", "Trygghet", a_level(75.0, 1.0), "", (), None, cell, None, None, None)
    assert of_changes([row], "nb") == one
    assert of_changes([row, row], "nb") == two
    # of several, the one that can be compared is not told of as the only one
    hidden = LevelRow("TRY", "Trygghet", None, NOT_SHOWN, (), None, None, None, None, None)
    of_one = of_changes([row, hidden, hidden], "nb")
    assert of_one.startswith("Ett mål kan sammenlignes med forrige måling, og det har")
    assert one.partition("siden")[0].partition("har ")[2].strip() in of_one


def test_a_slide_does_not_count_its_only_unit():
    [alone] = [SimpleNamespace(cells=(), hidden="")]
    assert of_units([alone], "nb") == "Enheten er ikke sikkert lavere enn etaten"
    assert of_units([alone, alone], "nb") == "Ingen av de 2 enhetene er sikkert lavere enn etaten"
    assert of_regions([alone], "nb") == "Regionen skiller seg ikke sikkert fra etaten"


def test_a_slide_does_not_compare_what_is_hidden():
    hidden = SimpleNamespace(cells=(), hidden=NOT_SHOWN)
    shown = SimpleNamespace(cells=(), hidden="")
    assert of_units([hidden, hidden], "nb") == "Ingen enhet har egne tall"
    assert of_regions([hidden], "nb") == "Ingen region har egne tall"
    assert of_units([hidden, shown, shown], "nb") == (
        "Ingen av de 2 enhetene med egne tall er sikkert lavere enn etaten"
    )
    assert of_units([hidden, shown], "nb") == (
        "Den eneste enheten med egne tall er ikke sikkert lavere enn etaten"
    )
    assert of_regions([hidden, shown, shown], "nb") == (
        "Ingen av de 2 regionene med egne tall skiller seg sikkert fra etaten"
    )
    row = LevelRow("SIK", "Trygghet", None, NOT_SHOWN, (), None, None, None, None, None)
    assert of_changes([row], "nb") == "Ingen av tallene kan vises"
    for counties in (True, False):
        assert of_groups([row], "nb", counties=counties) == "Ingen av tallene kan vises"


def test_what_was_not_measured_before_is_not_told_of_as_a_change_that_is_hidden():
    first, *_, last = staff_series()
    row = level_row(Published(first), "KI-kjerne", Published(first).whole, "nb")
    assert (row.latest, row.renewed) == (None, "Ingen tidligere tall å sammenligne med")
    hidden = dict.fromkeys(("difference", "low", "high"))
    changes = [
        one | hidden | {"status": "suppressed_secondary"} if one["measure"] == "KI-kjerne" else one
        for one in last["changes"]
    ]
    unseen = Published(last | {"changes": changes})
    row = level_row(unseen, "KI-kjerne", unseen.whole, "nb")
    assert (row.latest, row.renewed) == (None, "")
