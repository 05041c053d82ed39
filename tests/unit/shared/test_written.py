"""A language that cannot be written is told by the check of content, before anybody meets it."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from questionnaires.agency import load_agency
from survey_app.cli import barometer
from survey_app.shared.written import fallen_back, unwritten


def a_language(**changes):
    agency = load_agency()
    return replace(agency, styles=(*agency.styles, replace(agency.styles[0], **changes)))


def test_every_language_of_ours_can_be_written():
    assert unwritten(load_agency()) == []


def test_a_language_without_texts_of_the_interface_is_told():
    (problem,) = unwritten(a_language(code="se", locale="se"))
    assert str(problem) == (
        "agency.toml: language se: there are no texts of the interface in se: translate them below"
        " locale/se in the folder of this file, or take the language out"
    )


def with_some_texts(folder, *, required):
    texts = folder / "locale" / "se"
    texts.mkdir(parents=True)
    (texts / "shared.po").write_text('msgid "Resultater"\nmsgstr "Bohtosat"\n', encoding="utf-8")
    return replace(a_language(code="se", locale="se", required=required), folder=folder)


def test_a_language_with_some_texts_falls_back_and_says_how_many_are_missing(tmp_path):
    agency = with_some_texts(tmp_path, required=False)
    assert unwritten(agency) == []
    (sentence,) = fallen_back(agency)
    assert sentence.startswith("se: ")
    assert sentence.endswith("texts of the interface are not translated; readers see them in nb")


def test_a_required_language_has_all_texts_of_the_interface(tmp_path):
    (problem,) = unwritten(with_some_texts(tmp_path, required=True))
    assert "are missing in se, which is required: translate them below locale/se" in str(problem)


def test_a_language_that_nobody_knows_to_write_numbers_in_is_told():
    (problem,) = unwritten(a_language(locale="xx_YY"))
    assert str(problem).startswith("agency.toml: language nb locale: «xx_YY» is no locale of the")


def test_the_command_that_checks_content_reads_all_of_it():
    done = CliRunner().invoke(barometer, ["questionnaire", "check"])
    assert done.exit_code == 0
    assert "no mistakes" in done.output


@pytest.mark.parametrize("rule", ["n==nan ? 0 : 1", "n==1 ? 0 : 7", "1/n"])
def test_a_rule_for_numbers_that_leads_to_no_form_is_told(tmp_path, rule):
    texts = tmp_path / "locale" / "nn"
    texts.mkdir(parents=True)
    header = f'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=({rule});\\n"\n'
    (texts / "own.po").write_text(header)
    (problem,) = unwritten(replace(load_agency(), folder=tmp_path))
    assert str(problem) == (
        "locale/nn/own.po: Plural-Forms: its rule does not lead each number to one of 2 forms;"
        " write the language's own"
    )
