"""Every reason against opening a wave, in the words of the command line; pages say it in theirs."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Against(StrEnum):
    """Why a wave may not open, and how to mend it."""

    OVER = "its last day was %(day)s: give it later dates"
    DAYS_LEFT = "it is late: %(days)s days are left, and staff need %(least)s: give it later dates"
    FORM_TEXT = "the questionnaire's %(place)s has no text in %(language)s: translate it"
    LABEL = "its label «%(form)s» has no text in %(language)s"
    PURPOSE = "the campaign has no purpose in %(language)s: fill in purpose.%(language)s"
    TITLE = "the campaign has no title in %(language)s: fill in title.%(language)s"
    LEGAL_BASIS = "the campaign has no legal basis: fill in legal_basis"
    RETENTION = "the campaign does not say how long responses are kept: fill in retention_days"
    CONTACT = "the campaign does not say whom respondents may ask: fill in contact"
    SENDER = "the campaign has no sender with an e-mail address: fill in sender"
    NO_SAMPLE = "a public wave needs its sample file"
    NO_LIST = "a wave with a list needs its file: give it with --sample"
    SHORT_LIST = "only %(number)s stand in the file, and a group needs at least %(least)s"
    FEW_TOGETHER = (
        "only %(people)s are invited whose answers would carry «%(code)s», and a group needs at"
        " least %(least)s: invite more there, or count it with another in the register"
    )
    FEW_IN_ALL = (
        "only %(people)s are invited in all, and a group needs at least %(least)s: invite more"
    )
    INVITE = "it does not say whom it invites: plan it anew"
    NOBODY = (
        "its invite is «%(invite)s», and the register has nobody to invite: import people first"
    )
    NOBODY_REACHED = (
        "its invite is «%(invite)s», and nobody whom that means has an own e-mail address: import"
        " people first"
    )
    SMALL_FRAME = "the register has %(people)s people and a result needs at least %(least)s"
    SAMPLE_SIZE = (
        "a sample of %(size)s cannot be drawn: it holds at least %(least)s, two of each unit, and"
        " at most %(most)s people"
    )
    TURN = (
        "turn %(turn)s of its panels has passed, as a wave of a later turn was opened: plan it anew"
        " as turn %(next)s"
    )
    BURDEN_YEAR = (
        "%(people)s people would get %(times)s invitations this calendar year and may get %(most)s:"
        " open it next year or ask another panel (/settings, or [burden] in agency.toml)"
    )
    BURDEN_DAYS = (
        "%(people)s people would get %(times)s invitations within %(days)s days and may get"
        " %(most)s: open it later or ask another panel (/settings, or [burden] in agency.toml)"
    )
    STOPPED = (
        "a wave that asks the same people is planned to open on %(day)s, and could not: %(weeks)s"
        " weeks must lie between (/settings, or [burden] in agency.toml)"
    )
    BURDEN_WEEKS = (
        "a wave that asks the same people is open until %(day)s, and %(weeks)s weeks must lie"
        " between (/settings, or [burden] in agency.toml)"
    )
    KEYS_AWAITED = (
        "it waits for its key holders: both have to make their keys, compare the fingerprints and"
        " say so (the page /waves/%(key)s/keys shows how far they are)"
    )
    KEYS_EXCHANGED = (
        "the keys of its key holders are not those that «%(name)s» compared: somebody may have"
        " written to the database. Find out who, let HR begin anew on the page /waves/%(key)s/keys,"
        " and both compare by phone"
    )
    KEY_USED = (
        "the key of «%(name)s» was used for «%(wave)s»: a key is made for one wave and destroyed"
        " after it; make a new one with `barometer trustee key`"
    )
    OVERLAP = (
        "it was to ask the version before beside the newest, and cannot: %(reason)s. Plan it"
        " without an overlap, or mend the questionnaire"
    )
    ASKS_VERSION = (
        "two people approved it with version %(before)s of «%(instrument)s», and it would ask"
        " version %(now)s: look at what changed on the page /waves/%(key)s/open, ask for it there"
        " again and let a second person approve"
    )
    ASKS_OTHER = (
        "two people approved another questionnaire than it would ask now: look at what changed on"
        " the page /waves/%(key)s/open, ask for it there again and let a second person approve"
    )
    ASKS_UNKNOWN = (
        "two people approved it before approvals kept what they are of, and the last wave did not"
        " ask the same: look at its questionnaire on the page /waves/%(key)s/open, ask for it there"
        " again and let a second person approve"
    )
    LOUD = "the database server may write down answers or their times: %(parameters)s"
    # what speaks against days, and is allowed
    WEEKDAY = "does not open from Tuesday to Thursday, when people read their mail"
    JULY = "is open in July, when few can answer"
    CHRISTMAS = "is open in the Christmas weeks, when few can answer"
    EASTER = "is open in the week before Easter, when few can answer"
    HOLIDAY = "opens on a public holiday"
    AVOIDED = (
        "is open during «%(name)s», %(first)s to %(last)s, which the agency would rather avoid"
    )
    REMINDER_DAY = "reminds on %(day)s, a day off"
    QUIET_DAY = "opens on a day when few are at work"
    RESULTS_DAY = "has its results on a day when few are at work"
    # against a copy of last year's wave
    NO_DAYS = "no days within %(weeks)s weeks of last year's fit"
    OFTEN = "staff would get more than %(most)s invitations (/settings, or [burden] in agency.toml)"
    FORM_GONE = "its form is not there any more"
    # against other days of an open one
    NOT_OPEN = "the wave is not open any more"
    RESULTS_FIXED = "its figures are computed, and the day of results stands in them: it stays"
    RESULTS_FAR = "results come at most %(most)s days after closing"
    DAYS_PASSED = "the days do not fit the wave any more: look at them again"
    # against one more reminder
    REMINDED = "a reminder went out on %(day)s: let a day pass between two"
    REMINDER_WAITS = "a reminder goes out at %(moment)s: let a day pass between two"
    REMINDED_OFTEN = "it has had %(most)s reminders, and people were promised no more"
    # against other figures than those that are published
    SAME_FIGURES = "computed once more, the figures are the same: nothing was published"
    NOTHING_STANDS = "its figures were taken back already"
    ANSWERS_GONE = "its answers are deleted, as was promised: nothing is computed from them again"
    NOT_CORRECTED = (
        "the figures could not be corrected: what protects those who answered says no, or a fault"
        " does. The log says why"
    )
    # against cancelling
    KEY_FILE = (
        "in the place of its key lies a file that is another's or cannot be read, and cancelling"
        " would destroy it: the log says where; let it be moved and kept, then cancel again"
    )
    # of what somebody else was quicker with
    STATE = "the wave is %(state)s by now"
    PLAN_CHANGED = "somebody else changed the plan meanwhile: look at it again"
    ASKED = "%(actor)s asked for something else of the wave meanwhile"
    OPENING_ASKED = "%(actor)s asked to open the wave meanwhile"
    OPENING_APPROVED = "its opening was approved meanwhile"
    CHANGED_SINCE = (
        "plan, texts or key holders are others than when somebody asked to open it: ask again"
    )
    PLAN_COMING = "a new plan of the wave is being written: look it over first"
    TEXTS_COMING = "new texts of the campaign are being written: look them over first"
    TEXTS_CHANGED = "somebody else changed the texts meanwhile: save again if yours are to hold"
    APPROVED = "%(who)s approved it already"
    APPROVED_AT = "%(who)s approved it already, at %(moment)s"
    DECLINED = "%(who)s said no to it, at %(moment)s"
    WAITED = "it waited for %(days)s days, and nobody approved it: ask for it anew"
    WITHDRAWN = "it was taken back meanwhile, or the plan was changed"
    PLANNED = "another plan for the same first day was saved meanwhile: look at that one first"
    # against a plan that was made of a proposal
    PROPOSAL_GONE = "the proposal was planned or taken away meanwhile"
    REHEARSAL = "a rehearsal with made-up answers could not be published: %(reason)s"


class Reason(str):
    """A reason as the command line says it, which a page can say in its own language."""

    __slots__ = ("kind", "values")

    kind: Against
    values: dict[str, str]

    def __new__(cls, kind: Against, /, **values: object) -> Self:
        """Fill the sentence of ``kind``."""
        told = {name: str(value) for name, value in values.items()}
        made = super().__new__(cls, kind.value % told)
        made.kind, made.values = kind, told
        return made
