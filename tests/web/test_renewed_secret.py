"""The installation's secret is renewed while waves are open, and nothing that was given is lost."""

import re

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.delivery.outbox import claim_next
from survey_app.asking.invitations.tokens import split_token, token_for
from survey_app.counting.urn.hand_over import Step, forget_hand_overs, keep_hand_over
from survey_app.installation.renew_secret import former_secret_findings, renew_secret
from survey_app.installation.secret import SecretError, keep_fingerprint, refuse_other_secret
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.shared.database import Login, connection, fetch
from survey_app.waves.trusted_waves import trust_earlier_waves
from survey_app.waves.watch_sealing import changed_waves
from tests.blind_client import get_credential, send_ballot
from tests.builders_answering import (
    NOW,
    an_open_page,
    an_open_wave,
    some_answers,
    without_pools,
)
from tests.cards import a_wave_with_cards, codes
from tests.halves import OLD, an_open_overlap, with_second_version
from tests.key_holders import as_owner, ready
from tests.letters import a_sampled_wave, letters, rows_of
from tests.web.credentials.sending import groups_of
from tests.web.test_second_step import code_of, enrolled, password, step

FORMER = "for tests only, and long enough there"
NEW = "the new one, and long enough there too"


def host(settings, *secrets):
    """The settings of a host with these secrets."""
    return settings.model_copy(update={"secret_key": "\n".join(secrets)})


@pytest.fixture
async def serve(web, settings):
    """Let the pages be served by a host with other secrets: `serve(NEW, FORMER)`."""

    def with_secrets(*secrets):
        web.app.state.settings = host(settings, *secrets)
        return web.app.state.settings

    yield with_secrets
    web.app.state.settings = settings


async def renewed(settings):
    """What `barometer migrate` does before, and `--renew-secret` on a host with both."""
    with without_pools():
        await keep_fingerprint(settings)
        await trust_earlier_waves(settings)
        return await renew_secret(host(settings, NEW, FORMER))


async def told(settings):
    with without_pools():
        return [one.sentence for one in await former_secret_findings(settings.secret(), Login.WEB)]


async def lingering(settings):
    """What is told once the days have passed in which mails of before are read."""
    await fetch(Login.MIGRATOR, "ALTER TABLE audit.event DISABLE TRIGGER USER")
    await fetch(Login.MIGRATOR, "UPDATE audit.event SET at = at - interval '31 days'")
    return await told(host(settings, NEW, FORMER))


async def answer(web, token):
    return await web.post(f"/answer/{token}", data=some_answers(), follow_redirects=False)


async def test_a_wave_is_answered_before_during_and_after_and_every_answer_counts(
    web, serve, settings
):
    wave = await an_open_wave(settings)
    groups = await groups_of(settings, wave)
    sent = wave.tokens[:12]
    # what a browser began on one host it ends on another, whichever was started again
    orders = [(FORMER,), (FORMER, NEW), (NEW, FORMER), (FORMER, NEW), (NEW, FORMER), (NEW, FORMER)]
    for at, (token, other) in enumerate(zip(sent[:6], sent[6:], strict=True)):
        if at == 3:
            await renewed(settings)
        serve(*orders[at])
        assert (await web.get(f"/answer/{token}")).status_code == 200
        credential = await get_credential(web, wave.key, groups[token], token)
        serve(*orders[min(at + 1, 5)])
        assert (await send_ballot(web, credential, some_answers())).json() == {
            "outcome": "accepted"
        }
        assert (await answer(web, other)).status_code == 303
    bind_worker()
    last = host(settings, NEW, FORMER)
    assert await changed_waves(last.secret()) == set()
    # mails that are sent now carry the links that were sent before
    with without_pools():
        async with connection(Login.WORKER) as link, link.transaction():
            claim = await claim_next(link, secret=last.secret(), now=NOW)
    assert claim.recipient.token in wave.tokens
    with without_pools():
        await close_wave(wave.key, key_dir=settings.key_folder, now=NOW)
    [row] = await fetch(Login.WORKER, "SELECT count(*) FROM counting.response")
    assert row["count"] == len(sent)


