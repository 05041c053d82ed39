"""A questionnaire made elsewhere, on pages: what it holds, what is lost, and the files of it."""

import io
import re
import zipfile

import pytest

from questionnaires.formats.lay_out import to_fill_in
from survey_app.accounts.roles import Role
from survey_app.asking.instruments import foreign_reader
from tests import foreign_files

ADDRESS = "/questionnaires/import"


async def csrf(client):
    return re.search(r'name="csrf" value="([^"]+)"', (await client.get(ADDRESS)).text)[1]


async def upload(client, name, content, **fields):
    return await client.post(
        ADDRESS,
        data={"csrf": await csrf(client), **fields},
        files={"file": (name, content, "application/octet-stream")},
    )


def _hidden(text):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))


@pytest.mark.parametrize("role", [Role.HR, Role.COMMUNICATIONS])
async def test_what_a_file_holds_and_what_is_lost_is_told_and_the_files_can_be_taken_along(
    web, sign_in, role
):
    client = await sign_in(role)
    assert ADDRESS in (await client.get("/questionnaires")).text
    reply = await upload(client, "trivsel.lss", foreign_files.limesurvey())
    assert reply.status_code == 200
    assert "5 spørsmål kan bli med" in reply.text
    assert "trivsel.lss er laget i LimeSurvey. Ingenting er lagret eller endret." in reply.text
    assert "Hos oss velger man mellom svar." in reply.text
    assert reply.headers["cache-control"] == "no-store"
    given = await client.post(f"{ADDRESS}/files", data=_hidden(reply.text))
    assert given.status_code == 200
    assert given.headers["content-disposition"] == 'attachment; filename="trivsel.zip"'
    with zipfile.ZipFile(io.BytesIO(given.content)) as archive:
        files = {name.removeprefix("trivsel/"): archive.read(name) for name in archive.namelist()}
    assert "instruments/trivsel/v1/instrument.toml" in files
    assert len([one for one in to_fill_in(files) if "no statement" in one.sentence]) == 5


async def test_each_mistake_of_a_file_is_one_sentence_in_the_readers_language(web, sign_in):
    client = await sign_in(Role.HR)
    script = {"nb": "<script>alert(1)</script>", "en": "a"}
    for name, content, sentence in (
        ("a.json", foreign_files.surveyjs(text=script), "har et skript eller noe annet som virker"),
        ("a.docx", b"PK", "Vi kjenner ikke denne filtypen."),
        ("a.lss", foreign_files.limesurvey()[:500], "Filen er ikke hel XML"),
        ("../../a.xlsx", b"PK", "Filen er ikke en hel arbeidsbok"),
    ):
        reply = await upload(client, name, content)
        assert reply.status_code == 422, name
        assert sentence in reply.text
        assert "<script>alert" not in reply.text
        assert "Ingenting er lagret." in reply.text
    reply = await client.post(ADDRESS, data={"csrf": await csrf(client)})
    assert "Velg filen med spørreskjemaet." in reply.text


async def test_a_file_that_breaks_its_reader_breaks_nothing_else(web, sign_in, monkeypatch):
    client = await sign_in(Role.HR)
    monkeypatch.setattr(foreign_reader, "CHILD", "survey_app.no_such_module")
    reply = await upload(client, "a.json", foreign_files.surveyjs())
    assert reply.status_code == 422
    assert "Filen tok for lang tid eller for mye plass å lese." in reply.text


async def test_texts_of_a_file_stay_texts_on_the_page(web, sign_in):
    client = await sign_in(Role.HR)
    harmless = {"nb": "a &lt;b&gt; {c}", "en": "d"}
    reply = await upload(client, '"><i>.json', foreign_files.surveyjs(text=harmless))
    assert "<i>" not in reply.text.replace("<i></i>", "")


async def test_another_site_cannot_have_a_file_read(web, sign_in):
    client = await sign_in(Role.HR)
    for address in (ADDRESS, f"{ADDRESS}/files"):
        reply = await client.post(address, data={"csrf": "wrong", "content": "e30=", "name": "a"})
        assert reply.status_code == 403
