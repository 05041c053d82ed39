"""What is asked of the database when somebody sends: one statement, whichever way they answer."""

import asyncio
import secrets
from contextlib import asynccontextmanager

import asyncpg
import pytest

from survey_app.answering.arrival import arrive
from survey_app.answering.submit import Outcome, submit_personal
from survey_app.answering.surveys import find_open_link
from survey_app.asking.invitations.credential_keys import KeyRing
from survey_app.asking.invitations.issue_credential import issue, issued
from survey_app.counting.urn.cast_ballot import cast_ballot, has_arrived
from survey_app.counting.urn.lock import lock_number
from survey_app.counting.urn.spent import RECEIPT_BYTES
from survey_app.shared.database import Login, connection, fetch
from tests.blind_client import fresh, group_key
from tests.builders_answering import some_answers, without_pools
from tests.urn_reading import marks

FIELDS = {name: [str(code)] for name, code in some_answers().items()}


@asynccontextmanager
async def listened():
    """Lend a connection as ``web``, and what returns the statements asked by it since the last."""
    asked: list[str] = []

    async def asked_since() -> list[str]:
        await asyncio.sleep(0)  # the driver tells in the loop's next round
        told, asked[:] = [*asked], []
        return told

    with without_pools():
        async with connection(Login.WEB) as link:
            with link.query_logger(lambda one: asked.append(one.query)):
                yield link, asked_since


async def a_sealed_row(wave) -> bytes:
    """Return bytes of the length that the wave's urn takes."""
    [row] = await fetch(
        Login.MIGRATOR,
        "SELECT pg_get_constraintdef(oid) AS told FROM pg_constraint"
        " WHERE conname = 'one_length' AND conrelid = to_regclass($1)",
        f"counting.urn_{wave.id.hex}",
    )
    length = "".join(filter(str.isdigit, row["told"]))
    return bytes(int(length))


async def test_a_form_is_handed_in_by_one_statement(opened, settings):
    wave, token, _ = opened
    async with listened() as (link, asked_since):
        found = await arrive(link, settings, token)
        await asked_since()
        outcome = await submit_personal(link, found.survey, found.invitation, FIELDS)
        assert len(await asked_since()) == 1
    assert outcome is Outcome.ACCEPTED
    assert await marks(wave) == 1


async def test_a_credential_is_marked_and_kept_by_one_statement(web, opened, settings):
    wave, token, group = opened
    blinded = fresh(await group_key(web, wave.key, group)).blinded
    async with listened() as (link, asked_since):
        found = await arrive(link, settings, token)
        key = await KeyRing(settings.secret()).key(link, wave.id, group)
        await asked_since()
        lock = lock_number(wave.id)
        signature = await issue(link, found.invitation, key, blinded, lock=lock)
        assert len(await asked_since()) == 1
        assert await issued(link, found.invitation, blinded) == signature
        # of two who ask at once the second gets what the first got, or nothing
        assert await issue(link, found.invitation, key, blinded, lock=lock) == signature
        other = fresh(await group_key(web, wave.key, group)).blinded
        assert await issue(link, found.invitation, key, other, lock=lock) is None
    assert await marks(wave) == 1


async def test_a_ballot_is_cast_by_one_statement_and_a_repeat_by_the_same(opened):
    wave, _, _ = opened
    ballot, receipt = await a_sealed_row(wave), secrets.token_bytes(RECEIPT_BYTES)
    async with listened() as (link, asked_since):
        assert await has_arrived(link, wave.id, receipt) is False
        await asked_since()
        assert await cast_ballot(link, wave.id, receipt, ballot) is True
        first = await asked_since()
        assert await cast_ballot(link, wave.id, receipt, ballot) is True
        assert await asked_since() == first
        assert await has_arrived(link, wave.id, receipt) is True
    assert len(first) == 1


async def test_a_repeat_is_written_too_and_taken_back(opened):
    """Else it would cost less than a first ballot, and whoever measures it would know."""
    wave, _, _ = opened
    ballot = await a_sealed_row(wave)
    first, other = secrets.token_bytes(RECEIPT_BYTES), secrets.token_bytes(RECEIPT_BYTES)
    async with listened() as (link, _):
        for receipt in (first, first, other):
            assert await cast_ballot(link, wave.id, receipt, ballot) is True
    rows = await fetch(Login.WORKER, "SELECT ctid::text AS place FROM counting.urn ORDER BY ctid")
    # the second place was the repeat's
    assert [row["place"] for row in rows] == ["(0,1)", "(0,3)"]


async def test_the_wave_of_a_ballot_is_found_by_one_statement(opened):
    wave, _, _ = opened
    async with listened() as (link, asked_since):
        found = await find_open_link(link, wave.key)
        assert len(await asked_since()) == 1
    assert found.id == wave.id
    assert not found.pilot


@pytest.mark.parametrize("login", [Login.READER, Login.WORKER])
@pytest.mark.parametrize(
    "call",
    [
        "asking.hand_in(1, gen_random_uuid(), 0, gen_random_uuid(), '')",
        "asking.hand_in_as_told(1, '', 0, gen_random_uuid(), NULL, '', '')",
        "asking.hand_in_by_card(1, gen_random_uuid(), '', gen_random_uuid(), '')",
        "asking.keep_credential(1, gen_random_uuid(), 0, gen_random_uuid(), NULL, '', '')",
        "asking.kept_credential(gen_random_uuid(), '')",
        "counting.cast_ballot(1, gen_random_uuid(), '', '')",
        "counting.is_spent(1, gen_random_uuid(), '')",
    ],
)
async def test_nobody_but_the_web_sends(database, login, call):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(login, f"SELECT {call}")
    await fetch(Login.WEB, f"SELECT {call}")


async def test_what_is_done_for_whoever_sends_is_done_with_their_own_rights(database):
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT proname FROM pg_proc WHERE prosecdef AND proname = ANY($1)",
        ["hand_in", "hand_in_as_told", "hand_in_by_card", "keep_credential", "kept_credential",
         "cast_ballot", "is_spent"],
    )  # fmt: skip
    assert rows == []
