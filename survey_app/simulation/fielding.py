"""Hold simulated waves by the ordinary ways: open, answer, close, publish.

Delivery is recorded, not mailed; ballots are sealed straight into the urn.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from questionnaires.arms import ARMS
from questionnaires.model import Questionnaire
from survey_app.asking.invitations.tokens import arm_for
from survey_app.asking.writing import writing
from survey_app.counting.urn.drop_ballot import drop_ballots
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.errors import PublishingError
from survey_app.shared.database import fetch_one
from survey_app.simulation.ballots import answer_rows, seal_rows
from survey_app.simulation.comments import draw_comments
from survey_app.simulation.documented_public import DocumentedPublic
from survey_app.simulation.nights import record_nights
from survey_app.simulation.parameters import stream
from survey_app.simulation.truth_file import staff_truth
from survey_app.simulation.wordings import of_own_half
from survey_app.waves.open_wave import open_wave

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor
    from datetime import date, datetime
    from uuid import UUID

    import numpy.typing as npt

    from survey_app.settings import Settings
    from survey_app.simulation.calendar import SimulatedWave
    from survey_app.simulation.held import PublicModel, StaffModel
    from survey_app.simulation.truth import TrueMean

OPTED_OUT: Final = 0.006  # of those who did not answer


@dataclass(frozen=True, slots=True)
class Fielding:
    """Where and with what chance waves are held; heavy work goes to ``executor``.

    ``public`` answers for people outside: the documented model where none is given.
    """

    settings: Settings
    seed: int
    executor: Executor | None = None
    public: PublicModel | None = None

    async def hold_staff(
        self, staff: StaffModel, wave: SimulatedWave, earlier: npt.NDArray[np.int_]
    ) -> list[TrueMean]:
        """Open a staff wave and let its people answer; ``earlier`` counts their invitations."""
        # no browser will send these ballots: signing keys would take minutes and sign nothing
        drawn = await open_wave(
            wave.key,
            now=wave.opened_at,
            settings=self.settings,
            credentials=False,
            spare=False,
            version=wave.version,
            rehearse=None,
        )
        await record_delivery(drawn.wave, wave.opened_at)
        return await self.answer_staff(staff, wave, drawn.wave, earlier)

    async def answer_staff(
        self,
        staff: StaffModel,
        wave: SimulatedWave,
        wave_id: UUID,
        earlier: npt.NDArray[np.int_],
        *,
        silent: npt.NDArray[np.bool_] | None = None,
        until: date | None = None,
    ) -> list[TrueMean]:
        """Let those invited answer, but for the ``silent``; returns the truth of the wave.

        They came on the days to ``until``, and of a wave that is over to its last one.
        """
        invitations = await _invitations(wave_id, staff.agency.people)
        invited = np.array([one is not None for one in invitations])
        held, answered = staff.hold(wave, invited=invited, earlier=earlier)
        answers = of_own_half(held, self._halves(wave_id, invitations)) if wave.overlap else held
        if silent is not None:
            answered &= ~silent
        earlier += invited
        who = np.flatnonzero(answered)
        chosen = [one for person in who if (one := invitations[person])]
        await self._drop(
            wave_id,
            answers,
            who,
            [one.domain for one in chosen],
            self._comments(staff, wave, len(who)),
        )
        await _mark([one.id for one in chosen])
        await record_nights(wave_id, stream(self.seed, "nights", wave.t), until)
        rng = stream(self.seed, "opt-out", wave.t)
        leavers = invited & ~answered & (rng.random(len(invited)) < OPTED_OUT)
        await _opt_out([one.id for at in np.flatnonzero(leavers) if (one := invitations[at])])
        return staff_truth(staff.agency, wave, held)

    async def hold_public(self, wave: SimulatedWave, *, gross: int | None = None) -> list[TrueMean]:
        """Draw a sample of the public, open its wave, and let it answer."""
        held = self._public.hold(wave, gross=gross)
        drawn = await open_wave(
            wave.key,
            now=wave.opened_at,
            settings=self.settings,
            sample=held.sample,
            credentials=False,
            version=wave.version,
            rehearse=None,
        )
        who = np.flatnonzero(held.answered)
        await self._drop(drawn.wave, self._by_halves(wave, held.answers), who, [""] * len(who))
        await _mark_letters(drawn.wave, len(who))
        await record_nights(drawn.wave, stream(self.seed, "public nights", wave.t))
        return held.truth

    async def hold_candidates(self, wave: SimulatedWave) -> None:
        """Open the candidates' wave, and let those who came by answer."""
        drawn = await open_wave(wave.key, now=wave.opened_at, settings=self.settings, rehearse=None)
        answers, people = self._public.candidates(wave)
        await self._drop(drawn.wave, answers, np.arange(people), [""] * people)

    async def finish(self, wave: SimulatedWave) -> UUID:
        """Close and publish, as the ordinary job does the night after the last day."""
        closed = await close_wave(
            wave.key,
            key_dir=self.settings.key_folder,
            now=wave.closed_at,
            executor=self.executor,
        )
        if closed is None or closed.publication is None:
            raise PublishingError(f"too few answered «{wave.key}» for anything to be shown")
        return closed.publication

    @property
    def _public(self) -> PublicModel:
        return self.public or DocumentedPublic(self.seed)

    def _halves(
        self, wave: UUID, invitations: Sequence[_Invitation | None]
    ) -> npt.NDArray[np.int_]:
        """Draw in which words each person is asked, as the link would; 0 of who has none."""
        secret = self.settings.secret()
        return np.array([arm_for(secret, wave, one.pid, ARMS) if one else 0 for one in invitations])

    def _by_halves(
        self, wave: SimulatedWave, answers: Mapping[str, npt.NDArray[np.int16]]
    ) -> Mapping[str, npt.NDArray[np.int16]]:
        """Leave each person drawn the words of one half: whose letter is whose is not known."""
        if not wave.overlap:
            return answers
        people = len(next(iter(answers.values())))
        rng = stream(self.seed, "public halves", wave.t)
        return of_own_half(answers, rng.choice(np.array(ARMS), people))

    def _comments(self, staff: StaffModel, wave: SimulatedWave, number: int) -> list[str]:
        if not staff.comments:
            return []
        names = [unit.name for unit in staff.agency.units]
        return draw_comments(number, names, rng=stream(self.seed, "comments", wave.t))

    async def _drop(
        self,
        wave: UUID,
        answers: Mapping[str, npt.NDArray[np.int16]],
        who: npt.NDArray[np.intp],
        domains: Sequence[str],
        comments: Sequence[str] = (),
    ) -> None:
        async with writing() as link:
            row = await fetch_one(
                link,
                "SELECT w.public_key, w.ballot_size, w.cover_key, w.comment, q.content"
                " FROM asking.wave w"
                " JOIN asking.questionnaire q ON q.hash = w.questionnaire WHERE w.id = $1",
                wave,
            )
        columns = Questionnaire.from_json(row["content"]).columns
        sealed = await asyncio.get_running_loop().run_in_executor(
            self.executor,
            seal_rows,
            answer_rows(columns, answers, who),
            domains,
            wave,
            row["public_key"],
            row["ballot_size"],
            comments if row["comment"] != "{}" else (),
            row["cover_key"] or b"",
        )
        async with writing() as link:
            await drop_ballots(link, wave, sealed)


