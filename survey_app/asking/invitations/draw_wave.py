"""Draw a wave: its frame, its sample, invitations and outbox, in the transaction of its opening.

``waves/open_wave.py`` adds what belongs to the answers side (keys, the urn's partition) and
the change of state, so that a wave is either open with everything or not open at all.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from questionnaires.as_opened import AsOpened
from questionnaires.background import COUNTY
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.population import Population, read_population, unknown_codes
from survey_app.asking.campaigns.burden import burden_reasons, spared_groups
from survey_app.asking.campaigns.domains import (
    FrameDomain,
    county_domains,
    insert_domains,
    key_groups,
    staff_domains,
)
from survey_app.asking.campaigns.queries import CampaignRow, WaveRow, find_campaign, find_wave
from survey_app.asking.campaigns.results_wait import held_results
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import FrameTooSmall, OpeningRefused, WrongState
from survey_app.asking.invitations.card_piles import Pile, piles_of
from survey_app.asking.invitations.insert_invitations import (
    NewInvitation,
    insert_invitations,
    insert_outbox,
    insert_sample_counts,
)
from survey_app.asking.invitations.listed import Listed
from survey_app.asking.invitations.may_open import few_in_a_group, reasons_against, sample_reasons
from survey_app.asking.invitations.sample import Drawn
from survey_app.asking.people.staff_frame import Member, StaffFrame, read_staff_frame
from survey_app.asking.people.staff_sample import (
    SEED_BYTES,
    design_of,
    reason_against,
    sample_of,
)
from survey_app.asking.reasons import Against, Reason
from survey_app.asking.writing import current_link
from survey_app.shared.agency import agency, in_language
from survey_app.shared.database import Link, Login
from survey_app.shared.i18n import N_, first_language, translator

WHOLE_NAME = N_("Hele landet")
WEIGHTED = frozenset({"public", "open"})
"""Whose answers are weighted to the whole population."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What opening a wave wrote on the identity side."""

    wave: UUID
    key: str
    questionnaire_hash: str
    invited: int
    mails: int
    domains: tuple[FrameDomain, ...]
    key_groups: Mapping[str, int]
    """Invited by the domain code that answers will carry."""
    key_list_hash: str = ""
    """Of the key list that the opening published with it."""
    not_reachable: int = 0
    """Would be invited, and are reached by nothing that this wave sends."""
    texts: int = 0
    """Text messages, to staff without an e-mail address of their own."""
    piles: tuple[Pile, ...] = ()
    """Cards for those without one, where the wave has cards: they are among those invited."""
    seed_hash: str = ""
    """SHA-256 of what a sample of staff was drawn by; empty where none was drawn."""


async def draw(
    key: str,
    *,
    questionnaire: Questionnaire,
    minimum_group: int,
    today: date,
    now: datetime,
    sample: Sequence[Drawn] | Sequence[Listed] = (),
    spare: bool = True,
    spreads: Mapping[str, float] = MappingProxyType({}),
) -> Draw:
    """Freeze the questionnaire and the frame, invite, and fill the outbox.

    Must run in the worker's open transaction; the caller changes the state.

    Parameters
    ----------
    key : str
        The wave's key.
    questionnaire : Questionnaire
        As it will be shown; kept with the wave under its hash.
    minimum_group : int
        k, kept with the wave.
    today, now : date, datetime
        The day of the frame, and when mails are due.
    sample : sequence of Drawn, or of Listed
        Whom letters invite, for a public wave; who stands on the list, for a wave with one.
    spare : bool
        Whether nobody of the staff may be asked more than the agency's limit. Made-up people of
        made-up waves have no limit.
    spreads : mapping of str to float
        How much people of a unit differ, for a sample that is shared out by it
        (`staff_sample.allotted`).

    Raises
    ------
    OpeningRefused
        With a sentence for each reason: a text, the purpose, the legal basis or the retention is
        missing, the last day has passed, nobody would be invited.
    WrongState
        If the wave is not a draft.
    UnknownWave
        If there is no such wave.
    """
    link = current_link()
    wave = await find_wave(Login.WORKER, key)
    await link.execute("SELECT id FROM asking.wave WHERE id = $1 FOR UPDATE", wave.id)
    wave = await find_wave(Login.WORKER, key)
    campaign = await find_campaign(Login.WORKER, wave.campaign)
    if wave.state != State.DRAFT:
        raise WrongState(key, wave.state, State.OPEN.value)
    # who asks staff alone has no count of the public
    people = read_population(today) if campaign.population in WEIGHTED else None
    drawn = [person for person in sample if isinstance(person, Drawn)]
    listed = [person for person in sample if isinstance(person, Listed)]
    reasons = reasons_against(wave, campaign, questionnaire, today=today)
    if people:
        reasons.extend(unknown_codes(people, questionnaire))
    reasons.extend(sample_reasons(wave, campaign, drawn, listed, minimum_group))
    if reasons:
        raise OpeningRefused(key, reasons)
    await _freeze(link, wave.id, questionnaire, minimum_group)
    await _promise_a_day_that_holds(link, wave, today)
    if people:
        await link.execute(
            "UPDATE asking.wave SET margins = $2 WHERE id = $1", wave.id, people.dated
        )
    if campaign.population == "staff":
        return await _draw_staff(
            link, wave, questionnaire, minimum_group, today, now, spare=spare, spreads=spreads
        )
    if people and wave.invite == "sample":
        return await _draw_public(link, wave, questionnaire, drawn, people)
    if wave.invite == "list":
        return await _draw_listed(link, wave, campaign, questionnaire, listed, now)
    return await _draw_nobody(link, wave, campaign, questionnaire)