async def test_without_the_former_secret_links_of_the_wave_are_unknown_and_doctor_says_so_before(
    web, serve, settings
):
    wave = await an_open_wave(settings)
    await renewed(settings)
    both = host(settings, NEW, FORMER)
    assert "open wave «verdipuls-2026-k2» was opened under it" in (await told(both))[0]
    serve(NEW)
    assert (await web.get(f"/answer/{wave.tokens[0]}")).status_code == 404
    serve(NEW, FORMER)
    await an_open_wave(both, "under-the-new")
    assert not any("under-the-new" in one for one in await told(both))
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'counted'")
    await fetch(Login.WORKER, "DELETE FROM asking.credential_key")
    assert any("links to «verdipuls-2026-k2» are known" in one for one in await told(both))
    await fetch(Login.WORKER, "DELETE FROM asking.invitation")
    [until] = await told(both)
    assert re.search(r"must stay: until \d{4}-\d\d-\d\d for links in mails", until)
    [gone] = await lingering(both)
    assert "the former one may go" in gone


async def test_with_the_former_secret_nobody_makes_links_to_waves_of_after(web, serve, settings):
    before = await an_open_wave(settings)
    await renewed(settings)
    after = await an_open_wave(serve(NEW, FORMER), "under-the-new")
    pid, _ = split_token(after.tokens[0])
    forged = token_for(FORMER.encode(), after.id, pid, 0)
    for token, status in ((before.tokens[0], 200), (after.tokens[0], 200), (forged, 404)):
        assert (await web.get(f"/answer/{token}")).status_code == status
        assert (await web.get(f"/stop/{token}")).status_code == status


async def test_letters_that_are_made_again_are_those_in_letterboxes_and_their_codes_open(
    web, serve, settings, tmp_path
):
    await a_sampled_wave(settings)
    await letters(settings, tmp_path / "first.csv")
    await renewed(settings)
    both = serve(NEW, FORMER)
    await letters(both, tmp_path / "again.csv", again="the printer jammed")
    first, again = (rows_of((tmp_path / f"{one}.csv").read_bytes()) for one in ("first", "again"))
    assert first == again
    for at, secrets in enumerate(((NEW, FORMER), (FORMER, NEW))):
        serve(*secrets)
        reply = await web.post("/kode", data={"code": first[at]["code"]}, follow_redirects=False)
        assert (reply.status_code, reply.headers["location"]) == (
            303,
            first[at]["url"].removeprefix(settings.base_url) + "?typed=yes",
        )


async def test_cards_that_were_handed_out_open_the_form(web, serve, settings):
    wave = await a_wave_with_cards(settings)
    handed_out = (await codes(settings, wave))["nord-1"]
    await renewed(settings)
    serve(NEW, FORMER)
    reply = await web.post("/kode", data={"code": handed_out[0]}, follow_redirects=False)
    assert reply.status_code == 303
    assert (await web.get(reply.headers["location"])).status_code == 200


async def test_an_open_form_that_was_served_before_is_taken_after(web, serve, settings):
    wave = await an_open_wave(
        settings, "apen", form="omdomme.open", population="open", kind="open", invite="open"
    )
    page = an_open_page(settings, wave)
    serve(NEW, FORMER)
    data = {**some_answers("omdomme.open"), **page}
    assert (await web.post("/open/apen", data=data, follow_redirects=False)).status_code == 303


async def test_who_is_signed_in_stays_it_and_second_steps_outlive_the_former_secret(
    web, serve, settings, sign_in
):
    await sign_in(Role.HR)
    secret, on_paper = await enrolled(web)
    done = await renewed(settings)
    assert (done.sealed_anew, done.unopened) == (1, 0)
    serve(NEW, FORMER)
    assert (await web.get("/people")).status_code == 200
    assert (await step(web, await password(web), on_paper[0])).status_code == 303
    assert any("1 accounts have codes on paper" in one for one in await lingering(settings))
    serve(NEW)
    assert (await step(web, await password(web), code_of(secret))).status_code == 303


