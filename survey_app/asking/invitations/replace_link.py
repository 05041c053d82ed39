"""Give somebody a new link when the old one is lost, or its credential is.

A credential lives in one browser. Whoever closes it between the signature and the ballot has a used
link and nothing in the urn, and nobody can tell that from a ballot that was sent: the two share
nothing. So the new link is a second chance that may become a second ballot. It is not hidden:
``asking.wave.replaced`` counts each one, the wave record publishes the count, and more ballots than
marks and replacements together are an alarm (``anonymity-design.md`` 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from survey_app.asking.errors import LinkNotReplaced
from survey_app.asking.invitations.insert_invitations import insert_outbox
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.database import Link, Login
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
        wave = await link.fetchval(
            "SELECT id FROM asking.wave WHERE key = $1 AND state = 'open' FOR UPDATE", wave_key
        )
        if wave is None:
            raise LinkNotReplaced(f"the wave «{wave_key}» is not open, or there is none")
        invitation, was_used, channel = await _invitation(link, wave, who)
        by_mail = channel != "letter"
        given_up = await link.execute(
            "DELETE FROM asking.credential WHERE invitation = $1", invitation
        )
        if was_used and given_up == "DELETE 0":
            raise LinkNotReplaced(
                "the link was used with the plain form: its ballot lies in the urn, and a new link"
                " would only be a second vote"
            )
        await link.execute(
            "UPDATE asking.invitation SET generation = generation + 1, marked = false"
            " WHERE id = $1",
            invitation,
        )
        await link.execute("DELETE FROM asking.typed_code WHERE invitation = $1", invitation)
        # an unused link has no ballot: only a used one can become two
        in_wave = await link.fetchval(
            "UPDATE asking.wave SET replaced = replaced + $2 WHERE id = $1 RETURNING replaced",
            wave,
            int(was_used),
        )
        if by_mail:
            await _send_again(link, invitation, channel, now)
        # not whether it was used: where one is replaced a day, that tells who has answered
        await record(Login.WORKER, now=now, actor=actor, action="link replaced", subject=wave_key)
    return Replaced(was_used, in_wave, by_mail)


async def _invitation(link: Link, wave: UUID, who: str | int) -> tuple[UUID, bool, str]:
    row = who if isinstance(who, int) else None
    # as addresses are stored now, and as they were stored before
    known = [] if isinstance(who, int) else [way.lower() for way in ways_stored(who)]
    rows = await link.fetch(
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
    if len(rows) != 1:
        found = "nobody is" if not rows else f"{len(rows)} people are"
        there = "at that address" if known else f"by line {row}"
        raise LinkNotReplaced(f"{found} invited to this wave {there}")
    return rows[0]["id"], rows[0]["marked"], rows[0]["channel"]


async def _send_again(link: Link, invitation: UUID, channel: str, now: datetime) -> None:
    # a new row: mail programs would take a message with the old one's id for the same mail
    await link.execute(
        "DELETE FROM asking.outbox WHERE invitation = $1 AND kind = 'invitation'", invitation
    )
    await insert_outbox(link, [invitation], due_at=now, channel=channel)
