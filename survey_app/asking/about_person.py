"""What this side holds of one person, for whoever may ask for it: never whether they answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from survey_app.shared.database import Login, fetch

_REGISTERED: Final = (
    "SELECT p.id, p.number, p.email, p.mobile, p.undelivered, p.language, u.code AS unit,"
    " u.name AS unit_name, p.panel, p.quarter, p.active, p.left_on FROM asking.person p"
    " JOIN asking.unit u ON u.id = p.unit"
    " WHERE p.number = $1 OR lower(p.email) = ANY($2::text[]) ORDER BY p.number"
)
_TOLD: Final = (
    "SELECT id, user_name, external_id, language, department, active, deleted, given_at,"
    " changed_at, inactive_since, state FROM asking.directory_person"
    " WHERE external_id = ANY($1::text[]) OR lower(user_name) = ANY($2::text[]) ORDER BY user_name"
)
# Nothing of mails: a reminder tells that somebody had not answered then. Not whether the link is
# used, nor whether they said no to more: an answer may have been the reason. Nor whether it was
# replaced, which the first mail's time would tell, too: the log says when a link of the wave was,
# and the wave's record how many of them had been used.
_INVITED: Final = (
    "SELECT w.key AS wave, w.opens_on, w.closes_on, i.domain, i.language, i.channel, i.email,"
    " i.sample_row FROM asking.invitation i JOIN asking.wave w ON w.id = i.wave"
    " WHERE i.person = ANY($1::uuid[]) OR lower(i.email) = ANY($2::text[])"
    " ORDER BY w.opens_on, w.key, i.id"
)
# what somebody asked for, wrote or decided by an account; each with the table where it stands
_ACTS: Final = """
SELECT held, act, of, at FROM (
    SELECT 'asking.wave_act' AS held, a.act, w.key AS of, a.asked_at AS at
        FROM asking.wave_act a JOIN asking.wave w ON w.id = a.wave WHERE a.asked_by = $1
    UNION ALL SELECT 'asking.wave_act', a.act || CASE a.state WHEN 'declined' THEN ' declined' ELSE ' confirmed' END,
        w.key, coalesce(a.confirmed_at, a.asked_at)
        FROM asking.wave_act a JOIN asking.wave w ON w.id = a.wave WHERE a.confirmed_by = $1
    UNION ALL SELECT 'asking.campaign_act', act, campaign, asked_at
        FROM asking.campaign_act WHERE asked_by = $1
    UNION ALL SELECT 'asking.unit_link_act', 'decided', origin, asked_at
        FROM asking.unit_link_act WHERE asked_by = $1
    UNION ALL SELECT 'asking.unit_link', kind, origin, recorded_at
        FROM asking.unit_link WHERE decided_by = $2
    UNION ALL SELECT 'asking.trial_mail', t.kind, w.key, t.asked_at
        FROM asking.trial_mail t JOIN asking.wave w ON w.id = t.wave WHERE t.account = $1
    UNION ALL SELECT 'asking.wave_proposal', 'proposed', year::text, made_at
        FROM asking.wave_proposal WHERE asked_by = $1
    UNION ALL SELECT 'asking.agency_limits', 'limits', '', changed_at
        FROM asking.agency_limits WHERE changed_by = $1
    UNION ALL SELECT 'asking.instrument_version', 'changed', instrument || ' v' || version, changed_at
        FROM asking.instrument_version WHERE changed_by = $1
    UNION ALL SELECT 'asking.instrument_version', 'released', instrument || ' v' || version, released_at
        FROM asking.instrument_version WHERE released_by = $1
    UNION ALL SELECT 'asking.pilot', 'pilot', instrument || ' v' || version, asked_at
        FROM asking.pilot WHERE asked_by = $1
    UNION ALL SELECT 'asking.version_comment', 'said: ' || said, item, said_at
        FROM asking.version_comment WHERE actor = $2
    UNION ALL SELECT 'asking.version_comment', 'answered: ' || answer, item, answered_at
        FROM asking.version_comment WHERE answered_actor = $2
    UNION ALL SELECT 'asking.register_upload', 'uploaded', file_name, uploaded_at
        FROM asking.register_upload WHERE account = $1 AND actor <> ''
    UNION ALL SELECT 'asking.letter_request', 'letters', w.key, l.asked_at
        FROM asking.letter_request l JOIN asking.wave w ON w.id = l.wave WHERE l.account = $1
) found ORDER BY at, held, of
"""  # noqa: E501


async def registered(number: str, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Find people of the register by number or address; several may share an address."""
    return await fetch(Login.WEB, _REGISTERED, number, list(addresses))


async def told_by_directory(
    numbers: Sequence[str], addresses: Sequence[str]
) -> list[dict[str, Any]]:
    """Find what the directory told of them; addresses are in small letters."""
    return await fetch(Login.WEB, _TOLD, list(numbers), list(addresses))


async def invitations_of(people: Sequence[UUID], addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Find what they are invited to, without whether they answered or were reminded."""
    return await fetch(Login.WEB, _INVITED, list(people), list(addresses))


async def acts_by(account: UUID, email: str) -> list[dict[str, Any]]:
    """Find what the owner of an account asked for, wrote or decided, the oldest first."""
    return await fetch(Login.WEB, _ACTS, account, email)
