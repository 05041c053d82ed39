"""Who may take a questionnaire along, in which formats, and how often."""

import io
import json
import re
from dataclasses import replace

import pypdfium2
import pytest
from click.testing import CliRunner
from lxml import etree

from questionnaires.formats.to_toml import from_toml
from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.instruments import asked, files
from survey_app.cli import barometer
from survey_app.commands.questionnaire_export import asked_in_wave, export_form
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.reading.reports.press import BusyError, Press, PressError
from survey_app.running import questionnaire_files
from tests.asking_builders import an_open_wave
from tests.builders_publication import words
from tests.written_here import write_here

ADDRESS = "/questionnaires/verdipuls.k1"


@pytest.fixture
async def asked_in_may(web):
    bind_worker()
    await an_open_wave()
    bind_web()


@pytest.fixture
def at_once(monkeypatch):
    """Write files in this process: what a child adds is tested with reports."""

    monkeypatch.setattr(Press, "write", write_here)


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_takes_the_questions_along_as_they_would_be_asked(web, sign_in, role):
    await sign_in(role)
    reply = await web.get(f"{ADDRESS}/file?format=toml")
    assert reply.status_code == 200
    assert from_toml(reply.content) == load_library().questionnaire("verdipuls.k1")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="verdipuls.k1.toml"'
    assert reply.headers["Cache-Control"] == "no-store"


async def test_a_stranger_is_asked_to_sign_in(web):
    reply = await web.get(f"{ADDRESS}/file?format=toml", follow_redirects=False)
    assert reply.status_code == 303


async def test_the_page_offers_every_format_and_says_what_each_leaves_out(web, sign_in):
    await sign_in(Role.LEADER)
    page = await web.get("/questionnaires/omdomme")
    offered = re.findall(r'href="(/questionnaires/omdomme/file\?format=(\w+)[^"]*)"', page.text)
    assert [form for _, form in offered] == list(files.QUESTIONNAIRE_FORMATS)
    for address, form in offered:
        if form != files.PDF:
            reply = await web.get(address.replace("&amp;", "&"))
            assert reply.status_code == 200
            assert reply.content
    text = words(page)
    assert "Dette er ikke med i XLSForm" in text
    assert "setningene i strategien som spørsmålene måler (32)" in text
    assert "Alt er med." in text


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nb", "Snudd: det siste svaret er det dårligste"),
        ("nn", "Snudd: det siste svaret er det dårlegaste"),
        ("en", "Reversed: the last answer is the worst"),
    ],
)
async def test_the_page_says_in_the_readers_language_what_a_reversed_question_is(
    web, sign_in, lang, said
):
    await sign_in(Role.LEADER)
    page = await web.get("/questionnaires/verdipuls.main", params={"lang": lang})
    assert said in words(page)
    # the methodologist's reason stands in one language, where questions are written
    reasons = [one.reason for one in load_library().items.values() if one.reversed]
    assert reasons
    assert not any(reason in words(page) for reason in reasons)


async def test_what_a_wave_asked_is_taken_along_as_it_was_frozen(web, sign_in, asked_in_may):
    await sign_in(Role.HR)
    page = await web.get(f"{ADDRESS}?wave=vp-1")
    assert f"{ADDRESS}/file?format=toml&amp;wave=vp-1" in page.text
    reply = await web.get(f"{ADDRESS}/file?format=toml&wave=vp-1")
    taken = from_toml(reply.content)
    assert taken.hash[7:23] in page.text
    assert 'filename="verdipuls.k1-vp-1.toml"' in reply.headers["Content-Disposition"]
    for wrong in ("verdipuls.k2/file?format=toml&wave=vp-1", "borte/file?format=toml",
                  "verdipuls.k1/file?format=toml&wave=borte"):  # fmt: skip
        assert (await web.get(f"/questionnaires/{wrong}")).status_code == 404
    assert (await web.get(f"{ADDRESS}/file?format=docx")).status_code == 400


async def test_the_printed_form_is_set_by_the_child_that_sets_reports(web, sign_in, at_once):
    await sign_in(Role.REPRESENTATIVE)
    reply = await web.get("/questionnaires/kandidat/file?format=pdf&language=nn")
    assert reply.headers["Content-Type"] == "application/pdf"
    pages = [
        " ".join(page.get_textpage().get_text_range().split())
        for page in pypdfium2.PdfDocument(reply.content)
    ]
    assert "Kandidatundersøking" in pages[0]
    assert "Spørsmål 3: Svar berre dersom du er mellom 18 og 59 år" in pages[0]
    assert "Vi tek ikkje imot svar på papir" in pages[0]
    asked_of = load_library().questionnaire("kandidat")
    whole = " ".join(pages)
    assert all(item.text["nn"] in whole for item in asked_of.items)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(BusyError(), "Mange filer lages akkurat nå"), (PressError("x"), "Filen kunne ikke lages")],
)
async def test_a_file_that_cannot_be_printed_now_says_so(
    web, sign_in, monkeypatch, error, sentence
):
    async def write(*_):
        raise error

    monkeypatch.setattr(Press, "write", write)
    await sign_in(Role.HR)
    reply = await web.get(f"{ADDRESS}/file?format=pdf")
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "60"
    assert sentence in reply.text
    assert f'href="{ADDRESS}"' in reply.text


