"""The plain form's crossing: the only place where a name and answers meet, in memory, for one call.

Grade B of ``anonymity-design.md`` 5: lock, refuse if marked, mark, insert; one transaction,
durable before anybody is thanked. The statements below are the only ones in
the system that name both sides (``tests/architecture/test_anonymity_lint.py``).
"""

from __future__ import annotations

from enum import StrEnum

from survey_app.answering.fields import Fields
from survey_app.answering.sealed_ballot import sealed_ballot
from survey_app.answering.surveys import Survey
from survey_app.answering.trouble import TROUBLE, tell_log
from survey_app.asking.campaigns.states import State
from survey_app.asking.invitations.queries import InvitationRow
from survey_app.counting.urn.cast_ballot import cast_ballot
from survey_app.counting.urn.lock import sending
from survey_app.counting.urn.seal import SealedBallot
from survey_app.shared.database import Link
from survey_app.waves.states import state_of

# The update locks the invitation; of two who send at once the second finds nothing left to mark.
_HAND_IN = (
    "WITH marked AS (UPDATE asking.invitation i SET marked = true FROM asking.wave w"
    " WHERE i.id = $1 AND i.generation = $2 AND NOT i.marked AND NOT i.withdrawn"
    " AND w.id = i.wave AND w.state = 'open' RETURNING 1)"
    " INSERT INTO counting.urn (wave, ballot) SELECT $3, $4 FROM marked"
)
# As many cards of a domain as there are people without an invitation of their own: who sends at
# the same time waits, or two would both be the last.
_ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended('card/' || $1::text || '/' || $2, 0))"
_HAND_IN_BY_CARD = (
    "WITH marked AS (UPDATE asking.card c SET marked = true FROM asking.wave w"
    " WHERE c.id = $1 AND NOT c.marked AND w.id = c.wave AND w.state = 'open'"
    " AND (SELECT count(*) FROM asking.card o"
    "  WHERE o.wave = c.wave AND o.domain = c.domain AND o.marked)"
    " < (SELECT sum(people) FROM asking.card_pile p"
    "  WHERE p.wave = c.wave AND p.domain = c.domain) RETURNING 1)"
    " INSERT INTO counting.urn (wave, ballot) SELECT $2, $3 FROM marked"
)


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
        async with sending(link, survey.id):
            done = await _hand_in(link, survey, invitation, ballot)
    except TROUBLE as error:
        tell_log("an answer was not taken", error)
        return Outcome.FAILED
    if done == "INSERT 0 1":
        return Outcome.ACCEPTED
    is_open = await state_of(link, survey.id) is State.OPEN
    return Outcome.USED if is_open else Outcome.CLOSED


async def _hand_in(
    link: Link, survey: Survey, invitation: InvitationRow, ballot: SealedBallot
) -> str:
    if not invitation.card:
        return await link.execute(_HAND_IN, invitation.id, invitation.generation, survey.id, ballot)
    await link.execute(_ONE_BY_ONE, str(survey.id), invitation.domain)
    return await link.execute(_HAND_IN_BY_CARD, invitation.id, survey.id, ballot)


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
