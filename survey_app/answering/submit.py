"""The plain form's crossing: the only place where a name and answers meet, in memory, for one call.

Grade B of ``anonymity-design.md`` 5: lock, refuse if marked, mark, insert; one transaction,
durable before anybody is thanked. The two statements below are the only ones in
the system that name both sides (``tests/architecture/test_anonymity_lint.py``).
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
from survey_app.asking.invitations.queries import InvitationRow
from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.lock import sending
from survey_app.counting.urn.seal import SealedBallot, seal

log = logging.getLogger("barometer.answering")
# The update locks the invitation; of two who send at once the second finds nothing left to mark.
_HAND_IN = (
    "WITH marked AS (UPDATE asking.invitation i SET marked = true FROM asking.wave w"
    " WHERE i.id = $1 AND i.generation = $2 AND NOT i.marked AND NOT i.withdrawn"
    " AND w.id = i.wave AND w.state = 'open' RETURNING 1)"
    " INSERT INTO counting.urn (wave, ballot) SELECT $3, $4 FROM marked"
)
_HAND_IN_OPENLY = (
    "INSERT INTO counting.urn (wave, ballot)"
    " SELECT id, $2 FROM asking.wave WHERE id = $1 AND state = 'open'"
)
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
        async with sending(link, survey.id):
            done = await link.execute(
                _HAND_IN, invitation.id, invitation.generation, survey.id, ballot
            )
    except TROUBLE as error:
        return _failed(error)
    if done == "INSERT 0 1":
        return Outcome.ACCEPTED
    return Outcome.USED if await _is_open(link, survey) else Outcome.CLOSED


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
        async with sending(link, survey.id):
            done = await link.execute(_HAND_IN_OPENLY, survey.id, ballot)
    except TROUBLE as error:
        return _failed(error)
    return Outcome.ACCEPTED if done == "INSERT 0 1" else Outcome.CLOSED


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


async def _is_open(link: Any, survey: Survey) -> bool:  # noqa: ANN401
    state: str = await link.fetchval("SELECT state FROM asking.wave WHERE id = $1", survey.id)
    return state == "open"
