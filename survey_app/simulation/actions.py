"""Actions of the demo: some that moved since, some uncertain, some too early, one that failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from survey_app.actions.draft import ActionDraft
from survey_app.actions.queries import find_action
from survey_app.actions.states import ActionState
from survey_app.actions.write_action import Author, create_action, note_discussion
from survey_app.publications import shelf
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, fetch

_INDICES: Final = ("TRY", "APN", "NYT", "SIK", "AAI")
_SAID: Final = {
    "TRY": "Vi er ikke trygge på at det får følger når vi melder fra.",
    "APN": "Vi forstår ikke hvorfor viktige beslutninger blir som de blir.",
    "NYT": "Vi får for lite tid til å prøve ut nye måter å jobbe på.",
    "SIK": "Mange har ikke fått god nok opplæring i å dempe konflikter.",
    "AAI": "Det er vanskelig å få turnusen til å gå opp med livet hjemme.",
}
_WHAT: Final = {
    "TRY": "Alle meldinger får svar innen to uker, og svarene gjennomgås på avdelingsmøtet.",
    "APN": "Ledermøtet skriver tre linjer om hva som er bestemt og hvorfor, samme dag.",
    "NYT": "Fire timer i måneden per avdeling er satt av til egne forsøk.",
    "SIK": "To dagers øvelse for alle i turnus, med verneombudet som medarrangør.",
    "AAI": "Ønsketurnus prøves ut i to avdelinger.",
}


@dataclass(frozen=True, slots=True)
class Writers:
    """The demo's accounts that make and confirm actions."""

    leader: Author
    hr: Author
    representative: Author


@dataclass(frozen=True, slots=True)
class Moment:
    """The days that the demo's actions hang on."""

    today: date
    first_main: date
    last_main: date
    first_wave: str
    last_wave: str
    content: Mapping[str, Any]

    @property
    def between(self) -> date:
        """A day well after the main wave before the last one, so that the last one tells."""
        return self.first_main + timedelta(days=95)

    @property
    def recent(self) -> date:
        """A day after the last main wave: too early to tell."""
        return self.last_main + timedelta(days=150)


async def seed_actions(writers: Writers, unit: str, *, today: date, now: datetime) -> int:
    """Store the demo's actions once.

    Parameters
    ----------
    writers : Writers
        The demo's accounts.
    unit : str
        The leader's unit.
    today : date
    now : datetime

    Returns
    -------
    int
        How many are new; none where there are actions already, or no main wave to be read.
    """
    some = await fetch(Login.MIGRATOR, "SELECT 1 FROM actions.action LIMIT 1")
    moment = None if some else await _moment(today, now)
    if moment is None:
        return 0
    drafts = [(writers.leader, one) for one in _of_leader(unit, moment)]
    drafts += [(writers.hr, one) for one in _of_others(unit, moment)]
    made_at = datetime.combine(moment.between, time(9), OSLO).astimezone(UTC)
    for number, (author, draft) in enumerate(drafts):
        action = await create_action(draft, author, now=made_at, login=Login.MIGRATOR)
        await _backdate(action, draft)
        if number < 2:  # noqa: PLR2004 - the first two were talked over
            stored = await find_action(action, login=Login.MIGRATOR)
            day = draft.starts_on - timedelta(days=9)
            await note_discussion(
                stored, day, writers.representative, now=now, login=Login.MIGRATOR
            )
    return len(drafts)


async def _moment(today: date, now: datetime) -> Moment | None:
    # a wave that is published may not be released yet, and then there is nothing to act on
    mains = [head for head in await shelf.heads("staff", at=now) if head.kind == "main"][-2:]
    if not mains:
        return None
    closed = [date.fromisoformat(head.head["wave"]["closed_on"]) for head in mains]
    content = (await shelf.load(mains[-1].id, at=now)).content
    return Moment(today, closed[0], closed[-1], mains[0].wave_key, mains[-1].wave_key, content)


