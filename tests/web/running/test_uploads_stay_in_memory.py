"""Files of people that somebody uploads are never written to a temporary file on the way."""

import re
import tempfile

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.people.uploads import find_upload
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.asking_builders import CAMPAIGN, import_campaign, register
from tests.web.running.desk import coming

LARGE = "\r\n" * 600_000  # more than the framework keeps of a file in memory


@pytest.fixture
def on_disk(monkeypatch):
    """Count the files that went from memory to the disk."""
    found, before = [], tempfile.SpooledTemporaryFile.rollover

    def rollover(file):
        found.append(file)
        before(file)

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rollover)
    return found


async def upload(client, page, name, content, **fields):
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await client.get(page)).text)[1]
    file = (name, content.encode(), "text/csv")
    return await client.post(page, data={"csrf": csrf} | fields, files={"file": file})


async def test_a_large_register_is_kept_by_its_name_and_lay_nowhere(hr, on_disk):
    reply = await upload(hr, "/people/import", r"C:\files\ansatte.csv", register() + LARGE)
    assert reply.status_code == 200
    assert "/people/import/" in str(reply.url)
    assert on_disk == []
    [row] = await fetch(Login.WEB, "SELECT id, account, file_name FROM asking.register_upload")
    assert row["file_name"] == "ansatte.csv"
    kept = await find_upload(str(row["id"]), account=str(row["account"]))
    assert kept.content == (register() + LARGE).encode()


async def a_draft(population="stakeholders", invite="list", form="interessent.off"):
    bind_worker()
    text = coming(CAMPAIGN).replace('"staff"', f'"{population}"').replace("vp-1", "in-1")
    text = text.replace('"everybody"', f'"{invite}"').replace('key = "verdipuls"', 'key = "i"')
    await import_campaign(text.replace("verdipuls.k1", form))
    bind_web()


async def test_a_large_list_of_those_who_are_invited_lay_nowhere(hr, on_disk):
    await a_draft()
    listed = "email,language\n" + "".join(f"p{n}@example.org,nb\n" for n in range(60))
    reply = await upload(hr, "/waves/in-1/open", "liste.csv", listed + LARGE)
    assert reply.status_code == 200
    assert on_disk == []
    [row] = await fetch(Login.WEB, "SELECT file_name, state FROM asking.wave_act")
    assert tuple(row.values()) == ("liste.csv", "proposed")
    assert "E-post: 60. Brev: 0." in (await hr.get("/waves/in-1/open")).text


@pytest.mark.parametrize(
    ("asked", "few"),
    [
        ({}, "email,language\n" + "".join(f"p{n}@example.org,nb\n" for n in range(3))),
        (
            {"population": "public", "invite": "sample", "form": "omdomme"},
            "county,age,gender\n" + "03,1,1\n" * 3,
        ),
    ],
    ids=["list", "sample"],
)
async def test_what_opening_would_say_of_a_file_is_told_before_anybody_approves(
    web, sign_in, asked, few
):
    await a_draft(**asked)
    reader = await sign_in(Role.COMMUNICATIONS if asked else Role.HR)
    for content, why in ((few, "Bare 3 står i filen. Det må være minst 5."), ("", "Velg filen")):
        reply = await upload(reader, "/waves/in-1/open", "fil.csv", content)
        assert (reply.status_code, why in reply.text) == (422, True)
    assert await fetch(Login.WEB, "SELECT state FROM asking.wave_act") == []


@pytest.mark.parametrize("name", ["uttrekk påske.csv", "lønn; (2).csv", "ansatte 100%.csv"])
async def test_a_file_keeps_its_name_whatever_signs_it_has(hr, name):
    await upload(hr, "/people/import", name, register())
    [row] = await fetch(Login.WEB, "SELECT file_name FROM asking.register_upload")
    assert row["file_name"] == name


@pytest.mark.parametrize("page", ["/people/import"])
async def test_a_form_without_a_file_says_so(hr, page):
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await hr.get(page)).text)[1]
    reply = await hr.post(page, data={"csrf": csrf})
    assert reply.status_code == 422
    assert "Velg filen" in reply.text