async def test_what_a_host_that_was_late_sealed_under_the_former_is_found(
    web, serve, settings, sign_in
):
    await renewed(settings)
    serve(FORMER, NEW)
    await sign_in(Role.HR)
    secret, _ = await enrolled(web)
    both = host(settings, NEW, FORMER)
    assert "second steps are sealed under it" in (await told(both))[0]
    with without_pools():
        assert (await renew_secret(both)).sealed_anew == 1
    assert "second steps" not in (await told(both))[0]
    serve(NEW)
    assert (await step(web, await password(web), code_of(secret))).status_code == 303


async def test_a_link_shows_the_half_that_it_showed(web, serve, settings, monkeypatch, tmp_path):
    with_second_version(monkeypatch, tmp_path)
    wave = await an_open_overlap(settings)

    async def shown():
        pages = [(await web.get(f"/answer/{token}")).text for token in wave.tokens[:12]]
        return [f'name="{OLD}"' in page for page in pages]

    before = await shown()
    await renewed(settings)
    serve(NEW, FORMER)
    assert await shown() == before
    assert set(before) == {True, False}


async def test_a_secret_is_renewed_where_both_are_known_and_nowhere_else(web, settings):
    with without_pools():
        await keep_fingerprint(settings)
        for wrong in ((FORMER,), (NEW, "one that nobody has seen before")):
            with pytest.raises(SecretError):
                await renew_secret(host(settings, *wrong))
        await refuse_other_secret(host(settings, FORMER, NEW), Login.WEB)
        await refuse_other_secret(host(settings, NEW, FORMER), Login.WEB)
        with pytest.raises(SecretError):
            await refuse_other_secret(host(settings, NEW), Login.WEB)
        await renew_secret(host(settings, NEW, FORMER))
        with pytest.raises(SecretError):
            await refuse_other_secret(host(settings, FORMER), Login.WEB)
        await refuse_other_secret(host(settings, FORMER, NEW), Login.WEB)
    bind_web()


async def test_a_renewal_takes_no_wave_on_trust(web, settings):
    wave = await an_open_wave(settings)
    await renewed(settings)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET cover_key = 'planted'")
    # also once the former secret is gone
    with without_pools():
        assert await trust_earlier_waves(host(settings, NEW)) == []
    bind_worker()
    assert await changed_waves(host(settings, NEW, FORMER).secret()) == {wave.id}


async def test_doctor_keeps_the_former_secret_while_a_draft_s_compared_keys_rest_on_it(
    web, desk, settings
):
    await ready(web, desk)
    await renewed(settings)
    told_now = await lingering(settings)
    assert [one for one in told_now if "the key holders of «two» compared their keys" in one]
    assert not any("the former one may go" in one for one in told_now)
    # those of a wave that is open are proven with the wave
    await as_owner("UPDATE asking.wave SET state = 'counted' WHERE key = 'two'")
    assert any("the former one may go" in one for one in await lingering(settings))


async def test_doctor_keeps_the_former_secret_while_what_was_handed_over_rests_on_it(
    web, desk, settings
):
    await renewed(settings)
    [wave] = await as_owner("UPDATE asking.wave SET state = 'closed' RETURNING id")
    former = host(settings, FORMER, NEW).secret()
    for secret, kept in ((former, True), (host(settings, NEW, FORMER).secret(), False)):
        bind_worker()
        async with connection(Login.WORKER) as link, link.transaction():
            await forget_hand_overs(link, wave["id"])
            await keep_hand_over(link, wave["id"], Step.SEALED_TWICE, b"sealed", secret=secret)
        bind_web()
        told_now = await lingering(settings)
        assert any("«two» were handed over under it" in one for one in told_now) is kept
