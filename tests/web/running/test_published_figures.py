"""Published figures that are wrong: corrected or taken back on a page, by two."""

import asyncio
import re
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest

from survey_app.asking.writing import current_link
from survey_app.commands.carry_out import carry_out_for_worker
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications import shelf
from survey_app.publications.store import newest_version_of
from survey_app.publishing.claims import claim_wave, release
from survey_app.publishing.errors import PublishingError, ResponsesGoneError, ShelfMovedError
from survey_app.publishing.releasing.retract_wave import retract_wave
from survey_app.running.carry_out import APART, carry_out_acts
from survey_app.shared import clock
from survey_app.shared.database import Login, connection, fetch
from survey_app.waves.progress import note_progress
from tests.builders_publication import put_on_shelf, staff_series
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, again, second, send, work

PREPARED = SimpleNamespace(computed=SimpleNamespace(content_hash=""))
WHY = "To regioner hadde byttet svar"


@pytest.fixture
async def published(hr):
    """The wave with figures that anybody sees."""
    [row] = await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave SET state = 'published' WHERE key = 'vp-1' RETURNING id, labels",
    )
    bind_worker()
    await put_on_shelf(staff_series()[0], wave=row["id"], wave_key="vp-1")
    bind_web()
    return hr


async def text(client, path):
    return " ".join((await client.get(path)).text.split())


async def shown():
    return [head.wave_key for head in await shelf.heads("staff", at=clock.now())]


async def test_two_take_back_what_is_wrong_and_read_first_what_follows(published):
    assert f'href="{WAVE}/figures"' in await text(published, CAMPAIGN_PAGE)
    offered = await text(published, f"{WAVE}/figures")
    assert f'href="{WAVE}/correct"' in offered
    assert f'href="{WAVE}/retract"' in offered
    [seen] = re.findall(r'name="seen" value="([^"]*)"', await text(published, f"{WAVE}/correct"))
    asked = await text(published, f"{WAVE}/retract")
    assert "Ingen måling blir sammenlignet med tallene" in asked
    assert "Høyst 300 tegn" in asked
    for reason, told in (("", "Skriv hvorfor."), (" \u200b", "Skriv hvorfor."), ("x" * 301, "300")):
        refused = await send(published, "retract", reason=reason)
        assert refused.status_code == 422
        assert told in refused.text
        assert f">{reason.strip()}</textarea>" in refused.text
    assert (await send(published, "retract", reason=WHY)).status_code == 303
    # whoever asked cannot approve, and nothing has happened
    assert (await send(published, "retract", step="confirm")).status_code == 422
    await work()
    assert await shown() == ["vp-1"]
    await second(published)
    assert "trekkes tilbake hvis en til godkjenner det innen" in await text(published, "/")
    to_approve = await text(published, f"{WAVE}/retract")
    assert f"Begrunnelse: {WHY}." in to_approve
    # whoever approves is the other one: «en annen» would be a third
    assert "Så snart det er godkjent" in to_approve
    assert "en annen" not in to_approve
    assert (await send(published, "retract", step="confirm")).status_code == 303
    await work()
    assert await shown() == []
    # nor do those who run it read that they are there, whoever begins to correct them
    async with connection(Login.WORKER) as link:
        await note_progress(link, "vp-1", "reading", 5)
    year = (await fetch(Login.MIGRATOR, "SELECT opens_on FROM asking.wave WHERE key = 'vp-1'"))[0]
    for desk in (CAMPAIGN_PAGE, f"/campaigns?year={year['opens_on'].year}"):
        said = await text(published, desk)
        assert "Ingen, tallene er trukket tilbake" in said
        assert "> Trukket tilbake<" in said.replace(">Trukket", "> Trukket")
        assert "Publisert" not in said
    assert "Se hvorfor tallene er trukket tilbake" in await text(published, CAMPAIGN_PAGE)
    told = await text(published, f"{WAVE}/figures")
    assert f"{WHY}." in told
    assert f'href="{WAVE}/retract"' not in told
    # a correction shows them again, whatever comes out
    assert "Blir de som før, vises de igjen." in await text(published, f"{WAVE}/correct")
    # which a form from before did not say
    late = await send(published, "correct", reason=WHY, seen=seen)
    assert late.status_code == 409
    assert "Tallene er alt trukket tilbake." in late.text
    assert f"{WHY}." in await text(published, "/culture")
    [logged] = await fetch(
        Login.MIGRATOR, "SELECT actor, facts FROM audit.event WHERE action = 'wave retracted'"
    )
    assert logged["actor"] == "hr@example.org"
    # nothing is there to take back once more
    again = await published.get(f"{WAVE}/retract", follow_redirects=False)
    assert again.status_code in {302, 303}


