"""Where not everybody was asked a question, it is said whom its figures are of."""

import copy
from dataclasses import replace

import pytest

from survey_app.reading.asked_of import whom_it_was_for
from survey_app.reading.exports.about import questions
from survey_app.reading.exports.notes import notes
from survey_app.reading.halves import part_note
from survey_app.reading.levels import level_row
from survey_app.reading.published import Published
from survey_app.reading.reports.words import sure
from survey_app.shared.i18n import languages, speaking
from survey_app.shared.pages import environment
from tests.builders_publication import staff_series
from tests.builders_publication.other_words import in_modules
from tests.composed_reports import plain
from tests.exported import part, public_wave

MODULES = {"SIK": "safety", "vp.sik": "safety", "AMB": "work", "vp.amb": "work"}


@pytest.fixture(scope="module")
def wave():
    return staff_series()[-1]


@pytest.fixture(scope="module")
def split(wave):
    """The wave, as if safety and recommending had been asked in modules of their own."""
    return Published(in_modules(wave, MODULES))


HALF = (
    "Hvert av spørsmålene bak trygghet for ansatte og viljen til å anbefale arbeidsplassen gikk"
    " bare til en tilfeldig halvpart. De tallene bygger på dem som fikk spørsmålet."
)


def test_what_a_half_was_asked_is_named_beside_what_all_were(split, wave):
    assert part_note(split, ["KI-kjerne", "SIK", "AMB", "SIK"], "nb") == HALF
    assert part_note(split, ["KI-kjerne", "TRY"], "nb") == ""
    assert part_note(Published(wave), ["KI-kjerne", "SIK", "AMB"], "nb") == ""


def test_where_all_of_a_page_went_to_a_part_nothing_needs_a_name(split):
    said = "Hvert spørsmål gikk bare til en tilfeldig halvpart. Tallene bygger på dem som fikk det."
    assert part_note(split, ["SIK"], "nb") == said
    said = "Spørsmålet gikk bare til en tilfeldig halvpart. Tallene bygger på dem som fikk det."
    assert part_note(split, ["vp.sik.2"], "nb") == said


def test_a_part_is_not_named_beside_its_index(wave):
    shown = Published(in_modules(wave, MODULES))
    shown.measures["SIK"] = replace(shown.measures["SIK"], parts={"AMB": 1.0})
    assert "anbefale" not in part_note(shown, ["KI-kjerne", "SIK", "AMB"], "nb")


def test_of_three_modules_each_went_to_a_third(wave):
    shown = Published(in_modules(wave, MODULES | {"vp.opf": "follow"}))
    for lang in languages():
        third = "third" if lang == "en" else "tredel"
        for codes in (["KI-kjerne", "SIK"], ["SIK"], ["vp.sik.2"]):
            assert third in part_note(shown, codes, lang)


def test_reports_and_files_say_the_same_and_of_which_wave(split, wave):
    assert HALF in sure(split, split.whole, ["KI-kjerne", "SIK", "AMB"], "nb")
    told = notes([part(staff_series()[-2]), part(split.content)], "nb")
    assert f"{wave['wave']['labels']['name']['nb']}: {HALF}" in told


CHANNELS = (
    "Ikke alle skulle svare. I skjemaet sto det: «Svar bare hvis du har sett, lest eller hørt noe"
    " fra kriminalomsorgen selv de siste tolv månedene.»"
)
SEEKERS = (
    "Ikke alle skulle svare. I skjemaet sto det: «Svar bare hvis du er mellom 18 og 59 år og ikke"
    " er pensjonist.»"
)


def test_of_a_question_with_a_condition_it_is_said_whom_it_was_for():
    shown = Published(public_wave())
    assert whom_it_was_for(shown, "om.pla.2", "nb") == CHANNELS
    assert level_row(shown, "ea.2", shown.whole, "nb").note == SEEKERS
    assert "aged 18–59" in whom_it_was_for(shown, "ea.2", "en")
    assert {whom_it_was_for(shown, one, "nb") for one in ("om.til.1", "PLA", "TI", "gone")} == {""}


def test_a_form_that_asks_everybody_says_nothing_of_a_condition_and_words_of_before_keep_theirs():
    content = copy.deepcopy(public_wave())
    content["form"] = "interessent.fri"
    assert whom_it_was_for(Published(content), "om.pla.1", "nb") == ""
    [asked] = [one for one in content["measures"] if one["code"] == "ea.2"]
    for number, told in ((1, True), (9, False)):
        asked["version"] = number
        assert bool(whom_it_was_for(Published(content), "ea.2", "nb")) is told


def test_pages_and_files_say_it_beside_the_question():
    wave = public_wave()
    [told] = [one for one in questions([part(wave)], "nb").rows if "om.pla.2" in one]
    assert CHANNELS in told
    page = '{% from "reading/questions.html" import question %}{{ question("?", row, "nb") }}'
    row = level_row(Published(wave), "ea.2", Published(wave).whole, "nb")
    with speaking("nb"):
        assert SEEKERS in plain(environment().from_string(page).render(row=row, lang="nb"))


def test_where_a_wave_asked_otherwise_the_large_figure_says_so():
    shown = Published(public_wave())
    row = replace(level_row(shown, "TI", shown.whole, "nb"), previous=None, first=None)
    page = '{% import "reading/parts.html" as parts %}{{ parts.figure(row, "nb", false) }}'
    with speaking("nb"):
        made = [
            plain(environment().from_string(page).render(row=replace(row, renewed=why), lang="nb"))
            for why in ("Spørsmålene er endret", "")
        ]
    assert ["Spørsmålene er endret." in one for one in made] == [True, False]
    assert ["Det er ingen endring å vise." in one for one in made] == [False, True]
