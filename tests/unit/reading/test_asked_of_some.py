"""Where each person got one module of a form, it is said which figures a part of them gave."""

from dataclasses import replace

import pytest

from survey_app.reading.exports.notes import notes
from survey_app.reading.halves import part_note
from survey_app.reading.published import Published
from survey_app.reading.reports.words import sure
from survey_app.shared.i18n import languages
from tests.builders_publication import staff_series
from tests.builders_publication.other_words import in_modules
from tests.exported import part

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