async def _freeze(
    link: Link,
    wave: UUID,
    questionnaire: Questionnaire,
    minimum_group: int,
) -> None:
    named = questionnaire.hash
    await link.execute(
        "INSERT INTO asking.questionnaire (hash, form, content) VALUES ($1, $2, $3)"
        " ON CONFLICT (hash) DO NOTHING",
        named,
        questionnaire.form.id,
        questionnaire.to_json(),
    )
    await link.execute(
        "UPDATE asking.wave SET questionnaire = $2, minimum_group = $3, verdict_margins = $4,"
        " as_opened = $5 WHERE id = $1",
        wave,
        named,
        minimum_group,
        json.dumps(agency().margins.named()),
        json.dumps(AsOpened.of(load_library(), questionnaire).stored()),
    )


async def _promise_a_day_that_holds(link: Link, wave: WaveRow, today: date) -> None:
    """Let those who are asked be told the day on which results can come, if others hold them up.

    That of the plan is kept, to come back if they do so no more (waves/bring_back_days.py).
    """
    for held in await held_results(Login.WORKER, today=today):
        if held.wave.id == wave.id and held.until > wave.results_on:
            await link.execute(
                "UPDATE asking.wave SET results_on = $2, results_planned_on = results_on"
                " WHERE id = $1",
                wave.id,
                held.until,
            )


async def _draw_staff(
    link: Link,
    wave: WaveRow,
    questionnaire: Questionnaire,
    minimum_group: int,
    today: date,
    now: datetime,
    *,
    spare: bool,
    spreads: Mapping[str, float],
) -> Draw:
    try:
        frame = await read_staff_frame(link, today=today, year=wave.opens_on.year, wave=wave.id)
    except FrameTooSmall as error:
        raise OpeningRefused(wave.key, [error.reason]) from error
    if frame is None:
        raise OpeningRefused(wave.key, [Reason(Against.NOBODY, invite=wave.invite)])
    asked, seed = await _whom(link, frame, wave, spare=spare, spreads=spreads)
    ways = [person.channel(sms=wave.sms) for person in asked]
    chosen = [person for person, way in zip(asked, ways, strict=True) if way]
    if not chosen and not (wave.cards and asked):
        kind = Against.NOBODY_REACHED if asked else Against.NOBODY
        raise OpeningRefused(wave.key, [Reason(kind, invite=wave.invite)])
    by_card = Counter(
        person.unit for person, way in zip(asked, ways, strict=True) if wave.cards and not way
    )
    invited = Counter(person.unit for person in chosen) + by_card
    domains = staff_domains(frame.agency, frame.units, frame.reporting, invited)
    group_of = key_groups(domains, minimum_group)
    carried = [group_of[person.unit] for person in chosen]
    piles = piles_of(by_card, group_of)
    groups = Counter(carried)
    for pile in piles:
        groups[pile.domain] += pile.people
    if few := few_in_a_group(groups, minimum_group):
        raise OpeningRefused(wave.key, few)
    await insert_domains(link, wave.id, domains)
    ids = await insert_invitations(
        link,
        (
            NewInvitation(wave.id, domain, person.id, person.language, channel)
            for person, domain, channel in zip(chosen, carried, filter(None, ways), strict=True)
        ),
    )
    by_way = _by_way(ids, ways)
    for channel, some in by_way.items():
        await insert_outbox(link, some, due_at=now, channel=channel)
    not_reachable = len(asked) - len(ids) - by_card.total()
    await link.execute(
        "UPDATE asking.wave SET not_reachable = $2, draw_seed = $3 WHERE id = $1",
        wave.id,
        not_reachable,
        seed,
    )
    return Draw(
        wave.id,
        wave.key,
        questionnaire.hash,
        len(ids) + by_card.total(),
        len(by_way["email"]),
        tuple(domains),
        dict(groups),
        not_reachable=not_reachable,
        texts=len(by_way["sms"]),
        piles=piles,
        seed_hash=hashlib.sha256(seed).hexdigest() if seed else "",
    )