def _of_leader(unit: str, at: Moment) -> Iterator[ActionDraft]:
    known: dict[str, Any] = {"unit": unit, "wave": at.first_wave, "visible": True}
    yield _draft(
        "APN",
        known,
        at.between,
        at.between + timedelta(days=150),
        ActionState.DONE,
        statement="verdi.apenhet.3",
        who="enhetsleder",
        outcome="De tre linjene står på tavla i vaktrommet og på intranettet.",
    )
    yield _draft(
        "SIK",
        known,
        at.between + timedelta(days=20),
        at.today + timedelta(days=7),
        ActionState.UNDER_WAY,
        statement="sikkerhet.ansatte.1",
        who="opplæringsleder og verneombud",
        outcome="To av tre har gjennomført øvelsen.",
    )
    yield _draft(
        "NYT",
        known | {"wave": at.last_wave},
        at.recent,
        at.today + timedelta(days=70),
        ActionState.UNDER_WAY,
        statement="verdi.nytenking.1",
        who="avdelingslederne",
    )
    staffing = _draft(
        "AAI",
        known,
        at.between + timedelta(days=40),
        at.between + timedelta(days=160),
        ActionState.DROPPED,
        statement="omdomme.arbeidsplass.1",
        who="enhetsleder",
        reason="Bemanningen kan vi ikke løse i enheten. Den er tatt opp med regionen sammen med "
        "de tillitsvalgte.",
    )
    yield replace(
        staffing,
        said="Bemanningen er ikke god nok til at jeg kan gjøre en god jobb.",
        what="Vi gikk gjennom vaktplanen for å se om folk kan flyttes mellom avdelingene.",
    )
    yield replace(
        _draft(
            "TRY",
            known | {"wave": at.last_wave},
            at.today + timedelta(days=30),
            at.today + timedelta(days=180),
            ActionState.PLANNED,
            statement="verdi.trygghet.2",
            who="enhetsleder",
        ),
        visible=False,
    )


def _of_others(unit: str, at: Moment) -> list[ActionDraft]:
    """Add one for the agency, one that is late, and one where the measure has clearly moved."""
    whole: dict[str, Any] = {"unit": "", "wave": at.first_wave, "visible": True}
    made = [
        _draft(
            "TRY",
            whole,
            at.between,
            at.between + timedelta(days=200),
            ActionState.DONE,
            statement="verdi.trygghet.2",
            who="direktoratet, med hovedverneombudet",
            outcome="Ordningen gjelder nå i alle enheter.",
        )
    ]
    units = [row["code"] for row in at.content["domains"] if row["level"] == "unit"]
    others = [code for code in units if code != unit]
    made += [
        _draft(
            "NYT",
            {"unit": code, "wave": at.last_wave, "visible": True},
            at.recent,
            at.today - timedelta(days=12),
            ActionState.UNDER_WAY,
            who="enhetsleder",
            statement="verdi.nytenking.1",
        )
        for code in others[:1]
    ]
    made += [
        _draft(
            measure,
            {"unit": place, "wave": at.first_wave, "visible": True},
            at.between,
            at.between + timedelta(days=220),
            ActionState.DONE,
            who="enhetsleder",
        )
        for measure, place in _moved(at.content, unit)
    ]
    return made


def _moved(content: Mapping[str, Any], unit: str) -> list[tuple[str, str]]:
    """Find one unit that rose and one that fell, so that both can be seen."""
    found: dict[str, tuple[str, str]] = {}
    for row in content["changes"]:
        verdict = row.get("verdict")
        if (
            row["level"] in {"unit", "region"}
            and row["measure"] in _INDICES
            and verdict in {"up", "down"}
            and row["domain"] != unit
        ):
            found.setdefault(verdict, (row["measure"], row["domain"]))
    return list(found.values())


def _draft(
    measure: str,
    known: Mapping[str, Any],
    starts_on: date,
    due_on: date,
    state: ActionState,
    **more: str,
) -> ActionDraft:
    return ActionDraft(
        said=_SAID[measure],
        what=_WHAT[measure],
        measure=measure,
        starts_on=starts_on,
        due_on=max(starts_on, due_on),
        state=state,
        **{**known, **more},
    )


async def _backdate(action: UUID, draft: ActionDraft) -> None:
    """End what has ended on its due date: the demo's history was not written today."""
    await fetch(
        Login.MIGRATOR,
        "UPDATE actions.action SET ended_on = $2 WHERE id = $1 AND ended_on IS NOT NULL",
        action,
        draft.due_on,
    )
