"""What is needed of a wave while its urn is open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.population import read_population
from survey_app.asking.invitations.counts import invited_by_domain, sampled
from survey_app.publishing.closing.known import known_of_list, known_of_sample
from survey_app.publishing.inputs.counted import WHOLE
from survey_app.publishing.inputs.wave_meta import weighted_population
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link
from survey_app.waves.plan import background_as_planned
from survey_app.waves.stored import OpenedWave, domains_of, opened_wave

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from questionnaires.background import Background
    from survey_app.publishing.closing.known import Known


@dataclass(frozen=True, slots=True)
class CommentRules:
    """What a wave that asks for comments promised about them."""

    reason: dict[str, str]
    minimum: int
    delete_on: date


@dataclass(frozen=True, slots=True)
class WaveFrame:
    """A wave as it was opened.

    ``invite``: how, as in the campaign's file. ``keyed``: its key list has keys that sign
    credentials. ``replaced``: links that were replaced while it was open. ``not_reachable``: staff
    who would have been invited, had they an e-mail address of their own. ``returned``: letters that
    came back, of people of whom nobody knows whether they are in the population, and of others who
    are not. ``groups``: among staff,
    the codes that ballots could carry, each with its region. ``comment``: None where the wave asked
    for none.
    """

    id: UUID
    key: str
    population: str
    invite: str
    keyed: bool
    replaced: int
    not_reachable: int
    returned: tuple[int, int]
    minimum_group: int
    questionnaire: Questionnaire
    background: Background
    parents: dict[str, str]
    groups: dict[str, str]
    domains: list[dict[str, Any]]
    sample: dict[tuple[str, str, str], int]
    comment: CommentRules | None

    @property
    def invited(self) -> bool:
        """Whether somebody was, so that there are links."""
        return self.invite != "open"

    @property
    def known(self) -> Known | None:
        """What others may know of people outside the agency who were invited."""
        if self.invite == "list":
            return known_of_list(self.questionnaire)
        return known_of_sample(self.questionnaire, self.sample, self.background)

    @property
    def codes(self) -> frozenset[str]:
        """Domain codes that a ballot may carry."""
        if self.population != "staff":
            return frozenset({WHOLE})
        # where an agency has no regions, the answers of small units carry the whole's
        return frozenset((*self.parents, *self.groups))


async def read_frame(link: Link, wave: UUID) -> WaveFrame:
    """Read the wave as ``worker``, in the caller's transaction."""
    opened = await opened_wave(link, wave)
    domains = sorted(await domains_of(link, wave), key=lambda one: (one["level"], one["code"]))
    parents = {
        one["code"]: one["parent"] if one["level"] == "unit" else ""
        for one in domains
        if one["level"] in {"region", "unit"}
    }
    return WaveFrame(
        id=wave,
        key=opened.key,
        population=opened.population,
        invite=opened.invite,
        keyed=bool(opened.key_list and json.loads(opened.key_list)["groups"]),
        replaced=opened.replaced,
        not_reachable=opened.not_reachable,
        returned=(opened.letters_undelivered, opened.letters_outside),
        minimum_group=opened.minimum_group,
        questionnaire=opened.questionnaire,
        background=_background_of(opened),
        parents=parents,
        groups=regions_of_codes(await invited_by_domain(link, wave), domains)
        if opened.population == "staff"
        else {},
        domains=domains,
        comment=_comment_rules(opened),
        sample=await sampled(link, wave),
    )


def _background_of(opened: OpenedWave) -> Background:
    """Return the groups that a wave kept; of one of before, what its plan and its shares tell.

    What answers are weighted by is kept of people who were drawn, and they were told what that is.
    """
    today = load_library().background
    if opened.as_opened:
        return opened.as_opened.background(today)
    if opened.invite != "sample":
        return today  # nothing is kept or dropped by it
    return background_as_planned(
        opened.questionnaire,
        opened.plan_hash,
        populations=(opened.population, weighted_population(opened.population)),
        minimum_group=opened.minimum_group,
        shares=read_population(opened.margins).further,
    )


def regions_of_codes(
    carried: Iterable[str], domains: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """Return the region of each code that ballots of staff carry; its own for a region's."""
    region = {one["code"]: one["parent"] for one in domains if one["level"] == "unit"}
    region |= {one["code"]: one["code"] for one in domains if one["level"] == "region"}
    # the whole is the region of units that have none
    return {code: region.get(code, WHOLE) for code in carried if code in region or code == WHOLE}


def _comment_rules(opened: OpenedWave) -> CommentRules | None:
    if not opened.comment:
        return None
    closed_on = opened.closed_at.astimezone(OSLO).date()
    delete_on = closed_on + timedelta(days=opened.comment_days)
    return CommentRules(opened.comment, opened.minimum_comments, delete_on)
