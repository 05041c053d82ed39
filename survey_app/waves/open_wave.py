"""Open a wave: everything that answering needs, in one transaction of the worker, or nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import asyncpg

from questionnaires.model import Questionnaire
from survey_app.asking.campaigns.check_trustees import check_trustees
from survey_app.asking.campaigns.key_holders import key_holders
from survey_app.asking.campaigns.queries import WaveRow, find_wave
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.instruments.released_content import follow_released
from survey_app.asking.invitations.card_piles import put_up_cards
from survey_app.asking.invitations.credential_keys import make_keys
from survey_app.asking.invitations.draw_wave import Draw, draw
from survey_app.asking.invitations.key_list import hash_of_key_list, write_key_list
from survey_app.asking.invitations.listed import Listed
from survey_app.asking.invitations.sample import Drawn
from survey_app.asking.reasons import Against, Reason
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn import keys, partitions, spent
from survey_app.counting.urn.ballot import DOMAIN_BYTES, ballot_size
from survey_app.counting.urn.cover import COVER_BYTES, make_cover_key
from survey_app.counting.urn.proof import compared_proof, is_proven, sealing_proof
from survey_app.counting.urn.trustee_keys import joint_key
from survey_app.settings import Settings
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.log_parameters import LOGINS, loud_parameters
from survey_app.shared.trustees import Trustee, as_column, as_two
from survey_app.waves.approved import check_approved
from survey_app.waves.asks import questionnaire_of
from survey_app.waves.states import change_state, check_way, lock_state

type Rehearse = Callable[[Link, UUID], Awaitable[object]]


async def open_wave(
    wave_key: str,
    *,
    now: datetime,
    settings: Settings,
    sample: Sequence[Drawn] | Sequence[Listed] = (),
    trustees: Sequence[Trustee] = (),
    credentials: bool = True,
    spare: bool = True,
    version: str = "",
    spreads: Mapping[str, float] = MappingProxyType({}),
    rehearse: Rehearse | None,
    actor: str = "system",
    logins: Sequence[Login] = LOGINS,
) -> Draw:
    """Draw the sample, freeze the questionnaire, make the keys, put up the urn, open.

    Parameters
    ----------
    wave_key : str
        Key of a draft wave.
    now : datetime
        When, with a zone.
    settings : Settings
        For the minimum group and the folder of the keys.
    sample : sequence of Drawn, or of Listed
        Whom letters invite, for a public wave; who stands on the list, for a wave with one.
    trustees : sequence of Trustee
        Two people whose keys seal the ballots, in place of those that the campaign file names.
        Without either, the worker makes the key and keeps it.
    credentials : bool
        Whether browsers with script get blind credentials. Without, the key list has no groups and
        every page is the plain form; simulated waves do so, whose ballots no browser sends.
    spare : bool
        Whether nobody of the staff may be asked more than the agency's limit; without for
        simulated waves, which ask nobody.
    version : str
        Earlier version of the form's instrument to ask in, for simulated waves of a time before
        the newest; everybody else is asked in the newest words.
    spreads : mapping of str to float
        As for `draw`.
    rehearse : coroutine function of connection and wave, or None
        Tries, in the same transaction and with everything taken back, whether what will be
        answered can be published; it refuses the opening if not. None where nobody real is asked.
    actor : str
        Who opens it, for the audit log.
    logins : sequence of Login
        As whom to ask what the database server would write down.

    Raises
    ------
    TrusteeError
        If there are not two different, usable keys.
    OpeningRefused, WrongState, UnknownWave
        Each with a sentence that says how to mend it; nothing is left behind.
    """
    wave = await find_wave(Login.WORKER, wave_key)
    check_way(wave_key, State(wave.state), State.OPEN)
    two = await _two_holders(wave, trustees, settings.secret())
    if loud := await loud_parameters(logins):
        raise OpeningRefused(wave_key, [Reason(Against.LOUD, parameters="; ".join(loud))])
    # what was released on a page a moment ago is asked, or nothing is
    await follow_released(Login.WORKER, settings.data_dir)
    questionnaire = await questionnaire_of(Login.WORKER, wave, version=version)
    await check_approved(Login.WORKER, wave)
    try:
        async with writing() as link:
            drawn = await draw(
                wave_key,
                questionnaire=questionnaire,
                minimum_group=settings.minimum_group,
                today=now.astimezone(OSLO).date(),
                now=now,
                sample=sample,
                spare=spare,
                spreads=spreads,
            )
            _check_codes(wave_key, drawn)
            await put_up_cards(link, wave.id, drawn.piles, settings.secret())
            # read again under the lock: it is what answering will read
            wave = await find_wave(Login.WORKER, wave_key)
            # ballots without room for what the page asks do not count
            asks = await _asks_for_comments(link, wave.id)
            size = ballot_size(len(questionnaire.columns), comment=asks)
            cover_key = make_cover_key() if two else None
            size += COVER_BYTES if two else 0
            groups = _credential_groups(wave, drawn) if credentials else ()
            group_keys = await make_keys(link, wave.id, groups, settings.secret())
            # receipts first, as answers and emptying have it: in another order they would deadlock
            await spent.put_up_receipts(link, wave.id)
            await partitions.put_up(link, wave.id, size, keys=len(two) or 1)
            plan = _hash_of_plan(questionnaire, drawn, wave.population, settings.minimum_group)
            # the row is locked as a draft: a key that lies here was left by a killed opening
            keys.destroy(settings.key_folder, wave.id)
            if two:
                await check_trustees(link, wave_key, two)
            public_key = joint_key(two) if two else keys.make(settings.key_folder, wave.id)
            key_list = write_key_list(
                wave=wave_key,
                questionnaire=drawn.questionnaire_hash,
                plan=plan,
                urn_keys=_parts(public_key),
                group_keys=group_keys,
            )
            drawn = replace(drawn, key_list_hash=hash_of_key_list(key_list))
            sealing = {
                "id": wave.id,
                "key": wave_key,
                "invite": wave.invite,
                "population": wave.population,
                "questionnaire": drawn.questionnaire_hash,
                "plan_hash": plan,
                "minimum_group": settings.minimum_group,
                "public_key": public_key,
                "ballot_size": size,
                "cover_key": cover_key,
                "key_list": key_list,
                "key_list_hash": drawn.key_list_hash,
                "trustees": as_column(two),
            }
            await _keep(link, sealing, sealing_proof(settings.secret(), sealing))
            if asks:
                sql = "UPDATE asking.wave SET minimum_comments = $2 WHERE id = $1"
                await link.execute(sql, wave.id, settings.minimum_comments)
            if rehearse is not None:
                await rehearse(link, wave.id)
            await change_state(link, wave.id, wave_key, State.OPEN, at=now)
            await _note(drawn, two, plan=plan, now=now, actor=actor)
    except BaseException:
        with contextlib.suppress(asyncpg.PostgresError, OSError):
            await asyncio.shield(_forget_key(settings.key_folder, wave.id))
        raise
    return drawn


def _hash_of_plan(
    questionnaire: Questionnaire, drawn: Draw, population: str, minimum_group: int
) -> str:
    # statistics are heavy, and most workers never open a wave
    from survey_app.waves.plan import plan_tables, units_of  # noqa: PLC0415

    units = units_of(drawn.domains)
    plan = plan_tables(questionnaire, units, population=population, minimum_group=minimum_group)
    return plan.hash


async def _keep(link: Link, sealing: Mapping[str, Any], proof: bytes) -> None:
    """Write what ballots are sealed to; the proof is about what we made, not what a row says."""
    await link.execute(
        "UPDATE asking.wave SET public_key = $2, ballot_size = $3, plan_hash = $4, trustees = $5,"
        " key_list = $6, key_list_hash = $7, cover_key = $8, sealing_proof = $9 WHERE id = $1",
        *(
            sealing[name]
            for name in (
                *("id", "public_key", "ballot_size", "plan_hash", "trustees"),
                *("key_list", "key_list_hash", "cover_key"),
            )
        ),
        proof,
    )


async def _two_holders(
    wave: WaveRow, named: Sequence[Trustee], secret: bytes
) -> tuple[Trustee, ...]:
    """Return whose keys seal the ballots: those named, of the campaign file, or of the pages."""
    asked = await key_holders(Login.WORKER, wave.id)
    if not asked:
        return as_two([trustee.as_json() for trustee in named or wave.trustees])
    if named or wave.trustees:
        reason = "two people were asked to hold its keys on a page, and others are named as well"
        raise OpeningRefused(wave.key, [f"{reason}: forget one of the two"])
    if not all(holder.ready for holder in asked):
        raise OpeningRefused(wave.key, [Reason(Against.KEYS_AWAITED, key=wave.key)])
    keys_of = [holder.trustee.public_key for holder in asked]
    for holder, keys_seen in zip(asked, (keys_of, keys_of[::-1]), strict=True):
        if not is_proven(holder.proof, secret, partial(_seen, holder.id, keys_seen)):
            reason = Reason(Against.KEYS_EXCHANGED, name=holder.name, key=wave.key)
            raise OpeningRefused(wave.key, [reason])
    return as_two([holder.trustee.as_json() for holder in asked])


def _seen(holder: UUID, keys_seen: Sequence[bytes], secret: bytes) -> bytes:
    own, other = keys_seen
    return compared_proof(secret, holder, own, other)


async def _asks_for_comments(link: Link, wave: UUID) -> bool:
    found: bool = await link.fetchval(
        "SELECT comment <> '{}'::jsonb FROM asking.wave WHERE id = $1", wave
    )
    return found


def _check_codes(wave_key: str, drawn: Draw) -> None:
    long = [code for code in drawn.key_groups if len(code.encode()) > DOMAIN_BYTES]
    if long:
        reason = f"the unit code «{long[0]}» is longer than {DOMAIN_BYTES} bytes: shorten it"
        raise OpeningRefused(wave_key, [reason])


def _credential_groups(wave: WaveRow, drawn: Draw) -> Sequence[str]:
    """Return the groups that get a key: among staff each domain that answers carry, else one."""
    if not drawn.invited:
        return ()
    return sorted(drawn.key_groups) if wave.population == "staff" else ("",)


def _parts(public_key: bytes) -> list[bytes]:
    """Return the keys that seal the urn: the worker's, or both trustees'."""
    return [
        public_key[at : at + keys.KEY_BYTES] for at in range(0, len(public_key), keys.KEY_BYTES)
    ]


async def _note(
    drawn: Draw,
    trustees: Sequence[Trustee],
    *,
    plan: str,
    now: datetime,
    actor: str,
) -> None:
    await record(
        Login.WORKER,
        now=now,
        actor=actor,
        action="wave opened",
        subject=drawn.key,
        invited=drawn.invited,
        questionnaire=drawn.questionnaire_hash,
        plan=plan,
        key_list=drawn.key_list_hash,
        # fingerprints, not names: the log holds no person
        key="trustees" if trustees else "worker",
        # what the draw can be held against while its seed is kept
        **({"seed": drawn.seed_hash} if drawn.seed_hash else {}),
        **{"trustees": [trustee.fingerprint for trustee in trustees]} if trustees else {},
    )


async def _forget_key(key_dir: Path, wave: UUID) -> None:
    """Destroy the key of an opening that failed; keep it if the wave turns out to be open.

    A connection may break at the commit: then ballots may be sealed to that key. The row's lock
    waits for a commit under way; when in doubt the key stays, and the next opening destroys it.
    """
    async with connection(Login.WORKER) as link, link.transaction():
        if await lock_state(link, wave) is State.DRAFT:
            keys.destroy(key_dir, wave)
