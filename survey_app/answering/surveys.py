"""What a respondent's page needs to know about a wave, read once and kept while it is the same."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from questionnaires.as_opened import AsOpened
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.parts import part, part_numbers
from survey_app.answering.sealing import is_as_opened, is_pilot_as_opened
from survey_app.asking.campaigns.labels import dated_title
from survey_app.asking.campaigns.queries import CampaignRow, WaveRow
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.campaigns.smallest_shown import smallest_shown
from survey_app.asking.campaigns.states import State
from survey_app.asking.invitations.key_list import moduli
from survey_app.asking.pilots.pilots import pilot_by_code
from survey_app.settings import Settings
from survey_app.shared.clock import today
from survey_app.shared.database import Link, Row
from survey_app.waves.answered import answering_domains, survey_row, wave_by_link

if TYPE_CHECKING:
    from questionnaires.library import Library

MOST_KEPT = 100
FRESH: Final = 10.0
"""Seconds in which a page that nothing is sent from need not ask whether its survey changed."""
EXAMPLE_UNIT: Final = "example"


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A wave as its respondents see it. Two of them are the same only if they are one object."""

    id: UUID
    key: str
    kind: str
    heading: dict[str, str]
    invited: bool
    staff: bool
    population: str
    state: str
    closes_on: date
    results_on: date
    as_opened: bool
    """Whether what ballots are sealed to is proven to be ours; without, none is sealed."""
    public_key: bytes
    ballot_size: int
    cover_key: bytes
    """Of ballots that two people hold the keys of; empty for others."""
    purpose: dict[str, str]
    legal_basis: str
    retention_days: int | None
    contact: str
    help: str
    demo: bool
    questionnaire: Questionnaire
    """What whoever sees it is asked."""
    domains: dict[str, str]
    shown_from: int
    """``{{min_n}}`` of the texts: results of fewer are never shown."""
    group_keys: Mapping[str, str]
    """``n`` of each key group, base64url; empty where there are no blind credentials."""
    key_list_hash: str
    trustees: bool
    """Two people hold the keys of the urn, not the worker."""
    promised_more: bool
    """An earlier version of the form said more than holds."""
    comment: Mapping[str, str]
    """Why a comment is asked for, by language; empty where none is."""
    comment_days: int
    comments_from: int
    """Comments of fewer are never kept."""
    frozen: Questionnaire
    """What the wave asks: both wordings, or all modules, where not everybody is asked the same."""
    at_once: bool = False
    """Whether results come as soon as they are computed, and wait for no day."""
    arm: int | None = None
    """Which half or module sees it; None where all are asked alike, or before it is known."""
    arms: Mapping[int, Survey] = field(default_factory=dict)
    """What each half or module sees, by number; empty where everybody is asked alike."""
    card: bool = False
    """Whether it is as those see it who drew a card: the plain form, and its own promise."""
    by_card: Survey | None = None
    """The same as those see it; None where there are no cards."""
    kept: AsOpened | None = None
    """What the wave keeps of content; None before it opens, and of one that kept nothing."""
    pilot: bool = False
    """Whether questions are tried out: a draft's, with room for a remark on each of them."""

    def for_arm(self, number: int | None) -> Survey:
        """Return the survey as one half or module sees it; itself where all are asked alike."""
        return self.arms.get(number, self) if number is not None else self

    def library(self) -> Library:
        """Return the library with which the same answers stand alone as when the wave opened."""
        library = load_library()
        return library if self.kept is None else self.kept.laid_on(library)

    def for_card(self) -> Survey:
        """Return the survey as those see it who drew a card."""
        return self.by_card or self

    def has_group(self, invitation_domain: str) -> bool:
        """Tell whether a unit is one that the wave was opened with: a ballot carries no other.

        Whoever reads opened ballots would know by a unit of somebody's own whose they are.
        """
        return not (self.staff and self.group_keys) or invitation_domain in self.group_keys

    def domain_of(self, invitation_domain: str) -> str:
        """Return what is stored of the unit: staff's reporting unit, nothing of the public."""
        return invitation_domain if self.staff else ""


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A wave found by its slug."""

    id: UUID
    state: str
    invite: str
    version: str
    pilot: str = ""
    """The code of a pilot; a wave has none."""


_kept: dict[UUID, tuple[str, Survey]] = {}
_by_key: dict[str, tuple[float, Survey]] = {}
"""With the moment at which it was known to be as it is."""


async def survey_of_link(link: Link, settings: Settings, found: OpenLink) -> Survey:
    """Return the survey that an open link leads to: a wave's, or a pilot's."""
    return await survey_of(link, settings, found.id, found.version, found.pilot)


async def survey_of(
    link: Link, settings: Settings, wave: UUID, version: str, pilot: str = ""
) -> Survey:
    """Return the survey of an opened wave; read again when wave or campaign has changed.

    ``pilot`` is the code of a pilot, whose id ``wave`` is then.
    """
    kept = _kept.get(wave)
    if kept is not None and kept[0] == version:
        _by_key[kept[1].key] = (time.monotonic(), kept[1])
        return kept[1]
    if pilot:
        found = await pilot_by_code(link, pilot)
        assert found is not None  # it was there a moment ago, and stays for months
        survey = _read_pilot(found, settings)
    else:
        row, domains = await survey_row(link, wave), await answering_domains(link, wave)
        survey = _read(row, domains, as_opened=await is_as_opened(link, settings, row))
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
        _by_key.clear()
    _kept[wave] = (version, survey)
    _by_key[survey.key] = (time.monotonic(), survey)
    return survey


async def find_open_link(link: Link, key: str) -> OpenLink | None:
    """Return the wave with this key, or the pilot with this code, if it was ever opened."""
    if (row := await wave_by_link(link, key)) is not None:
        return OpenLink(row["id"], row["state"], row["invite"], row["version"])
    row = await pilot_by_code(link, key)
    if row is None:
        return None
    # one that nobody can count, as its key is gone, stays as it is for months
    is_open = row["state"] == "open" and row["closes_on"] >= today()
    return OpenLink(row["id"], "open" if is_open else "closed", "open", row["version"], key)


def kept_survey(wave: UUID) -> tuple[str, Survey] | None:
    """Return a wave's version and survey as this process read it last; nothing is read."""
    return _kept.get(wave)