def _by_way(ids: Sequence[UUID], ways: Sequence[str]) -> dict[str, list[UUID]]:
    """Part invitations by how they go out; ``ways`` has an empty one for who gets none."""
    found: dict[str, list[UUID]] = {"email": [], "sms": []}
    for one, way in zip(ids, filter(None, ways), strict=True):
        found[way].append(one)
    return found


async def _whom(
    link: Link, frame: StaffFrame, wave: WaveRow, *, spare: bool, spreads: Mapping[str, float]
) -> tuple[list[Member], bytes]:
    """Return whom a wave of staff asks, and what a sample was drawn by."""
    if spare and (over := await burden_reasons(link, frame, wave, wave.id)):
        raise OpeningRefused(wave.key, over)
    design = design_of(wave.invite)
    if design is None:
        return frame.asked(wave.invite, wave.opens_on.year), b""
    spared = await spared_groups(link, wave, wave.id) if spare else frozenset[int]()
    if against := reason_against(frame, design, spared):
        raise OpeningRefused(wave.key, [against])
    seed = secrets.token_bytes(SEED_BYTES)
    return sample_of(frame, design, seed, spreads, spared), seed


async def _draw_public(
    link: Link,
    wave: WaveRow,
    questionnaire: Questionnaire,
    sample: Sequence[Drawn],
    people: Population,
) -> Draw:
    options = questionnaire.option_set(load_library().background.item(COUNTY)).options
    names = {option.code: in_language(option.label, first_language()) for option in options}
    counties = [person.county for person in sample]
    domains = county_domains(
        translator(first_language()).gettext(WHOLE_NAME),
        names,
        counties,
        people.county_population(),
    )
    await insert_domains(link, wave.id, domains)
    ids = await insert_invitations(
        link,
        (
            NewInvitation(
                wave.id,
                person.county,
                language=person.language,
                channel="letter",
                sample_row=person.row,
            )
            for person in sample
        ),
    )
    await insert_sample_counts(link, wave.id, (person.combination for person in sample))
    return Draw(
        wave.id,
        wave.key,
        questionnaire.hash,
        len(ids),
        0,
        tuple(domains),
        dict(Counter(counties)),
    )


async def _draw_listed(
    link: Link,
    wave: WaveRow,
    campaign: CampaignRow,
    questionnaire: Questionnaire,
    people: Sequence[Listed],
    now: datetime,
) -> Draw:
    """Invite a list: one domain, by mail where there is an address, else by letter."""
    number = len(people)
    whole = FrameDomain(
        "agency",
        "",
        "",
        in_language(campaign.title, first_language()),
        "agency",
        (),
        number,
        number,
    )
    await insert_domains(link, wave.id, [whole])
    ids = await insert_invitations(
        link,
        (
            NewInvitation(
                wave.id,
                "",
                language=person.language,
                channel=person.channel,
                email=person.email or None,
                sample_row=person.row,
            )
            for person in people
        ),
    )
    mailed = [one for one, person in zip(ids, people, strict=True) if person.email]
    await insert_outbox(link, mailed, due_at=now)
    return Draw(wave.id, wave.key, questionnaire.hash, number, len(mailed), (whole,), {"": number})


async def _draw_nobody(
    link: Link,
    wave: WaveRow,
    campaign: CampaignRow,
    questionnaire: Questionnaire,
) -> Draw:
    """Open a link: there is a frame of one domain and nobody is invited."""
    whole = FrameDomain(
        "agency", "", "", in_language(campaign.title, first_language()), "agency", (), 0, 0
    )
    await insert_domains(link, wave.id, [whole])
    return Draw(wave.id, wave.key, questionnaire.hash, 0, 0, (whole,), {"": 0})