async def test_figures_whose_answers_are_deleted_are_said_to_be_beyond_correcting(published):
    asked = dict(
        re.findall(r'name="(csrf|seen)" value="([^"]*)"', await text(published, f"{WAVE}/correct"))
    )
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave w SET closed_at = now() - make_interval(days => c.retention_days + 1)"
        " FROM asking.campaign c WHERE c.id = w.campaign",
    )
    told = await text(published, f"{WAVE}/figures")
    assert "Svarene er slettet, slik det ble lovet. Da kan tallene ikke regnes ut på nytt." in told
    assert f'href="{WAVE}/correct"' not in told
    gone = await published.get(f"{WAVE}/correct", follow_redirects=False)
    assert gone.headers["location"] == f"{WAVE}/figures"
    late = await published.post(f"{WAVE}/correct", data=asked | {"reason": WHY})
    assert late.status_code == 409
    assert "Svarene er slettet" in late.text
    # what is taken back then stays so, which is said before
    assert "heller ikke rettes" in await text(published, f"{WAVE}/retract")


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, "Ingenting nytt er publisert"),
        (ResponsesGoneError("vp-1"), "Svarene er slettet"),
        (PublishingError("the unit 'ost-1' would follow"), "Tallene kunne ikke rettes"),
    ],
)
async def test_who_corrects_is_told_in_their_words_why_it_could_not_be_done(
    published, monkeypatch, found, told
):
    async def computed(_key):
        if found:
            raise found
        return PREPARED

    async def stored(_prepared, **_told):
        return (await newest_version_of(current_link(), "vp-1")).id

    monkeypatch.setattr("survey_app.publishing.releasing.publish_wave.prepare", computed)
    monkeypatch.setattr("survey_app.publishing.releasing.publish_wave.store", stored)
    assert "Blir de som før" in await text(published, f"{WAVE}/correct")
    await send(published, "correct", reason=WHY)
    await second(published)
    await send(published, "correct", step="confirm")
    await work()
    assert told in await text(published, CAMPAIGN_PAGE)
    assert "ost-1" not in await text(published, CAMPAIGN_PAGE)
    assert "</strong> ble ikke rettet." in await text(published, "/")


async def asked_and_approved(client, act):
    await send(client, act, reason=WHY)
    await second(client)
    await send(client, act, step="confirm")


async def test_a_worker_that_is_killed_before_it_says_so_has_done_nothing(published, monkeypatch):
    async def killed(*_given):
        raise asyncio.CancelledError

    await asked_and_approved(published, "retract")
    with monkeypatch.context() as patched:
        patched.setattr("survey_app.running.carry_out.note_act_outcome", killed)
        with pytest.raises(asyncio.CancelledError):
            await work()
    bind_web()
    assert await shown() == ["vp-1"]
    # another worker finds it later, and says that it is done
    await fetch(Login.MIGRATOR, "UPDATE asking.wave_act SET started_at = now() - interval '1 hour'")
    await work()
    assert await shown() == []
    [act] = await fetch(Login.MIGRATOR, "SELECT state FROM asking.wave_act WHERE act = 'retract'")
    assert act["state"] == "done"


