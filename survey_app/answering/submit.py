"""The plain form's crossing: the only place where a name and answers meet, in memory, for one call.

Grade B of ``anonymity-design.md`` 5: lock, refuse if marked, mark, insert; one transaction,
durable before anybody is thanked. The three functions of the database that are called below are the
only ones in the system that name both sides (``tests/architecture/test_anonymity_lint.py``).
"""

from __future__ import annotations

from enum import StrEnum

from survey_app.answering.fields import Fields
from survey_app.answering.sealed_ballot import sealed_ballot
from survey_app.answering.surveys import Survey
from survey_app.answering.told_form import ToldForm
from survey_app.answering.trouble import TROUBLE, tell_log
from survey_app.asking.campaigns.states import State
from survey_app.asking.invitations.queries import InvitationRow
from survey_app.counting.urn.cast_ballot import cast_ballot
from survey_app.counting.urn.lock import lock_number
from survey_app.counting.urn.seal import SealedBallot
from survey_app.shared.database import Link
from survey_app.waves.states import state_of

# one round to the database, which waits for the wave's lock first (migrations/walls/sending.sql)
_HAND_IN = "SELECT asking.hand_in($1, $2, $3, $4, $5)"
_HAND_IN_AS_TOLD = "SELECT asking.hand_in_as_told($1, $2, $3, $4, $5, $6, $7)"
_HAND_IN_BY_CARD = "SELECT asking.hand_in_by_card($1, $2, $3, $4, $5)"


class Outcome(StrEnum):
    """What became of a form that was sent."""

    ACCEPTED = "accepted"
    UNREADABLE = "unreadable"
    USED = "used"
    CLOSED = "closed"
    FAILED = "failed"
    HELD = "held"


async def submit_personal(
    link: Link,  # as `web`, outside a transaction
    survey: Survey,
    invitation: InvitationRow,
    fields: Fields,
) -> Outcome:
    """Mark the link or card used and drop the sealed ballot into the urn: both or neither.

    Returns
    -------
    Outcome
        ``ACCEPTED`` only after the commit. ``USED`` of a card also where as many cards of its
        domain were used as may be: which of the two is told to nobody.
    """
    if not survey.as_opened:
        return Outcome.HELD
    ballot = sealed_ballot(survey, fields, survey.domain_of(invitation.domain))
    if ballot is None:
        return Outcome.UNREADABLE
    try:
        done = await _hand_in(link, survey, invitation, ballot)
    except TROUBLE as error:
        tell_log("an answer was not taken", error)
        return Outcome.FAILED
    if done:
        return Outcome.ACCEPTED
    is_open = await state_of(link, survey.id) is State.OPEN
    return Outcome.USED if is_open else Outcome.CLOSED


async def submit_told(
    link: Link,  # as `web`, outside a transaction
    told: ToldForm,
    fields: Fields,
) -> Outcome | None:
    """Do as `submit_personal` does for a form that tells of which wave and unit it is.

    Returns
    -------
    Outcome or None
        ``ACCEPTED`` only after the commit, or ``FAILED``; None where nothing is done, as the link
        is no more, or never was, as the form tells, or its answers cannot be read: then it is to be
        looked up.
    """
    survey = told.survey
    ballot = sealed_ballot(survey, fields, survey.domain_of(told.domain or ""))
    if ballot is None:
        return None
    row = (told.pid, told.generation, survey.id, told.domain, told.version)
    try:
        done = await link.fetchval(_HAND_IN_AS_TOLD, lock_number(survey.id), *row, ballot)
    except TROUBLE as error:
        tell_log("an answer was not taken", error)
        return Outcome.FAILED
    return Outcome.ACCEPTED if done else None


async def _hand_in(
    link: Link, survey: Survey, invitation: InvitationRow, ballot: SealedBallot
) -> bool:
    statement = _HAND_IN_BY_CARD if invitation.card else _HAND_IN
    which: int | str = invitation.domain if invitation.card else invitation.generation
    lock = lock_number(survey.id)
    done: bool = await link.fetchval(statement, lock, invitation.id, which, survey.id, ballot)
    return done


async def submit_open(
    link: Link,  # as `web`, outside a transaction
    survey: Survey,
    fields: Fields,
    receipt: bytes,
) -> Outcome:
    """Drop a ballot that came by the open link; nobody was invited, so there is nothing to mark.

    Parameters
    ----------
    receipt : bytes, shape (32,)
        Stands for the page that the form came with; a page is counted once, however often and by
        how many processes it is sent at the same time.

    Returns
    -------
    Outcome
        ``ACCEPTED`` only after the commit, also of a repeat: it waits for the first, and takes its
        place should that fail.
    """
    if not survey.as_opened:
        return Outcome.HELD
    ballot = sealed_ballot(survey, fields, "")
    if ballot is None:
        return Outcome.UNREADABLE
    try:
        taken = await cast_ballot(link, survey.id, receipt, ballot)
    except TROUBLE as error:
        tell_log("an answer was not taken", error)
        return Outcome.FAILED
    return Outcome.ACCEPTED if taken else Outcome.CLOSED
