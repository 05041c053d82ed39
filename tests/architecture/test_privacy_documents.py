"""The record of processing and the impact assessment are made of what is held."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner
from markupsafe import escape

from questionnaires.agency import load_agency
from questionnaires.privacy import PrivacyFacts
from survey_app.administration.privacy import documents
from survey_app.administration.privacy.declared import DECLARED
from survey_app.administration.privacy.documents import DPIA, KINDS, REGISTER, privacy_document
from survey_app.administration.privacy.overview import VIEWS
from survey_app.cli import barometer
from survey_app.settings import Settings
from survey_app.shared.i18n import translator

LANGUAGES = ("nb", "nn", "en")
DAY = date(2027, 3, 1)


def written(kind, language="nb", **settings):
    html = privacy_document(kind, language, settings=Settings(**settings), day=DAY)
    return re.sub(r"\s+", " ", html)


def said(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_about_people_stands_in_the_record_and_every_table_in_both(language):
    record, assessment = written(REGISTER, language), written(DPIA, language)
    say = translator(language).gettext
    annex = {part.split("<", 1)[0]: part for part in record.split("<h3><code>")[1:]}
    for held in DECLARED:
        assert f"<code>{held.table}</code>" in record
        if held.personal:
            listed = re.findall(r"<code>(\w+)</code>", annex[held.table].split("<h3>")[0])
            assert sorted(listed) == sorted(held.names)
            assert escape(say(held.what)) in annex[held.table]
            assert held.table in VIEWS or escape(say(held.what)) in assessment


@pytest.mark.parametrize("kind", KINDS)
def test_what_only_people_can_say_is_marked_and_goes_once_the_content_says_it(kind, monkeypatch):
    agency = load_agency()
    assert "Fylles ut: hvem man henvender seg til" in said(written(kind)).replace(" : ", ": ")
    facts = PrivacyFacts(
        "postmottak@example.org", "ombud@example.org", ("Drift AS",),
        {"nb": "Straffegjennomføringsloven", "nn": "x", "en": "y"},
    )  # fmt: skip
    monkeypatch.setattr(documents, "agency", lambda: replace(agency, privacy=facts))
    html = written(kind)
    for told in ("postmottak@example.org", "ombud@example.org", "Drift AS"):
        assert told in html
    assert "Straffegjennomføringsloven" in html
    assert "det rettslige grunnlaget for dette formålet" not in html
    # what is left is what the agency decides
    assert "Fylles ut" in html


def test_they_say_what_this_installation_is_set_to():
    record = said(written(REGISTER, leaver_days=30, closed_account_days=40, log_years=3))
    for told in ("30 dager etter at personen sluttet", "40 dager etter at kontoen", "3 år"):
        assert told in record
    assert "Den minste gruppen er 7 svar, og 12 kommentarer" in said(
        written(DPIA, minimum_group=7, minimum_comments=12)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_them_is_fetched_from_anywhere(kind):
    assert not re.search(r"(src|href)=|url\(|@import", written(kind))


def test_the_command_writes_a_file_or_says_which_it_can(tmp_path):
    file = tmp_path / "dpia.html"
    done = CliRunner().invoke(
        barometer, ["privacy", "dpia", "--language", "en", "--output", str(file)]
    )
    assert done.exit_code == 0, done.output
    assert '<html lang="en"' in file.read_text()
    refused = CliRunner().invoke(
        barometer, ["privacy", "register", "--output", str(tmp_path / "r.docx")]
    )
    assert refused.exit_code == 2
    assert ".html or .pdf" in refused.output
    printed = CliRunner().invoke(barometer, ["privacy", "register"])
    assert printed.output.startswith("<!doctype html>")


def test_the_agency_s_content_may_say_whom_to_ask_and_must_say_it_in_every_language(tmp_path):
    content = (load_agency().folder / "agency.toml").read_text()
    for texts, whole in (('nb = "a"\nnn = "b"\nen = "c"', True), ('nb = "a"', False)):
        folder = tmp_path / str(whole)
        folder.mkdir()
        told = f'[privacy]\nofficer = "o@example.org"\n[privacy.legal_basis]\n{texts}\n'
        (folder / "agency.toml").write_text(f"{content}\n{told}")
        if whole:
            assert load_agency(folder).privacy.officer == "o@example.org"
        else:
            with pytest.raises(Exception, match="privacy legal_basis"):
                load_agency(folder)