def seen_survey(key: str) -> Survey | None:
    """Return a survey that this process has looked up within `FRESH` seconds; nothing is read."""
    at, survey = _by_key.get(key, (0.0, None))
    return survey if time.monotonic() < at + FRESH else None


def last_seen_survey(key: str) -> Survey | None:
    """Return a survey as this process looked it up last, however long ago; nothing is read."""
    _, survey = _by_key.get(key, (0.0, None))
    return survey


def example_survey(
    wave: WaveRow,
    campaign: CampaignRow,
    questionnaire: Questionnaire,
    *,
    minimum_group: int,
    minimum_comments: int,
    two_holders: bool,
    unit: str,
) -> Survey:
    """Return a wave as its respondents see it, to be looked at: nothing can be sealed for it.

    Parameters
    ----------
    wave, campaign, questionnaire
        As they stand, also before the wave has opened.
    minimum_group, minimum_comments : int
        What the wave would be opened with.
    two_holders : bool
        Whether two people hold the keys of its urn, or are asked to.
    unit : str
        What stands in the place of the respondent's own unit; it has the code `EXAMPLE_UNIT`.
    """
    staff = wave.population == "staff"
    survey = Survey(
        id=wave.id,
        key=wave.key,
        kind=wave.kind,
        heading=dated_title(campaign.title, wave.labels),
        invited=wave.invite != "open",
        staff=staff,
        population=wave.population,
        # as it will be seen by whoever answers
        state=State.OPEN,
        closes_on=wave.closes_on,
        results_on=wave.results_on,
        as_opened=False,
        public_key=b"",
        ballot_size=0,
        cover_key=b"",
        purpose=campaign.purpose,
        legal_basis=campaign.legal_basis,
        retention_days=campaign.retention_days,
        contact=campaign.contact,
        help=campaign.help,
        demo=campaign.demo,
        questionnaire=questionnaire,
        domains={EXAMPLE_UNIT: unit} if staff else {},
        shown_from=smallest_shown(wave.population, minimum_group),
        group_keys={},
        key_list_hash=wave.key_list_hash,
        trustees=two_holders,
        promised_more=wave.promised_more,
        comment=wave.comment,
        comment_days=wave.comment_days or 0,
        comments_from=minimum_comments,
        frozen=questionnaire,
        at_once=campaign.release == AT_ONCE,
    )
    return _with_arms(survey)


