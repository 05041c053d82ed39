"""The log of what was done: read and searched on its page, taken out, verified, its heads kept."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest

from survey_app.accounts.api_tokens import create_token, revoke_token
from survey_app.accounts.errors import AccountError
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.administration.act_names import is_named
from survey_app.audit.jobs import watch_log
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, connection

ACCOUNTS, LOG = "/settings/accounts", "/settings/log"
PRODUCT = Path(__file__).parents[2] / "survey_app"


@pytest.fixture
async def invited(web, sign_in):
    """Sign an administrator in, who can invite somebody: that is an act, and tells an address."""
    await sign_in(Role.ADMIN)

    async def post(email="ny@example.org"):
        csrf = re.search(r'name="csrf" value="([^"]+)"', (await web.get(ACCOUNTS)).text)[1]
        wanted = {"email": email, "role": "hr", "unit": "", "language": "nn"}
        return await web.post(f"{ACCOUNTS}/invite", data={"csrf": csrf, **wanted})

    return post


async def test_the_log_tells_who_signed_in_and_who_changed_what_and_is_searched(web, invited):
    await invited()
    await web.post("/sign-in", data={"email": "admin@example.org", "password": "wrong"})
    await web.post("/sign-in", data={"email": "my secret, in the wrong field", "password": "x"})
    page = (await web.get(LOG)).text
    for told in ("Inviterte til en konto", "Logget inn", "Feil passord", "ny@example.org"):
        assert told in page
    assert "in the wrong field" not in page
    found = (await web.get(LOG, params={"area": "Målinger"})).text
    assert "Ingen hendelser passer" in found
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert "Ingen hendelser passer" in (await web.get(LOG, params={"since": tomorrow})).text
    today = clock.today().isoformat()
    assert "Logget inn" in (await web.get(LOG, params={"since": today, "until": today})).text
    assert "kan ikke leses" in (await web.get(LOG, params={"since": "31.31.2026"})).text


async def test_what_an_operator_types_is_told_as_theirs_and_access_of_programs_with_it(
    web, sign_in
):
    await sign_in(Role.ADMIN)
    await create_token(name="Katalogen", scopes=[Scope.SCIM], days=9, now=clock.now())
    assert await revoke_token("Katalogen", now=clock.now()) == 1
    with pytest.raises(AccountError):
        await revoke_token("nobody's", now=clock.now())
    page = (await web.get(LOG)).text
    by, what = "Den som drifter systemet", "tilgang for et program"
    for told in (f"Laget en {what}", f"Trakk tilbake en {what}"):
        row = next(one for one in page.split("<tr")[1:] if told in one)
        assert by in row
        assert "Katalogen" in row


async def test_the_log_goes_out_as_a_file_that_runs_nothing_and_says_so(web, invited):
    await invited("=cmd|1!a@example.org")
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await web.get(LOG)).text)[1]
    reply = await web.post(f"{LOG}/file", data={"csrf": csrf})
    assert reply.status_code == 200
    text = reply.content.decode("utf-8-sig")
    assert text.startswith("Når;Hvem;Hva;")
    assert ";=cmd" not in text
    assert "=cmd|1!a@example.org" in text
    assert "Lastet ned loggen" in (await web.get(LOG)).text
    assert (await web.post(f"{LOG}/file", data={"csrf": "guess"})).status_code == 403


@pytest.mark.usefixtures("invited")
async def test_the_log_says_when_it_was_verified_and_everybody_may_keep_its_heads(web):
    assert "ikke kontrollert ennå" in (await web.get(LOG)).text
    bind_worker()
    await watch_log({})
    bind_web()
    page = (await web.get(LOG)).text
    web.cookies.clear()
    reply = await web.get("/log/heads.json")
    [head] = reply.json()["heads"]
    assert head["hash"] in page
    assert "hendelser henger sammen" in page
    assert set(head) == {"day", "number", "hash"}


@pytest.mark.usefixtures("invited")
async def test_a_broken_log_is_told_on_its_page(web):
    async with connection(Login.MIGRATOR) as link, link.transaction():
        await link.execute("SET LOCAL session_replication_role = replica")
        await link.execute("UPDATE audit.event SET actor = 'x' WHERE number = 1")
    bind_worker()
    await watch_log({})
    bind_web()
    page = (await web.get(LOG)).text
    assert "Loggen er brutt etter hendelse nummer 0" in page
    assert "endret etter at den ble skrevet" in page
    assert (await web.get("/log/heads.json")).json()["heads"] == []


def acts_in(source):
    """Yield every act that a module writes into the log by name."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "record":
            told = [one.value for one in node.keywords if one.arg == "action"]
        elif name in {"_note", "_audit", "_tell_of", "log_and_tell"}:
            told = node.args[:3]
        else:
            continue
        for one in told:
            for part in ast.walk(one):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                    yield part.value


def test_every_act_that_is_written_into_the_log_has_a_name_in_the_reader_s_language():
    found = {act for path in PRODUCT.rglob("*.py") for act in acts_in(path.read_text())}
    found |= {
        f"{act} {step}"
        for act in ("open", "remind", "close", "cancel")
        for step in ("asked", "confirmed", "withdrawn")
    }
    unnamed = {act for act in found if " " in act.strip() and not is_named(act)}
    assert len(found) > 40
    assert unnamed - {" asked", " confirmed", " withdrawn"} == set()
