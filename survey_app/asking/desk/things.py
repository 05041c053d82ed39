"""What may wait for those who run waves, in the order in which they are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Thing(StrEnum):
    """Why something waits."""

    ALARMS = "alarms"
    APPROVE = "approve"
    ASKED = "asked"
    THIRD = "third"
    REVIEW = "review"
    SENT_BACK = "sent back"
    REFUSED = "refused"
    DECLINED = "declined"
    OTHER_QUESTIONS = "other questions"
    UNASKED = "unasked"
    PASSED = "passed"
    NO_LETTERS = "no letters"
    NO_CARDS = "no cards"
    NOT_ARRIVED = "not arrived"
    MAIL_SERVER = "mail server"
    GATEWAY = "gateway"
    NOT_COUNTED = "not counted"
    EXCHANGED = "exchanged"
    ARRIVALS = "arrivals"
    HELD = "held"
    KEYS_AWAITED = "keys awaited"
    URN_LOCKED = "urn locked"
    RESULTS = "results wait"
    RESULTS_FIXED = "results wait anyway"
    CLOCK = "clock"
    REGISTER = "register"
    REGISTER_COMES = "register comes"
    REGISTER_CHANGED = "register changed"
    ALONE = "alone"
    ENDED_SCOPES = "ended scopes"
    NO_WAVE = "no wave"
    WAVE_COMES = "wave comes"
    OPENING = "opening"


# first what nobody can leave, then what others wait for
ORDER: Final = (
    Thing.ALARMS,
    Thing.EXCHANGED,
    Thing.CLOCK,
    Thing.NOT_COUNTED,
    Thing.HELD,
    Thing.ARRIVALS,
    Thing.MAIL_SERVER,
    Thing.GATEWAY,
    Thing.NO_LETTERS,
    Thing.NO_CARDS,
    Thing.URN_LOCKED,
    Thing.RESULTS,
    Thing.KEYS_AWAITED,
    Thing.APPROVE,
    Thing.REVIEW,
    Thing.OTHER_QUESTIONS,
    Thing.REFUSED,
    Thing.DECLINED,
    Thing.SENT_BACK,
    Thing.PASSED,
    Thing.UNASKED,
    Thing.REGISTER_CHANGED,
    Thing.NOT_ARRIVED,
    Thing.OPENING,
    Thing.ASKED,
    Thing.THIRD,
    Thing.RESULTS_FIXED,
    Thing.REGISTER,
    Thing.REGISTER_COMES,
    Thing.ALONE,
    Thing.ENDED_SCOPES,
    Thing.NO_WAVE,
    Thing.WAVE_COMES,
)


@dataclass(frozen=True, slots=True)
class WaitingThing:
    """One thing that waits: for whom it is clear, since only they are told.

    Attributes
    ----------
    thing : Thing
    address : str
        The page where it is done.
    names : dict of str to str, optional
        Of the wave or the instrument, by language.
    act : str
        What was asked for, of a wave: ``open``, ``cancel``; where nothing waits, was before, and
        ``changed`` where what was to be approved is another since. Of letters that nobody has
        made, how the wave invites.
    day : date, optional
        Until when.
    number : int
        Of invitations, 0 where reminders alone wait, of which no number is told; of accounts, or
        of what is wrong; or of a version.
    texts : int
        Of invitations by text message, where ``number`` are those by mail.
    other : dict of str to str, optional
        Name of the wave that it waits for, by language.
    """

    thing: Thing
    address: str
    names: dict[str, str] | None = None
    act: str = ""
    day: date | None = None
    number: int = 0
    texts: int = 0
    other: dict[str, str] | None = None