def _read(row: Row, domains: Sequence[Row], *, as_opened: bool) -> Survey:
    title, labels, purpose = (json.loads(row[name]) for name in ("title", "labels", "purpose"))
    questionnaire = Questionnaire.from_json(row["content"])
    survey = Survey(
        id=row["id"],
        key=row["key"],
        kind=row["kind"],
        heading=dated_title(title, labels),
        invited=row["invite"] != "open",
        staff=row["population"] == "staff",
        population=row["population"],
        state=row["state"],
        closes_on=row["closes_on"],
        results_on=row["results_on"],
        as_opened=as_opened,
        public_key=row["public_key"],
        ballot_size=row["ballot_size"],
        cover_key=row["cover_key"] or b"",
        purpose=purpose,
        legal_basis=row["legal_basis"],
        retention_days=row["retention_days"],
        contact=row["contact"],
        help=row["help"],
        demo=row["demo"],
        questionnaire=questionnaire,
        domains={domain["code"]: domain["name"] for domain in domains},
        shown_from=smallest_shown(row["population"], row["minimum_group"]),
        group_keys=moduli(json.loads(row["key_list"])) if row["key_list"] else {},
        key_list_hash=row["key_list_hash"],
        trustees=bool(json.loads(row["trustees"])),
        promised_more=row["promised_more"],
        comment=json.loads(row["comment"]),
        comment_days=row["comment_days"] or 0,
        comments_from=row["minimum_comments"] or 0,
        frozen=questionnaire,
        at_once=row["release"] == AT_ONCE,
        kept=AsOpened.read(json.loads(row["as_opened"] or "null")),
    )
    return _with_cards(_with_arms(survey)) if row["cards"] else _with_arms(survey)


def _read_pilot(row: Row, settings: Settings) -> Survey:
    questionnaire = Questionnaire.from_json(row["content"])
    return Survey(
        id=row["id"],
        key=row["key"],
        kind="pilot",
        heading=dict(questionnaire.form.title),
        invited=False,
        staff=row["population"] == "staff",
        population=row["population"],
        state=row["state"],
        closes_on=row["closes_on"],
        results_on=row["closes_on"],
        as_opened=is_pilot_as_opened(settings, row),
        public_key=row["public_key"],
        ballot_size=row["ballot_size"],
        cover_key=b"",
        purpose={},
        legal_basis="",
        retention_days=None,
        contact=row["contact"],
        help="",
        demo=settings.demo,
        questionnaire=questionnaire,
        domains={},
        shown_from=row["minimum_group"],
        group_keys={},
        key_list_hash="",
        trustees=False,
        promised_more=False,
        comment={},
        comment_days=0,
        comments_from=row["minimum_group"],
        frozen=questionnaire,
        pilot=True,
    )


def _with_cards(survey: Survey) -> Survey:
    """Add what those see who drew a card, in each arm too: no credential, so no key list."""
    arms = {number: _with_cards(arm) for number, arm in survey.arms.items()}
    seen = replace(survey, group_keys={}, key_list_hash="", card=True, arms={})
    return replace(survey, arms=arms, by_card=seen)


def _with_arms(survey: Survey) -> Survey:
    """Add what each half or module sees: once, since a page is kept for the survey it shows."""
    arms = {
        number: replace(survey, questionnaire=part(survey.frozen, number), arm=number)
        for number in part_numbers(survey.frozen)
    }
    return replace(survey, arms=arms) if arms else survey
