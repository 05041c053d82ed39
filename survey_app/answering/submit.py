"""The plain form's crossing: the only place where a name and answers meet, in memory, for one call.

Grade B of ``anonymity-design.md`` 5: lock, refuse if marked, mark, seal, insert; one transaction,
durable before anybody is thanked.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import Any

import asyncpg

from questionnaires.answers import encode_answers, screened_out
from questionnaires.errors import AnswerError
from survey_app.answering.fields import Fields
from survey_app.answering.surveys import Survey
from survey_app.asking.invitations.queries import InvitationRow, mark_invitation
from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.drop_ballot import drop_ballot
from survey_app.counting.urn.lock import lock_for_sending
from survey_app.counting.urn.seal import SealedBallot, seal

log = logging.getLogger("barometer.answering")
TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class Outcome(StrEnum):
    """What became of a form that was sent."""

    ACCEPTED = "accepted"
    UNREADABLE = "unreadable"
    USED = "used"
    CLOSED = "closed"
    FAILED = "failed"


async def submit_personal(
    link: Any,  # noqa: ANN401 - an asyncpg connection as `web`, outside a transaction
    survey: Survey,
    invitation: InvitationRow,
    fields: Fields,
) -> Outcome:
    """Mark the link used and drop the sealed ballot into the urn: both or neither.

    Returns
    -------
    Outcome
        ``ACCEPTED`` only after the commit.
    """
    ballot = _sealed(survey, fields, survey.domain_of(invitation.domain))
    if ballot is None:
        return Outcome.UNREADABLE
    try:
        async with link.transaction():
            await lock_for_sending(link, survey.id)
            if not await mark_invitation(link, invitation):
                return await _why_not(link, invitation)
            await drop_ballot(link, survey.id, ballot)
    except TROUBLE as error:
        return _failed(error)
    return Outcome.ACCEPTED


async def submit_open(
    link: Any,  # noqa: ANN401 - an asyncpg connection as `web`, outside a transaction
    survey: Survey,
    fields: Fields,
) -> Outcome:
    """Drop a ballot that came by the open link; nobody was invited, so there is nothing to mark."""
    ballot = _sealed(survey, fields, "")
    if ballot is None:
        return Outcome.UNREADABLE
    try:
        async with link.transaction():
            await lock_for_sending(link, survey.id)
            state = await link.fetchval("SELECT state FROM asking.wave WHERE id = $1", survey.id)
            if state != "open":
                return Outcome.CLOSED
            await drop_ballot(link, survey.id, ballot)
    except TROUBLE as error:
        return _failed(error)
    return Outcome.ACCEPTED


def _sealed(survey: Survey, fields: Fields, domain: str) -> SealedBallot | None:
    """Return the locked ballot; None when a code is none that the form offers."""
    questionnaire = survey.questionnaire
    try:
        answers = encode_answers(questionnaire, fields)
    except AnswerError:
        return None
    # who is not in the population is counted and leaves no answers, in a row like any other
    if screened_out(questionnaire, fields):
        ballot = Ballot("", (), screened_out=True)
    else:
        ballot = Ballot(domain, answers)
    return seal(ballot, wave=survey.id, public_key=survey.public_key, size=survey.ballot_size)


def _failed(error: BaseException) -> Outcome:
    # the kind only: the database's own words may quote what was sent
    log.error("an answer was not taken: %s", type(error).__name__)
    return Outcome.FAILED


async def _why_not(link: Any, invitation: InvitationRow) -> Outcome:  # noqa: ANN401
    state = await link.fetchval("SELECT state FROM asking.wave WHERE id = $1", invitation.wave)
    return Outcome.USED if state == "open" else Outcome.CLOSED
