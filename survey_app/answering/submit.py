"""The plain form's crossing: the only place where a name and answers meet, in memory, for one call.

Grade B of ``anonymity-design.md`` 5: lock, refuse if marked, mark, insert; one statement and so
one transaction, durable before anybody is thanked. The two statements below are the only ones in
the system that name both sides (``tests/architecture/test_anonymity_lint.py``).
"""

from __future__ import annotations

import contextlib
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
from survey_app.counting.urn.lock import lock_number
from survey_app.counting.urn.seal import SealedBallot, seal

log = logging.getLogger("barometer.answering")
# Sending and emptying meet in the wave's advisory lock (counting/urn/lock.py). Whoever waited for
# an emptying finds no urn to insert into: the statement fails and leaves no mark. The update locks
# the invitation; of two who send at once the second finds nothing left to mark.
_HAND_IN = (
    "WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared($1)), marked AS ("
    " UPDATE asking.invitation i SET marked = true FROM locked, asking.wave w"
    " WHERE i.id = $2 AND i.generation = $3 AND NOT i.marked AND NOT i.withdrawn"
    " AND w.id = i.wave AND w.state = 'open' RETURNING 1)"
    " INSERT INTO counting.urn (wave, ballot) SELECT $4, $5 FROM marked"
)
_HAND_IN_OPENLY = (
    "WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared($1))"
    " INSERT INTO counting.urn (wave, ballot)"
    " SELECT $2, $3 FROM locked, asking.wave w WHERE w.id = $2 AND w.state = 'open'"
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
    lock = lock_number(survey.id)
    try:
        done = await link.execute(
            _HAND_IN, lock, invitation.id, invitation.generation, survey.id, ballot
        )
    except TROUBLE as error:
        return await _failed(link, survey, error)
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
        done = await link.execute(_HAND_IN_OPENLY, lock_number(survey.id), survey.id, ballot)
    except TROUBLE as error:
        return await _failed(link, survey, error)
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


async def _failed(link: Any, survey: Survey, error: BaseException) -> Outcome:  # noqa: ANN401
    # the kind only: the database's own words may quote what was sent
    log.error("an answer was not taken: %s", type(error).__name__)
    with contextlib.suppress(*TROUBLE):
        if not await _is_open(link, survey):
            return Outcome.CLOSED
    return Outcome.FAILED


async def _is_open(link: Any, survey: Survey) -> bool:  # noqa: ANN401
    state: str = await link.fetchval("SELECT state FROM asking.wave WHERE id = $1", survey.id)
    return state == "open"