async def record_delivery(wave: UUID, at: datetime, *, but_for: Sequence[str] = ()) -> None:
    """Write that mails were delivered, without sending them; ``but_for`` get real ones."""
    async with writing() as link:
        await link.execute(
            "UPDATE asking.outbox o SET state = 'sent', sent_at = $2, attempts = 1"
            " FROM asking.invitation i JOIN asking.person p ON p.id = i.person"
            " WHERE o.invitation = i.id AND i.wave = $1 AND NOT p.number = ANY($3::text[])",
            wave,
            at,
            list(but_for),
        )


@dataclass(frozen=True, slots=True)
class _Invitation:
    id: UUID
    pid: bytes
    domain: str


async def _invitations(wave: UUID, people: int) -> list[_Invitation | None]:
    """Return each person's invitation, by the person's place in the agency."""
    async with writing() as link:
        rows: list[Any] = await link.fetch(
            "SELECT i.id, i.pid, i.domain, p.number FROM asking.invitation i"
            " JOIN asking.person p ON p.id = i.person WHERE i.wave = $1",
            wave,
        )
    found: list[_Invitation | None] = [None] * people
    for row in rows:
        found[int(row["number"][1:]) - 1] = _Invitation(row["id"], row["pid"], row["domain"])
    return found


async def _mark(invitations: list[UUID]) -> None:
    async with writing() as link:
        await link.execute(
            "UPDATE asking.invitation SET marked = true WHERE id = ANY($1::uuid[])", invitations
        )


async def _opt_out(invitations: list[UUID]) -> None:
    async with writing() as link:
        await link.execute(
            "UPDATE asking.invitation SET opted_out = true WHERE id = ANY($1::uuid[])", invitations
        )


async def _mark_letters(wave: UUID, number: int) -> None:
    """Mark as many letters as answers came: nobody here knows which letter reached whom."""
    async with writing() as link:
        await link.execute(
            "UPDATE asking.invitation SET marked = true WHERE id IN"
            " (SELECT id FROM asking.invitation WHERE wave = $1 LIMIT $2)",
            wave,
            number,
        )
