"""Campaigns, the waves they field, and the questionnaires that waves froze."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    Bytea,
    Date,
    DoublePrecision,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table


class FrozenQuestionnaire(Table, tablename="questionnaire", schema="asking"):
    """A questionnaire exactly as it was sent, known by the hash of its canonical JSON."""

    hash = Varchar(length=80, primary_key=True)
    form = Varchar(length=60)
    content = Bytea()


class Campaign(Table, tablename="campaign", schema="asking"):
    """A measurement programme: one form, one population, one purpose."""

    id = UUID(primary_key=True)
    key = Varchar(length=60, unique=True)
    title = JSONB(help_text="text by language")
    form = Varchar(length=60)
    population = Varchar(length=20, help_text="staff, public, open, candidates, stakeholders")
    purpose = JSONB(help_text="text by language; a wave does not open without it")
    legal_basis = Text(default="")
    retention_days = Integer(null=True, default=None)
    discussed_on = Date(null=True, default=None, help_text="with the unions")
    sender = Varchar(length=200, default="")
    contact = Varchar(length=200, default="")
    help = Text(default="", help_text="where to find help, printed with help texts")
    release = Varchar(length=40, default="at once", help_text="'at once', or HH:MM on results_on")
    open_results = Boolean(default=False, help_text="show the agency level to everybody")
    remind_everybody = Boolean(default=False)
    demo = Boolean(default=False)
    imported_at = Timestamptz()


class Wave(Table, tablename="wave", schema="asking"):
    """One fielding of a campaign; its states are in ``states.py``."""

    id = UUID(primary_key=True)
    campaign = ForeignKey(Campaign, null=False, on_delete=OnDelete.restrict)
    key = Varchar(length=60, unique=True, help_text="also the slug of an open link")
    sequence = Integer(help_text="order within the population's series, from 1")
    form = Varchar(length=60)
    kind = Varchar(length=20, help_text="main, pulse, half_year, open, yearly")
    state = Varchar(length=20, default="draft")
    labels = JSONB(help_text="whole expressions by form (name, since, short) and language")
    invite = Varchar(
        length=20,
        help_text="everybody, panel:A, panel:B, panel:C, rotation:2/3:5, proportional:900,"
        " neyman:900, sample, list, open",
    )
    overlap = Varchar(
        length=200,
        default="",
        help_text="versions whose words half of those asked get: v1, or v1 KEY/v1; empty: none",
    )
    opens_on = Date()
    closes_on = Date()
    results_on = Date()
    results_planned_on = Date(
        null=True, default=None, help_text="of the plan, while another wave puts results_on off"
    )
    reminder_days = Array(base_column=Integer(), default=list)
    questionnaire = ForeignKey(FrozenQuestionnaire, null=True, on_delete=OnDelete.restrict)
    minimum_group = SmallInt(null=True, default=None, help_text="k, frozen at opening")
    plan_hash = Varchar(length=80, default="", help_text="the tables that will be published")
    public_key = Bytea(null=True, default=None, help_text="seals ballots (HPKE, X25519)")
    comment = JSONB(default="{}", help_text="why a comment is asked for, by language; empty: not")
    comment_days = Integer(null=True, default=None, help_text="after closing; then they are gone")
    minimum_comments = SmallInt(null=True, default=None, help_text="fewer are never kept")
    ballot_size = Integer(null=True, default=None, help_text="bytes of every padded ballot")
    cover_key = Bytea(null=True, default=None, help_text="covers ballots, where two hold the keys")
    key_list = Bytea(null=True, default=None, help_text="the bytes of /keys/{wave}.json")
    key_list_hash = Varchar(length=64, default="", help_text="SHA-256 of key_list, hexadecimal")
    trustees = JSONB(default="[]", help_text="name and public_key (base64url) of each")
    sealing_proof = Bytea(help_text="signature over what ballots are sealed to")
    promised_more = Boolean(default=False, help_text="its form once said more than the key allows")
    replaced = Integer(default=0, help_text="links replaced while the wave was open")
    cards = Boolean(default=False, help_text="staff without an own e-mail address get cards")
    sms = Boolean(default=False, help_text="staff without one, with a mobile number, get SMS")
    not_reachable = Integer(default=0, help_text="would be invited, and are by no way")
    letters_undelivered = Integer(default=0, help_text="letters that came back, nobody knows why")
    letters_outside = Integer(default=0, help_text="came back: dead, abroad, not in the population")
    opened_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    key_destroyed_at = Timestamptz(null=True, default=None)
    margins = Date(null=True, default=None, help_text="day of the population it is weighted to")
    verdict_margins = JSONB(
        null=True, default=None, help_text="points by name, frozen at opening; null: 3, of a unit 5"
    )
    as_opened = JSONB(
        null=True, default=None, help_text="whom answers make, and which stand alone; at opening"
    )
    draw_seed = Bytea(help_text="what a sample of staff was drawn by, as long as its invitations")
    swept = Boolean(default=False, help_text="no old version of a mark lies in the files any more")
    progress_step = Varchar(length=40, default="", help_text="shown while results are computed")
    progress_percent = SmallInt(default=0)


class WaveWork(Table, tablename="wave_work", schema="asking"):
    """Who counts or publishes a wave just now, and what went wrong the last time."""

    wave = UUID(primary_key=True)
    claim = UUID(null=True, default=None, help_text="the holder's; null while nobody is at it")
    host = Varchar(length=300, default="")
    started_at = Timestamptz(null=True, default=None)
    beat_at = Timestamptz(null=True, default=None, help_text="when the holder last lived")
    seconds = DoublePrecision(default=0.0, help_text="that the holder may take")
    doublings = SmallInt(default=0, help_text="how often that was not enough")
    kind = Varchar(length=20, default="", help_text="stopped, refused; empty while all is well")
    problem = Text(default="")
    inputs = Varchar(length=20, default="", help_text="what it was refused for")
    tried_at = Timestamptz(null=True, default=None)


class Clock(Table, tablename="clock", schema="asking"):
    """What each worker's host last saw of the time, so that a jump is noticed."""

    host = Varchar(length=300, primary_key=True)
    boot = Varchar(length=60, default="", help_text="which start of the machine")
    seconds = DoublePrecision(default=0.0, help_text="since that start, as the machine counts")
    seen_at = Timestamptz()
    settling = Boolean(default=False)
    held = Text(default="", help_text="how it jumped, until somebody says that it is right")