async def test_an_account_takes_so_many_files_a_minute_and_no_more(web, sign_in, monkeypatch):
    monkeypatch.setattr(questionnaire_files, "MOST_A_MINUTE", 2)
    await sign_in(Role.ANALYST)
    statuses = [(await web.get(f"{ADDRESS}/file?format=ddi")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_no_file_is_made_of_a_form_that_is_longer_than_any(web, sign_in, monkeypatch):
    await sign_in(Role.ANALYST)
    monkeypatch.setattr(files, "MOST_QUESTIONS", 3)
    assert (await web.get(f"{ADDRESS}/file?format=toml")).status_code == 404
    assert (await web.get(f"{ADDRESS}/file?format=pdf")).status_code == 404
    page = await web.get(ADDRESS)
    assert page.status_code == 200
    assert "Ta med spørsmålene" not in page.text


# The command


def test_the_command_writes_each_format_and_names_what_it_leaves_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for form, one in files.QUESTIONNAIRE_FORMATS.items():
        done = CliRunner().invoke(
            barometer, ["questionnaire", "export", "verdipuls.k1", "--format", form]
        )
        assert done.exit_code == 0, done.output
        language = "-nb" if form == files.PDF else ""
        name = f"verdipuls.k1{language}.{one.extension}"
        assert done.stdout == f"{name}\n"
        assert (tmp_path / name).stat().st_size > 1000
        line = "vp.try.1: the statements of the strategy that it measures are left out"
        assert (line in done.stderr) == (form not in {files.WHOLE, "ddi"})
        assert bool(done.stderr) == (form != files.WHOLE)


def test_the_command_says_the_same_as_one_object_for_programs(tmp_path):
    path = tmp_path / "form.lss"
    done = CliRunner().invoke(
        barometer,
        ["questionnaire", "export", "omdomme", "--format", "limesurvey", "--output", str(path),
         "--json"],
    )  # fmt: skip
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["questions"], told["languages"], told["conditions"]) == (37, 3, 7)
    renamed = {"place": "om.fil.1", "what": "renamed", "detail": "omfil1"}
    sentence = {"sentence": "its name is not allowed there; it is called omfil1"}
    assert renamed | sentence in told["left_out"]
    assert etree.parse(io.BytesIO(path.read_bytes())).findtext("LimeSurveyDocType") == "Survey"


def test_the_command_refuses_what_it_cannot_write(tmp_path):
    with pytest.raises(asked.NoSuchFormError, match="there is no form «borte»; there are"):
        asked.form_of_today("borte")
    done = CliRunner().invoke(
        barometer,
        ["questionnaire", "export", "omdomme", "--format", "toml", "--output", "-", "--json"],
    )
    assert done.exit_code == 2
    missing = ["questionnaire", "export", "omdomme", "--format", "toml", "--output",
               str(tmp_path / "nowhere" / "x.toml")]  # fmt: skip
    assert "cannot be written" in str(CliRunner().invoke(barometer, missing).exception)


async def test_the_command_writes_what_a_wave_asked(asked_in_may, tmp_path):
    bind_worker()
    found = await asked_in_wave("verdipuls.k1", "vp-1")
    said = []
    export_form(
        found,
        "toml",
        lang="nb",
        wave="vp-1",
        output=tmp_path / "x.toml",
        as_json=False,
        echo=said.append,
        warn=said.append,
    )
    assert said == [str(tmp_path / "x.toml")]
    assert from_toml((tmp_path / "x.toml").read_bytes()) == found
    with pytest.raises(asked.NoSuchFormError, match=r"vp-1 asks verdipuls\.k1, not omdomme"):
        await asked_in_wave("omdomme", "vp-1")


def test_names_of_files_hold_nothing_that_a_folder_would_read():
    form = load_library().questionnaire("omdomme")
    named = replace(form, form=replace(form.form, id='../a"b\r\n'))
    assert files.file_of_form(named, "pdf", "nb", "x/y") == ".._a_b__-x_y-nb.pdf"
