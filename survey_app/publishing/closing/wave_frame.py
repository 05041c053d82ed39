"""What is needed of a wave while its urn is open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from questionnaires.model import Questionnaire
from survey_app.publishing.closing.known import known_of_list, known_of_sample
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Row, fetch_one

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
    row = await fetch_one(
        link,
        "SELECT w.key, w.invite, w.minimum_group, w.replaced, w.not_reachable, w.key_list,"
        " w.comment, w.closed_at, w.comment_days, w.minimum_comments, c.population, q.content"
        " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " JOIN asking.questionnaire q ON q.hash = w.questionnaire WHERE w.id = $1",
        wave,
    )
    domains = await link.fetch(
        "SELECT level, code, parent, invited FROM asking.wave_domain WHERE wave = $1"
        " ORDER BY level, code",
        wave,
    )
    carried = await link.fetch(
        "SELECT DISTINCT domain FROM asking.invitation WHERE wave = $1", wave
    )
    sample = await link.fetch(
        "SELECT county, age, gender, invited FROM asking.sample_count WHERE wave = $1", wave
    )
    parents = {
        one["code"]: one["parent"] if one["level"] == "unit" else ""
        for one in domains
        if one["level"] in {"region", "unit"}
    }
    return WaveFrame(
        id=wave,
        key=row["key"],
        population=row["population"],
        invite=row["invite"],
        keyed=bool(row["key_list"] and json.loads(row["key_list"])["groups"]),
        replaced=row["replaced"],
        not_reachable=row["not_reachable"],
        minimum_group=row["minimum_group"],
        questionnaire=Questionnaire.from_json(row["content"]),
        parents=parents,
        groups={
            one["domain"]: parents[one["domain"]] or one["domain"]
            for one in carried
            if one["domain"] in parents
        },
        domains=[dict(one) for one in domains],
        comment=_comment_rules(row),
        sample={(one["county"], one["age"], one["gender"]): one["invited"] for one in sample},
    )


def _comment_rules(row: Row) -> CommentRules | None:
    reason = json.loads(row["comment"])
    if not reason:
        return None
    closed_on = row["closed_at"].astimezone(OSLO).date()
    delete_on = closed_on + timedelta(days=row["comment_days"])
    return CommentRules(reason, row["minimum_comments"], delete_on)
