"""A lost link or credential is replaced in the open: counted, logged, and never silently."""

import json

import pytest

from survey_app.asking.errors import LinkNotReplaced
from survey_app.asking.invitations.replace_link import replace_link
from survey_app.asking.invitations.tokens import token_for
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.blind_client import ask_to_sign, fresh, get_credential, group_key, send_ballot
from tests.builders_answering import NOW, an_open_wave, some_answers
from tests.urn_reading import change, marks, urn_of

EMAIL = "nord-1-0@example.org"
GROUP = "nord-1"


async def link_of(settings, wave) -> tuple[str, dict]:
    """The current token of the one whose address is EMAIL, and the invitation."""
    [row] = await fetch(
        Login.WORKER,
        "SELECT i.* FROM asking.invitation i JOIN asking.person p ON p.id = i.person"
        " WHERE i.wave = $1 AND p.email = $2",
        wave.id,
        EMAIL,
    )
    return token_for(settings.secret(), wave.id, row["pid"], row["generation"]), row


async def replaced(wave, email=EMAIL):
    bind_worker()
    try:
        return await replace_link(wave.key, email, now=NOW, actor="hr@example.org")
    finally:
        bind_web()


async def test_a_lost_credential_is_replaced_and_counted(web, settings):
    wave = await an_open_wave(settings)
    old, _ = await link_of(settings, wave)
    await get_credential(web, wave.key, GROUP, old)
    done = await replaced(wave, EMAIL.upper())
    assert (done.was_used, done.in_wave) == (True, 1)
    assert await marks(wave) == 0
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.credential") == []
    new, _ = await link_of(settings, wave)
    kept = fresh(await group_key(web, wave.key, GROUP))
    assert (await ask_to_sign(web, old, kept)).json() == {"outcome": "unknown"}
    credential = await get_credential(web, wave.key, GROUP, new)
    assert (await send_ballot(web, credential, some_answers())).status_code == 200
    assert len((await urn_of(settings, wave))[1]) == await marks(wave) == 1


async def test_a_second_ballot_that_this_makes_possible_shows_in_the_count(web, settings):
    wave = await an_open_wave(settings)
    first = await get_credential(web, wave.key, GROUP, (await link_of(settings, wave))[0])
    await replaced(wave)
    second = await get_credential(web, wave.key, GROUP, (await link_of(settings, wave))[0])
    for credential in (first, second):
        assert (await send_ballot(web, credential, some_answers())).status_code == 200
    [row] = await fetch(Login.WORKER, "SELECT replaced FROM asking.wave WHERE id = $1", wave.id)
    assert len((await urn_of(settings, wave))[1]) == await marks(wave) + row["replaced"] == 2


async def test_a_new_mail_is_due_and_the_log_tells_nothing_of_anybody(web, settings):
    wave = await an_open_wave(settings)
    _, invitation = await link_of(settings, wave)
    await change("UPDATE asking.outbox SET state = 'sent', attempts = 1")
    before = await fetch(Login.WORKER, "SELECT id FROM asking.outbox")
    assert not (await replaced(wave)).was_used
    [due] = await fetch(Login.WORKER, "SELECT * FROM asking.outbox WHERE state = 'due'")
    assert due["invitation"] == invitation["id"]
    assert due["id"] not in {row["id"] for row in before}
    # whoever reads the log does not see of whom, nor whether they have answered
    await get_credential(web, wave.key, GROUP, (await link_of(settings, wave))[0])
    assert (await replaced(wave)).was_used
    logged = "SELECT * FROM audit.event WHERE action = 'link replaced' ORDER BY id"
    first, second = await fetch(Login.MIGRATOR, logged)
    assert json.loads(first["facts"]) == json.loads(second["facts"]) == {}
    assert first["subject"] == second["subject"] == wave.key
    assert EMAIL not in str((first, second))


async def test_who_answered_by_the_plain_form_gets_no_second_vote(web, settings):
    wave = await an_open_wave(settings)
    token, _ = await link_of(settings, wave)
    await web.post(f"/answer/{token}", data=some_answers(), follow_redirects=False)
    with pytest.raises(LinkNotReplaced, match="plain form"):
        await replaced(wave)
    assert (await link_of(settings, wave))[0] == token
    assert await marks(wave) == 1


@pytest.mark.parametrize("stored", ["n@xn--b-5ga.example", "n@bø.example"])
async def test_somebody_is_found_by_a_domain_in_letters_however_it_is_stored(web, settings, stored):
    wave = await an_open_wave(settings)
    await change("UPDATE asking.person SET email = $1 WHERE email = $2", stored, EMAIL)
    assert not (await replaced(wave, "N@Bø.example")).was_used


@pytest.mark.parametrize(
    ("prepare", "email", "sentence"),
    [
        ("UPDATE asking.wave SET state = 'closed'", EMAIL, "is not open"),
        ("SELECT 1", "nobody@example.org", "nobody is invited"),
        ("UPDATE asking.person SET email = 'one@example.org'", "one@example.org", "40 people are"),
        ("UPDATE asking.invitation SET withdrawn = true", EMAIL, "nobody is invited"),
    ],
)
async def test_what_cannot_be_replaced_is_told_and_left(web, settings, prepare, email, sentence):
    wave = await an_open_wave(settings)
    await change(prepare)
    with pytest.raises(LinkNotReplaced, match=sentence):
        await replaced(wave, email)
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.invitation WHERE generation > 0") == []
