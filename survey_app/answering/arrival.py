"""What a link opens: found, checked, and told apart from links that open nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from litestar import Request

from survey_app.answering.sealing import raise_alarm
from survey_app.answering.surveys import Survey, survey_of
from survey_app.asking.invitations.credential_keys import sealed_under
from survey_app.asking.invitations.queries import InvitationRow, find_invitation
from survey_app.asking.invitations.tokens import arm_for, is_genuine, split_token
from survey_app.settings import Settings
from survey_app.shared.database import Link
from survey_app.shared.i18n import Language, as_language
from survey_app.shared.secret import Secret, accepted

type Standing = Literal["open", "held", "used", "closed", "cancelled", "withdrawn"]
STATUS = {
    "used": 410,
    "closed": 410,
    "cancelled": 410,
    "withdrawn": 404,
    "unknown": 404,
    "held": 503,
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A genuine link: whose invitation, to which survey, and whether it still opens the form.

    Where not everybody is asked the same, the survey is as this link's half or module sees it.
    """

    invitation: InvitationRow
    survey: Survey
    standing: Standing


@cache
def secret_of(settings: Settings) -> Secret:
    """Return what links are made with, read once."""
    return settings.secret()


async def arrive(link: Link, settings: Settings, token: str) -> Arrival | None:
    """Return what a token stands for; None for one that we never sent.

    Only a genuine link is told that it is used, closed or withdrawn: a guess learns nothing.
    """
    parts = split_token(token)
    if parts is None:
        return None
    pid, code = parts
    invitation = await find_invitation(link, pid)
    if invitation is None:
        return None
    genuine = _genuine(secret_of(settings), invitation, pid, code)
    if genuine is None:
        return None
    generation, secret = genuine
    # a secret is renewed because somebody else may have it: they make no links to waves of after
    if await sealed_under(link, invitation.wave, secret_of(settings)) not in {secret, None}:
        return None
    survey = await survey_of(link, settings, invitation.wave, invitation.version)
    standing = _standing(invitation, current=generation == invitation.generation)
    if standing == "open" and not survey.has_group(invitation.domain):
        await raise_alarm(link, survey.id, survey.key)
        standing = "held"
    if standing == "open" and not survey.as_opened:
        standing = "held"
    arms = tuple(survey.arms)
    number = arm_for(secret, invitation.wave, pid, arms) if arms else None
    seen = survey.for_arm(number)
    return Arrival(invitation, seen.for_card() if invitation.card else seen, standing)


def _genuine(
    secret: bytes, invitation: InvitationRow, pid: bytes, code: bytes
) -> tuple[int, bytes] | None:
    """Return which of the invitation's links this is, and of which secret; the newest first."""
    for generation in range(invitation.generation, -1, -1):
        for one in accepted(secret):
            if is_genuine(one, invitation.wave, pid, generation, code):
                return generation, one
    return None


def _standing(invitation: InvitationRow, *, current: bool) -> Standing:
    if invitation.withdrawn or not current:
        return "withdrawn"
    # whoever holds a pile of cards would count by their pages how many of it were used, and when:
    # one that was used looks like one that was not, until somebody sends
    if invitation.marked and not invitation.card:
        return "used"
    if invitation.state in {"open", "cancelled"}:
        return cast("Standing", invitation.state)
    return "closed"


def chosen_language(request: Request[Any, Any, Any], default: str = "") -> Language:
    """Return the language asked for in the address, else ``default``, else bokmål."""
    asked = request.query_params.get("lang") if request.scope["query_string"] else None
    return as_language(asked, default)
