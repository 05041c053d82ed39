"""What is needed of a wave while its urn is open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from questionnaires.model import Questionnaire
from survey_app.asking.invitations.counts import invited_by_domain, sampled
from survey_app.publishing.closing.known import known_of_list, known_of_sample
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link
from survey_app.waves.stored import OpenedWave, domains_of, opened_wave

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

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
    who would have been invited, had they an e-mail address of their own. ``groups``: among staff,
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
    minimum_group: int
    questionnaire: Questionnaire
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
        return known_of_sample(self.questionnaire, self.sample)

    @property
    def codes(self) -> frozenset[str]:
        """Domain codes that a ballot may carry."""
        return frozenset(self.parents) if self.population == "staff" else frozenset({""})


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
        minimum_group=opened.minimum_group,
        questionnaire=opened.questionnaire,
        parents=parents,
        groups={
            code: parents[code] or code
            for code in await invited_by_domain(link, wave)
            if code in parents
        },
        domains=domains,
        comment=_comment_rules(opened),
        sample=await sampled(link, wave),
    )


def _comment_rules(opened: OpenedWave) -> CommentRules | None:
    if not opened.comment:
        return None
    closed_on = opened.closed_at.astimezone(OSLO).date()
    delete_on = closed_on + timedelta(days=opened.comment_days)
    return CommentRules(opened.comment, opened.minimum_comments, delete_on)
