"""Give somebody a new link when the old one is lost, or its credential is.

A credential lives in one browser. Whoever closes it between the signature and the ballot has a used
link and nothing in the urn, and nobody can tell that from a ballot that was sent: the two share
nothing. So the new link is a second chance that may become a second ballot. It is not hidden:
``asking.wave.replaced`` counts each one, the wave record publishes the count, and more ballots than
marks and replacements together are an alarm (``anonymity-design.md`` 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import LinkNotReplaced, WrongState
from survey_app.asking.invitations.insert_invitations import insert_outbox
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.database import Link, Login, Row
from survey_app.shared.mail_address import ways_stored


@dataclass(frozen=True, slots=True)
class Replaced:
    """What replacing did: whether a credential was given up, and how many were in this wave."""

    was_used: bool
    in_wave: int
    by_mail: bool
    """Or by text message: it goes out by itself."""


async def replace_link(wave_key: str, who: str | int, *, now: datetime, actor: str) -> Replaced:
    """Revoke a person's link, and the code of a letter with it; let a new link be mailed.

    To somebody who was invited by letter the new one goes by letter, when it is printed again.

    Parameters
    ----------
    wave_key : str
        Key of an open wave.
    who : str or int
        E-mail address in the register or the list, mobile number in the register as +4791234567, or
        line of the sample file or the list.
    now : datetime
        When the new mail is due.
    actor : str
        Who asked for it, for the audit log; the log holds no word about whom it was for.

    Raises
    ------
    LinkNotReplaced
        If the wave is not open, nobody who is still in the register or more than one is invited
        there, or the link was used with the plain form: then a ballot lies in the urn, and cannot
        be found there.
    """
    async with writing() as link:
        wave = await _open_wave(link, wave_key)
        if wave is None:
            raise LinkNotReplaced(f"the wave «{wave_key}» is not open, or there is none")
        rows = await _invitations(link, wave, who)
        if len(rows) != 1:
            found = "nobody is" if not rows else f"{len(rows)} people are"
            there = f"by line {who}" if isinstance(who, int) else "at that address"
            raise LinkNotReplaced(f"{found} invited to this wave {there}")
        [one] = rows
        in_wave = await _replace(link, wave, one)
        if in_wave is None:
            raise LinkNotReplaced(
                "the link was used with the plain form: its ballot lies in the urn, and a new link"
                " would only be a second vote"
            )
        await _send_again(link, one, now)
        # not whether it was used: where one is replaced a day, that tells who has answered
        await record(Login.WORKER, now=now, actor=actor, action="link replaced", subject=wave_key)
    return Replaced(one["marked"], in_wave, one["channel"] != "letter")


async def replace_untold(wave_key: str, who: str | int, *, now: datetime) -> None:
    """Replace a link for somebody who asks on a page, and tell nothing of what was found.

    Where nobody or more than one is invited so, nothing happens. Where the link was used with the
    plain form it stays, and goes out once more: whether a mail goes must not tell who has answered.
    Nothing is logged: that it was asked for is, whoever it was for (docs/adr/0232).

    Parameters
    ----------
    wave_key, who, now
        As `replace_link` takes them.

    Raises
    ------
    UnknownWave
        If there is no such wave.
    WrongState
        If the wave is not open.
    """
    async with writing() as link:
        wave = await _open_wave(link, wave_key)
        if wave is None:
            state = (await find_wave(Login.WORKER, wave_key)).state
            raise WrongState(wave_key, state, State.OPEN.value)
        rows = await _invitations(link, wave, who)
        if len(rows) == 1:
            await _replace(link, wave, rows[0])
            await _send_again(link, rows[0], now)


async def _open_wave(link: Link, key: str) -> UUID | None:
    found: UUID | None = await link.fetchval(
        "SELECT id FROM asking.wave WHERE key = $1 AND state = 'open' FOR UPDATE", key
    )
    return found


async def _replace(link: Link, wave: UUID, one: Row) -> int | None:
    """Return how many used links were replaced in the wave; None where a ballot holds this one."""
    given_up = await link.execute("DELETE FROM asking.credential WHERE invitation = $1", one["id"])
    if one["marked"] and given_up == "DELETE 0":
        return None
    await link.execute(
        "UPDATE asking.invitation SET generation = generation + 1, marked = false WHERE id = $1",
        one["id"],
    )
    await link.execute("DELETE FROM asking.typed_code WHERE invitation = $1", one["id"])
    # an unused link has no ballot: only a used one can become two
    in_wave: int = await link.fetchval(
        "UPDATE asking.wave SET replaced = replaced + $2 WHERE id = $1 RETURNING replaced",
        wave,
        int(one["marked"]),
    )
    return in_wave


async def _invitations(link: Link, wave: UUID, who: str | int) -> Sequence[Row]:
    row = who if isinstance(who, int) else None
    # as addresses are stored now, and as they were stored before
    known = [] if isinstance(who, int) else [way.lower() for way in ways_stored(who)]
    return await link.fetch(
        "SELECT i.id, i.marked, i.channel FROM asking.invitation i"
        " LEFT JOIN asking.person p ON p.id = i.person WHERE i.wave = $1 AND NOT i.withdrawn"
        # to who left nothing goes out, and their address may be another's by now
        " AND coalesce(p.active, true)"
        " AND (i.sample_row = $2 OR lower(coalesce(p.email, i.email)) = ANY($3::text[])"
        " OR i.channel = 'sms' AND p.mobile = ANY($3::text[])) FOR UPDATE OF i",
        wave,
        row,
        known,
    )


async def _send_again(link: Link, one: Row, now: datetime) -> None:
    if one["channel"] == "letter":
        return
    # a new row: mail programs would take a message with the old one's id for the same mail
    await link.execute(
        "DELETE FROM asking.outbox WHERE invitation = $1 AND kind = 'invitation'", one["id"]
    )
    await insert_outbox(link, [one["id"]], due_at=now, channel=one["channel"])
