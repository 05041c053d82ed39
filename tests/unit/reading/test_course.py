"""The sentence about all waves seen as one."""

from types import SimpleNamespace

import pytest

from survey_app.publications.formats import read_content
from survey_app.reading.course import course_finding, jump_sentence
from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.scope import ExportScope
from survey_app.reading.published import Published
from tests.builders_publication import public_series, staff_series
from tests.builders_publication.older import in_format_1
from tests.exported import part

SERIES = [(SimpleNamespace(key="2024-h", label=lambda _form, _lang: "siden høsten 2024"), None)]


def said(lang="nb", **changed):
    content = staff_series()[-1]
    trends = [row | changed for row in content["trends"] if row["level"] == "agency"]
    shown = Published({**content, "trends": trends, "changes": []})
    found = course_finding(shown, "KI-kjerne", shown.domain(""), SERIES, lang)
    return found and (found.sign, str(found.text))


@pytest.mark.parametrize(
    ("direction", "change", "low", "high", "sentence"),
    [
        ("up", 4.2, 2.0, 6.4,
         "(6 spørsmål) har økt</b> med 4,2 poeng siden høsten 2024 (usikkerhet 2,0 til 6,4)."),
        ("down", -4.2, -6.4, -2.0,
         "har gått ned</b> med 4,2 poeng siden høsten 2024 (usikkerhet 2,0 til 6,4)."),
        ("steady", 0.4, -0.8, 1.6,
         "Kulturindeksen (6 spørsmål) har endret seg mindre enn 3 poeng</b> siden høsten 2024."),
        ("uncertain", 1.4, -2.0, 4.8,
         "endret seg</b> siden høsten 2024; det kan være alt mellom −2,0 og +4,8 poeng."),
        ("uncertain", 2.6, 0.4, 4.8,
         "(6 spørsmål) har trolig økt</b> siden høsten 2024, men vi kaller det ikke en endring"),
        ("uncertain", -2.6, -4.8, -0.4,
         "vi kaller det ikke en endring; det kan være alt mellom −4,8 og −0,4 poeng."),
        ("uncertain", 2.4, 0.0, 4.8,
         "sikkert hvor mye kulturindeksen (6 spørsmål) har endret seg</b> siden høsten 2024;"),
    ],
)  # fmt: skip
def test_the_direction_is_said_in_one_sentence(direction, change, low, high, sentence):
    sign, text = said(direction=direction, change=change, change_low=low, change_high=high)
    assert sign == direction
    assert sentence in text.replace("\u00a0", " ")


def test_a_known_direction_of_unknown_size_is_said_in_every_language():
    known = {"direction": "uncertain", "change": 2.6, "change_low": 0.4, "change_high": 4.8}
    assert "har truleg auka</b> siden høsten 2024, men vi kallar det" in said("nn", **known)[1]
    assert "has probably risen</b> siden høsten 2024, but we do not call" in said("en", **known)[1]


def test_fewer_than_four_waves_are_said_to_be_too_few():
    assert "for få målinger" in said(warning="too_short")[1]
    assert "for få målingar" in said("nn", warning="too_short")[1]
    assert "too few surveys" in said("en", warning="too_short")[1]


def test_nothing_is_said_of_one_wave_or_by_an_older_publication():
    assert said(since=None, change=None) is None
    shown = Published(read_content(in_format_1(staff_series()[-1])))
    assert course_finding(shown, "KI-kjerne", shown.domain(""), SERIES, "nb") is None


def test_the_slope_that_an_older_publication_holds_is_passed_over():
    content = staff_series()[-1]
    steep = {"slope": 9.5, "slope_low": 8.2, "slope_high": 10.8}
    old = {**content, "trends": [row | steep for row in content["trends"]]}
    assert said(**steep) == said()
    tables = [book_of([part(one, ExportScope())], "nb").table("courses") for one in (old, content)]
    # one with other content is another publication
    made = [[row | {"publication": ""} for row in one.records()] for one in tables]
    assert made[0] == made[1] != []


def test_the_publics_trust_has_a_sentence_and_a_single_goal_or_group_has_none():
    shown = Published({**public_series()[-1], "changes": []})
    wave = SimpleNamespace(key="2024-09", label=lambda _form, _lang: "siden september 2024")
    whole, young = shown.domain(""), shown.domain("age:18-29")
    found = course_finding(shown, "TI", whole, [(wave, None)], "nb")
    assert "Tilliten har endret seg mindre enn 3 poeng</b> siden september 2024." in str(found.text)
    assert course_finding(shown, "SAM", whole, [(wave, None)], "nb") is None
    assert course_finding(shown, "TI", young, [(wave, None)], "nb") is None


@pytest.mark.parametrize(
    ("place", "since", "sentence"),
    [
        ("", "2024-h", "Kulturindeksen (6 spørsmål) er anslått 1,9 poeng høyere enn høsten 2024"),
        ("R1", "2024-h", "Kulturindeksen (6 spørsmål) er anslått 1,9 poeng høyere enn høsten 2024"),
        ("", "2026-02", None),
    ],
)
def test_a_change_that_was_judged_is_told_in_the_place_of_the_direction(place, since, sentence):
    """Of the previous wave it stands beside the level already."""
    content = staff_series()[-1]
    shown = Published(content)
    where = shown.whole if not place else next(d for d in shown.domains if d.level == "region")
    rows = [row | {"since": since} for row in content["trends"]]
    judged = [
        row | {"model_difference": 1.9, "model_low": 0.1, "model_high": 3.7,
               "verdict": "uncertain", "under_limit": True}
        for row in content["changes"]
    ]  # fmt: skip
    shown = Published({**content, "trends": rows, "changes": judged})
    label = "siden februar 2026" if since == "2026-02" else "siden høsten 2024"
    series = [(SimpleNamespace(key=since, label=lambda _form, _lang: label), None)]
    found = course_finding(shown, "KI-kjerne", where, series, "nb")
    assert (sentence in str(found.text)) if sentence else found is None


@pytest.mark.parametrize(
    ("searched", "sentence"),
    [
        ({"found": True, "since": "2024-h", "p": 0.01}, "Fra målingen siden høsten 2024 ligger"),
        ({"found": False, "since": None, "p": 0.4}, "Vi har lett etter et brått hopp"),
        (None, ""),
    ],
)
def test_a_jump_is_named_by_the_first_wave_after_it_and_none_is_said_too(searched, sentence):
    content = staff_series()[-1]
    rows = [row | {"break": searched} for row in content["trends"]]
    shown = Published({**content, "trends": rows})
    found = jump_sentence(shown, "KI-kjerne", shown.whole, [one for one, _ in SERIES], "nb")
    assert found.startswith(sentence)
    assert bool(found) == (searched is not None)