async def test_figures_are_corrected_in_a_process_of_its_own(published, monkeypatch):
    async def computed(_key):
        return PREPARED

    async def stored(prepared, **told):
        assert prepared is PREPARED
        assert (told["reason"], told["actor"]) == (f"{WHY}.", "hr@example.org")
        return uuid.uuid4()

    async def done(act):
        await carry_out_for_worker(act)
        return ""

    async def stopped(_act):
        return "it took too long"

    async def worked(apart):
        bind_worker()
        await carry_out_acts({APART: apart})
        bind_web()

    monkeypatch.setattr("survey_app.publishing.releasing.publish_wave.prepare", computed)
    monkeypatch.setattr("survey_app.publishing.releasing.publish_wave.store", stored)
    await asked_and_approved(published, "correct")
    await worked(stopped)
    assert "Tallene kunne ikke rettes" in await text(published, CAMPAIGN_PAGE)
    await again(published, "hr@example.org")
    await asked_and_approved(published, "correct")
    await worked(done)
    acts = await fetch(Login.MIGRATOR, "SELECT state FROM asking.wave_act ORDER BY asked_at")
    assert [one["state"] for one in acts] == ["refused", "done"]


async def test_figures_that_are_corrected_wait_for_the_wave_that_is_counted_just_now(
    published, monkeypatch
):
    async def computed(_key):
        return PREPARED

    moved = [ShelfMovedError("vp-1")]

    async def stored(_prepared, **_told):
        while moved:
            raise moved.pop()
        return uuid.uuid4()

    monkeypatch.setattr("survey_app.publishing.releasing.publish_wave.prepare", computed)
    monkeypatch.setattr("survey_app.publishing.releasing.publish_wave.store", stored)
    await asked_and_approved(published, "correct")
    bind_worker()
    other = await claim_wave("vp-1")
    await work()
    assert "rettes nå" in await text(published, CAMPAIGN_PAGE)
    bind_worker()
    await release(other, done=True)
    # and once more, where figures came or went while they were computed
    for _ in range(2):
        await fetch(Login.MIGRATOR, "UPDATE asking.wave_act SET due_at = now()")
        await work()
    acts = await fetch(Login.MIGRATOR, "SELECT state FROM asking.wave_act")
    assert [one["state"] for one in acts] == ["done"]


async def test_a_correction_that_changes_nothing_ends_no_retraction_that_was_decided_after_it(
    published, monkeypatch
):
    async def computed(_key):
        [row] = await fetch(
            Login.MIGRATOR, "SELECT content_hash FROM publications.publication LIMIT 1"
        )
        return SimpleNamespace(computed=SimpleNamespace(content_hash=row["content_hash"]))

    monkeypatch.setattr("survey_app.publishing.releasing.publish_wave.prepare", computed)
    await asked_and_approved(published, "correct")
    bind_worker()
    await retract_wave("vp-1", now=clock.now() + timedelta(seconds=1), reason=WHY)
    await work()
    assert "Ingenting nytt er publisert" in await text(published, CAMPAIGN_PAGE)


async def test_a_reason_that_this_version_has_no_name_for_keeps_no_page_away(published):
    await asked_and_approved(published, "correct")
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave_act SET state = 'refused', outcome = '[[\"OF_BEFORE\", {}]]'",
    )
    assert "Det gikk ikke den gangen. Prøv igjen." in await text(published, CAMPAIGN_PAGE)
    assert (await published.get("/")).status_code == 200
    # what else was not done stands in the same notice
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.wave_act (id, wave, act, asked_at, asked_by, actor, due_at, file_name,"
        " content, reason, state, outcome) SELECT gen_random_uuid(), wave, 'retract', asked_at,"
        " asked_by, actor, due_at, '', '', reason, state, outcome FROM asking.wave_act",
    )
    said = await text(published, CAMPAIGN_PAGE)
    assert "2 ting ble ikke gjort" in said
    assert said.count("Ingenting er sendt, og ingenting er endret.") == 1