class KeyHolder(Table, tablename="key_holder", schema="asking"):
    """One of the two people who are asked to hold the keys of a wave, by way of a page."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    place = SmallInt(help_text="1 opens the outer seal, 2 the inner")
    name = Varchar(length=100, help_text="a role, shown to those who are asked")
    link_hash = Varchar(length=64, unique=True, help_text="SHA-256 of the secret in the link")
    public_key = Bytea(null=True, default=None, help_text="X25519, once the holder has made it")
    compared = Boolean(default=False, help_text="the holder says that the fingerprints agree")
    trouble = Varchar(length=40, default="", help_text="why what was handed over did not count")
    proof = Bytea(help_text="HMAC over the two keys that the holder compared")


class SealingAlarm(Table, tablename="sealing_alarm", schema="asking"):
    """A wave of which somebody exchanged what ballots are sealed to."""

    wave = UUID(primary_key=True)
    holders = Boolean(default=False, help_text="its key holders have other keys than it")


class ArrivalAlarm(Table, tablename="arrival_alarm", schema="asking"):
    """An open survey whose forms do not come as from people: what was seen, and what follows."""

    id = UUID(primary_key=True, help_text="the wave")
    signs = JSONB(default="{}", help_text="of each kind the first and last day, and the most seen")
    decision = Varchar(length=10, default="", help_text="publish, withhold; empty while it waits")
    # of its mail
    mailed_on = Date(null=True, default=None, help_text="the last day of one: one a day at most")
    state = Varchar(length=10, default="due", help_text="due, sent, failed")
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    problem = Varchar(length=200, default="", help_text="the server's code, never an address")


class Counter(Table, tablename="counter", schema="asking"):
    """A worker that counts what key holders opened; its private key is in its memory only."""

    id = UUID(primary_key=True)
    public_key = Bytea(help_text="X25519; what is handed over is sealed to it")
    proof = Bytea(help_text="HMAC under the installation's secret: who only writes here has none")
    seen_at = Timestamptz()


class WaveDomain(Table, tablename="wave_domain", schema="asking"):
    """The frame of a wave, frozen at opening: reporting units with their parents, or counties."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    level = Varchar(length=20, help_text="agency, region, unit, county")
    code = Varchar(length=60)
    parent = Varchar(length=60, default="")
    name = Varchar(length=300)
    kind = Varchar(length=40, default="")
    members = Array(base_column=Varchar(length=60), default=list, help_text="merged unit codes")
    population = Integer()
    invited = Integer()
    answered = Integer(null=True, default=None, help_text="as of last midnight, from k up")
    opted_out = Integer(default=0)
    position = Integer(default=0, help_text="place in the organisation's own order")
    counted_on = Date(null=True, default=None, help_text="the day that ``answered`` is of")


