"""What measures are called: names that people say, with numbers that follow from the content."""

from dataclasses import replace

import pytest

from questionnaires.measures import Called
from survey_app.reading import kinds
from survey_app.reading.names import culture_note, noun, row_name, sentence_name
from survey_app.reading.published import Published
from survey_app.reading.reputation.measures import note_of
from survey_app.reading.staff_measures import measures_to_choose, series_of
from survey_app.reading.strategy_text import library
from tests.builders_publication import staff_series


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_how_many_questions_a_name_tells_is_counted(lang):
    for code in kinds.staff().values_core:
        items = len(library().scales[code].items)
        assert f"({items} " in row_name(code, kinds.title(code), lang)
    assert note_of("OM1", lang).startswith(f"{len(library().indices['OM1'].parts)} ")
    assert note_of("SAM", lang).startswith(f"{len(library().scales['SAM'].items)} ")


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_only_a_name_with_a_comma_needs_quotation_marks_in_a_sentence(lang):
    staff, public = kinds.staff(), kinds.public()
    codes = (*staff.values, *staff.values_core, staff.workplace, *staff.workplace_parts,
             public.trust, *public.goals, public.reputation)  # fmt: skip
    for code in codes:
        name = sentence_name(code, "index", kinds.title(code), lang)
        assert not set("{}") & set(name), name
        assert ("," in name) == bool(set("«»“”") & set(name)), name


def test_a_name_of_a_version_s_own_with_a_comma_is_told_from_the_others_in_a_list():
    title = {"nb": "Møter der vi «tar ordet», og blir hørt", "en": "Meetings, and “voice”"}
    told = [sentence_name("MOT", "index", title, lang) for lang in ("nb", "en")]
    # as the subject, and as what a group has more or less of
    assert [noun("MOT", title, lang) for lang in ("nb", "en")] == told
    assert told == ["«Møter der vi ‘tar ordet’, og blir hørt»", "“Meetings, and ‘voice’”"]
    assert row_name("MOT", title, "nb") == title["nb"]
    assert sentence_name("MOT", "index", {"nb": "Rom for ro"}, "nb") == "Rom for ro"


def test_a_question_with_quotation_marks_of_its_own_is_quoted_with_single_ones_inside():
    title = {"nb": "Vi sier fra, også til «skipperen».", "en": "We “speak up”."}
    told = [sentence_name("b.1", "item", title, lang) for lang in ("nb", "en")]
    assert told == ["«Vi sier fra, også til ‘skipperen’»", "“We ‘speak up’”"]


def test_an_agency_whose_waves_all_ask_all_questions_has_one_series(monkeypatch):
    staff = kinds.staff()
    assert (kinds.short_form_of("KI-kjerne"), series_of("KI-kjerne")) == ("KI", "core")
    whole = replace(staff, culture_core=staff.culture, values_core=staff.values)
    monkeypatch.setattr(kinds, "staff", lambda: whole)
    for code in (staff.culture, *staff.values):
        assert (kinds.short_form_of(code), series_of(code)) == ("", "")
    # and each measure is offered once
    offered = [one.code for one in measures_to_choose(Published(staff_series()[0]))]
    assert offered.count("KI") == 1
    assert len(set(offered)) == len(offered)


def test_what_stands_beside_the_culture_index_says_whether_its_questions_count_there_too(
    monkeypatch,
):
    assert kinds.beside_culture("SIK") == "alone"
    assert kinds.beside_culture("TRY") == "shared"
    assert kinds.beside_culture("vp.try.1") == "shared"
    # and names it as the agency does
    assert culture_note("SIK", "nb") == "Måles for seg, inngår ikke i kulturindeksen"
    assert culture_note("TRY", "en") == "Has questions that also count in the culture index"
    called = {"KI": Called(sentence={"nb": "Kompasset"})}
    monkeypatch.setattr(kinds, "called", lambda code: called.get(code, Called()))
    assert culture_note("TRY", "nb") == "Spørsmål herfra teller også i kompasset"
