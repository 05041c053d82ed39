"""Sentences of files and of the strategy name the limit that verdicts were given by."""

from types import SimpleNamespace

import pytest

from questionnaires.margins import Margins
from survey_app.reading.culture.shading import darker_moves, lighter_moves
from survey_app.reading.culture.talk import Talk
from survey_app.reading.exports.notes import notes
from survey_app.reading.levels import ChangeCell
from survey_app.reading.strategy.findings import count_movements
from survey_app.shared.i18n import speaking
from survey_app.shared.numbers import limit
from survey_app.shared.pages import environment
from tests.exported import main_wave, part, public_wave

OWN = {"general": 2.5, "unit": 6.0}
NAMED = "endringen er anslått til minst {} poeng, i en enhet minst {}."
POINTED_AT = "minst så mange poeng som står i kolonnen «Minste endring som teller»"


def with_margins(content, margins):
    return content | {"findings": content["findings"] | {"margins": margins}}


def told(*contents):
    return " ".join(notes([part(one) for one in contents], "nb"))


def test_a_limit_is_written_with_a_decimal_where_it_has_one():
    assert [limit(one, "nb") for one in (3.0, 2.5, 20)] == ["3", "2,5", "20"]
    assert limit(2.5, "en") == "2.5"


def test_notes_of_a_file_name_the_limits_of_its_publications_where_they_are_the_same():
    own = with_margins(main_wave(), OWN), with_margins(public_wave(), OWN)
    assert NAMED.format(3, 5) in told(main_wave(), public_wave())
    assert NAMED.format("2,5", 6) in told(*own)
    assert POINTED_AT not in told(*own)


def test_notes_of_a_file_point_to_the_column_where_its_publications_had_other_limits():
    both = told(with_margins(main_wave(), OWN), public_wave())
    assert POINTED_AT in both
    assert "endringen er anslått til minst 3" not in both


@pytest.mark.parametrize(
    ("sign", "small", "said"),
    [
        ("steady", False, "Forskjellene er mindre enn 4,5 poeng"),
        ("uncertain", True, "anslagene er under grensen på 4,5 poeng"),
    ],
)
def test_of_statements_that_were_held_against_other_limits_the_larger_is_named(sign, small, said):
    rows = [
        SimpleNamespace(
            statement=SimpleNamespace(text=text),
            standings=[
                SimpleNamespace(
                    population="staff",
                    first=ChangeCell(sign, "", "", 0.2, -0.4, 0.8, margin=margin, small=small),
                )
            ],
            later=(),
        )
        for text, margin in (("A", 3.0), ("B", 4.5))
    ]
    [found] = count_movements(rows, "nb")
    assert said in str(found.text)


@pytest.mark.parametrize(
    ("margins", "lang", "said"),
    [
        (Margins(), "nb", "forskjellen egentlig er under 2,5 poeng, halve grensen."),
        (Margins(unit=7.5), "nb", "under 2,5 poeng, eller nedgangen under halvparten av 7,5."),
        (Margins(unit=7.5), "nn", "under 2,5 poeng, eller nedgangen under halvparten av 7,5."),
        (Margins(unit=7.5), "en", "under 2.5 points, or the fall under half of 7.5."),
    ],
)
def test_when_a_fall_of_a_named_unit_is_too_large_follows_from_its_own_limit(margins, lang, said):
    nobody = Talk((), (), (), 0, 60, 0, 0.0, leaning=False)
    with speaking(lang):
        page = environment().get_template("culture/_talk.html")
        decided = SimpleNamespace(rule="courses", publication="")
        told = page.render(talk=nobody, margins=margins, decided=decided, lang=lang)
    assert said in " ".join(told.split())


def test_a_region_on_the_list_is_held_against_its_own_limit():
    said = "For en region er et funn for stort når nedgangen egentlig er under halvparten"
    for regional in (True, False):
        talk = Talk((), (), (), 0, 60, 0, 0.0, leaning=False, regional=regional)
        with speaking("nb"):
            page = environment().get_template("culture/_talk.html")
            decided = SimpleNamespace(rule="courses", publication="")
            told = page.render(talk=talk, margins=Margins(), decided=decided, lang="nb")
        assert (said in told) == regional


@pytest.mark.parametrize(
    ("margins", "regions", "told"),
    [
        (Margins(), True, ("gått ned 5–10 (region: 3–10)", "økt 5–10 (region: 3–10)")),
        (Margins(), False, ("gått ned 5–10", "økt 5–10")),
        (Margins(2.5, 6), True, ("gått ned 6–10 (region: 2,5–10)", "økt 6–10 (region: 2,5–10)")),
        (Margins(4, 4), True, ("gått ned 4–10", "økt 4–10")),
        # from 10 points on a change is dark: lighter ones are a region's, a unit's, or nobody's
        (Margins(3, 10), True, ("region: gått ned 3–10", "region: økt 3–10")),
        (Margins(12, 5), True, ("gått ned 5–10", "økt 5–10")),
        (Margins(3, 10), False, ()),
        (Margins(10, 12), True, ()),
    ],
)
def test_the_legend_of_changes_begins_at_the_limits_of_the_publication(margins, regions, told):
    assert lighter_moves(margins, "nb", regions=regions) == told


@pytest.mark.parametrize(
    ("margins", "regions", "down"),
    [
        (Margins(), True, ("gått ned minst 10 poeng", "10 ned")),
        (Margins(3, 10), True, ("gått ned minst 10 poeng", "10 ned")),
        # no smaller change is called one
        (Margins(3, 12.5), True, ("gått ned minst 12,5 poeng (region: 10)", "12,5 ned")),
        (Margins(3, 12.5), False, ("gått ned minst 12,5 poeng", "12,5 ned")),
        (Margins(12, 12), True, ("gått ned minst 12 poeng", "12 ned")),
        (Margins(11, 12), True, ("gått ned minst 12 poeng (region: 11)", "12 ned")),
    ],
)
def test_the_darkest_colours_of_changes_begin_no_earlier_than_changes_do(margins, regions, down):
    found = darker_moves(margins, "nb", regions=regions)
    assert found[0] == down
    assert found[1] == tuple(
        text.replace("gått ned", "økt").replace(" ned", " opp") for text in down
    )


def test_notes_of_a_file_name_measures_as_sentences_do():
    alike = [{"measure": "AMB", "units": 20, "icc1": 0.02, "icc2": 0.4, "comparable": False}]
    assert (
        "På viljen til å anbefale arbeidsplassen kan denne målingen ikke skille enhetene"
        in told(main_wave() | {"agreement": alike})
    )