class WaveNight(Table, tablename="wave_night", schema="asking"):
    """How many of a whole wave had answered when a day ended; of no part of it, and never who."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    day = Date()
    answered = Integer(help_text="from k up, in steps of at least k")

    one_a_night = Unique([wave, day])


class WaveAct(Table, tablename="wave_act", schema="asking"):
    """What somebody asked to be done with a wave on a page; the worker carries it out."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    act = Varchar(
        length=10,
        help_text="plan, dates, open, remind, resend, returned, relink, close, cancel, publish,"
        " withhold",
    )
    asked_at = Timestamptz()
    asked_by = UUID(help_text="account")
    actor = Varchar(length=254, help_text="who stands in the audit log")
    confirmed_by = UUID(
        null=True,
        default=None,
        help_text="another account, where two are needed: that approved it, or said no",
    )
    confirmed_at = Timestamptz(null=True, default=None, help_text="when that one did")
    due_at = Timestamptz(null=True, default=None, help_text="when it is carried out")
    started_at = Timestamptz(null=True, default=None, help_text="by a worker, which may be killed")
    file_name = Varchar(length=200)
    content = Bytea(
        help_text="whom it invites, whose link is replaced, or its days; deflated, empty once it is"
        " carried out"
    )
    reason = Text(default="", help_text="why a wave is cancelled or moved; names nobody")
    asks = Bytea(
        default=b"", help_text="of an opening: the questionnaire that was looked over; deflated"
    )
    state = Varchar(
        length=10,
        default="proposed",
        help_text="proposed, confirmed, running, done, refused, withdrawn, declined",
    )
    outcome = JSONB(default="[]", help_text="reasons against it, each with what fills its sentence")


class CampaignAct(Table, tablename="campaign_act", schema="asking"):
    """What somebody wrote of a campaign on a page; the worker reads it as it reads a file."""

    id = UUID(primary_key=True)
    campaign = Varchar(length=60, help_text="key; of a new one, too")
    act = Varchar(length=10, help_text="new, texts")
    asked_at = Timestamptz()
    asked_by = UUID(help_text="account")
    actor = Varchar(length=254, help_text="who stands in the audit log")
    content = Text(help_text="TOML; without waves where they stay as they are")
    state = Varchar(length=10, default="asked", help_text="asked, done, refused")
    outcome = JSONB(default="[]", help_text="problems, each with what fills its sentence")


class WaveProposal(Table, tablename="wave_proposal", schema="asking"):
    """Last year's wave on days of a new year: no wave, until somebody makes a plan of it."""

    id = UUID(primary_key=True)
    source = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade, help_text="that it is like")
    year = SmallInt(help_text="that it is proposed for")
    opens_on = Date()
    closes_on = Date()
    results_on = Date()
    asked_by = UUID(help_text="account")
    actor = Varchar(length=254, help_text="who stands in the audit log")
    made_at = Timestamptz()
    planned_as = Varchar(length=60, default="", help_text="key of the wave it became")

    one_a_year = Unique([source, year])


class AgencyLimits(Table, tablename="agency_limits", schema="asking"):
    """How often staff is asked, as somebody decided it on a page: the newest row counts."""

    id = UUID(primary_key=True)
    invitations = SmallInt()
    weeks_between = SmallInt()
    file = Varchar(
        length=40, help_text="what agency.toml said then: once it says more, that counts"
    )
    changed_at = Timestamptz()
    changed_by = UUID(help_text="account")
    actor = Varchar(length=254, help_text="who stands in the audit log")
