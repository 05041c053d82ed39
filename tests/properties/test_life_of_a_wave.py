"""Whatever is done to a wave, in whatever order: marks, ballots, mail, keys and shelf agree."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from questionnaires.loader import load_library
from survey_app.answering.arrival import arrive
from survey_app.answering.sealed_ballot import sealed_ballot
from survey_app.answering.submit import Outcome, submit_personal, submit_told
from survey_app.answering.told_form import FIELD, told_form, what_a_form_tells
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.clean_up import forget_invitations
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.send_due import send_due
from survey_app.asking.errors import MailServerDown, WrongState
from survey_app.asking.invitations.credential_keys import KeyRing
from survey_app.asking.invitations.issue_credential import issue, issued
from survey_app.counting.urn import keys
from survey_app.counting.urn.cast_ballot import cast_ballot
from survey_app.counting.urn.lock import lock_number
from survey_app.installation.tables import bind_worker
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.errors import PublishingError
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
from survey_app.waves.cancel_wave import cancel_wave
from survey_app.waves.errors import ClosingError
from survey_app.waves.open_wave import open_wave
from tests.blind_client import Blinded, Credential, finalize, fresh
from tests.builders_answering import NOW, OpenedWave, a_draft, an_agency, opened, some_answers
from tests.databases import bound, given_back, lent
from tests.faults.gate import Network
from tests.faults.post import Post, listen
from tests.live_server import free_port

KEY, FORM = "verdipuls-2026-k2", "verdipuls.k2"
UNITS = {"nord-1": ("Fengsel Nord 1", "nord"), "sor-1": ("Fengsel Sør 1", "sor")}
PEOPLE = 8  # in each unit
MINIMUM = 5
WAITS = 6  # how often a mail is put off
PERSON = st.integers(0, 2 * PEOPLE - 1)
MOODS = {"takes": "", "puts off": "451 4.3.0 later", "refuses": "550 5.1.1 nobody"}
FIELDS = {item: [str(code)] for item, code in some_answers(FORM).items()}
OVER = frozenset({State.COUNTED, State.PUBLISHED, State.CANCELLED})


@dataclass
class Asked:
    """A credential that somebody asked for, and what is still to be done with it."""

    person: int
    group: str
    kept: Blinded
    signature: bytes
    cast: bool = False


class Life(RuleBasedStateMachine):
    """One wave of a small agency, and what ought to be true of it."""

    postgres: object
    folder: Path
    post: Post
    port: int

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.database = self.run(lent(self.postgres))
        bound(self.postgres, self.database)
        self.settings = Settings(data_dir=self.folder / self.database, secret_key="s" * 40)
        self.state = State.DRAFT
        self.now = NOW
        self.used: set[int] = set()
        self.ballots = 0
        self.asked: list[Asked] = []
        self.tries = dict.fromkeys(range(2 * PEOPLE), 0)
        self.mail = dict.fromkeys(range(2 * PEOPLE), "none")
        self.forgotten = False
        self.wave: OpenedWave | None = None
        self.post.taken.clear()
        self.run(self._prepare())

    def run(self, what):
        return self.runner.run(what)

    def teardown(self) -> None:
        self.run(given_back(self.postgres, self.database))
        self.runner.close()

    async def _prepare(self) -> None:
        bind_worker()
        await an_agency(PEOPLE, UNITS)
        self.id = await a_draft(KEY, form=FORM, closes_on=date(2040, 1, 1))

    # what can be done

    @rule()
    def open(self) -> None:
        opening = open_wave(KEY, now=self.now, settings=self.settings, spare=False, rehearse=None)
        if self.state is not State.DRAFT:
            with pytest.raises(WrongState):
                self.run(opening)
            return
        self.run(opening)
        self.state = State.OPEN
        self.mail = dict.fromkeys(self.mail, "due")
        self.wave = self.run(opened(self.settings, KEY))

    @precondition(lambda self: self.wave and not self.forgotten)
    @rule(person=PERSON, tells=st.booleans())
    def answer_by_form(self, person: int, tells: bool) -> None:
        outcome = self.run(self._by_form(person, tells=tells))
        if self.state is not State.OPEN:
            assert outcome is Outcome.CLOSED
        elif person in self.used:
            assert outcome is Outcome.USED
        else:
            assert outcome is Outcome.ACCEPTED
            self.used.add(person)
            self.ballots += 1

    async def _by_form(self, person: int, *, tells: bool) -> Outcome:
        token = self.wave.tokens[person]
        async with connection(Login.WEB) as link:
            found = await arrive(link, self.settings, token)
            hidden = {FIELD: [what_a_form_tells(found.survey, found.invitation.domain)]}
            told = told_form(self.settings.secret(), token, FIELDS | hidden) if tells else None
            outcome = await submit_told(link, told, FIELDS) if told else None
            # nothing is done of what is not as the form tells: it is looked up
            return outcome or await submit_personal(link, found.survey, found.invitation, FIELDS)

    @precondition(lambda self: self.wave and not self.forgotten)
    @rule(person=PERSON)
    def ask_for_a_credential(self, person: int) -> None:
        asked = self.run(self._ask(person))
        taken = self.state is State.OPEN and person not in self.used
        assert (asked is not None) is taken
        if asked is not None:
            self.used.add(person)
            self.asked.append(asked)

    async def _ask(self, person: int) -> Asked | None:
        async with connection(Login.WEB) as link:
            found = await arrive(link, self.settings, self.wave.tokens[person])
            group = found.survey.domain_of(found.invitation.domain)
            ring = KeyRing(self.settings.secret())
            key = await ring.key(link, self.id, group)
            if key is None:  # they are gone with the urn
                return None
            listed = await link.fetchval("SELECT key_list FROM asking.wave WHERE id = $1", self.id)
            groups = json.loads(listed)["groups"]
            kept = fresh(next(one["n"] for one in groups if one["group"] == group))
            lock = lock_number(self.id)
            signature = await issue(link, found.invitation, key, kept.blinded, lock=lock)
        return signature and Asked(person, group, kept, signature)

    @precondition(lambda self: self.asked and self.state is State.OPEN)
    @rule(which=st.integers(0, 99))
    def ask_again_for_the_same(self, which: int) -> None:
        asked = self.asked[which % len(self.asked)]

        async def again() -> bytes | None:
            async with connection(Login.WEB) as link:
                found = await arrive(link, self.settings, self.wave.tokens[asked.person])
                return await issued(link, found.invitation, asked.kept.blinded)

        assert self.run(again()) == asked.signature

    @precondition(lambda self: self.asked and not self.forgotten)
    @rule(which=st.integers(0, 99))
    def send_a_ballot(self, which: int) -> None:
        asked = self.asked[which % len(self.asked)]
        taken = self.run(self._cast(asked))
        assert taken is (self.state is State.OPEN)
        if taken and not asked.cast:
            asked.cast = True
            self.ballots += 1

    async def _cast(self, asked: Asked) -> bool:
        signed = finalize(asked.kept, asked.signature)
        credential = Credential(KEY, asked.group, asked.kept.message, signed)
        async with connection(Login.WEB) as link:
            found = await arrive(link, self.settings, self.wave.tokens[asked.person])
            ballot = sealed_ballot(found.survey, FIELDS, asked.group)
            receipt = bytes.fromhex(credential.receipt)
            return await cast_ballot(link, self.id, receipt, ballot)

    @rule(mood=st.sampled_from([*MOODS, "is away"]))
    def send_mail(self, mood: str) -> None:
        self.now += timedelta(hours=12)  # longer than any wait
        self.post.at_rcpt = MOODS.get(mood, "")
        port = free_port() if mood == "is away" else self.port
        due = [person for person, state in self.mail.items() if state == "due"]
        if mood == "is away" and due and self.state is State.OPEN:
            with pytest.raises(MailServerDown):
                self.run(self._send(port))
            return
        self.run(self._send(port))
        for person in due:
            self.mail[person] = self._became(person, mood)

    def _became(self, person: int, mood: str) -> str:
        if self.state is not State.OPEN:
            return "cancelled"
        if mood == "puts off":
            self.tries[person] += 1
            return "failed" if self.tries[person] > WAITS else "due"
        return "sent" if mood == "takes" else "failed"

    async def _send(self, port: int) -> None:
        async with MailServer(f"smtp://127.0.0.1:{port}") as server:
            await send_due(
                server, load_library().messages, secret=self.settings.secret(),
                base_url="https://svar.example.org", clock=lambda: self.now,
            )  # fmt: skip

    @rule()
    def close(self) -> None:
        closing = close_wave(KEY, key_dir=self.settings.key_folder, now=self.now)
        if self.state in {State.DRAFT, State.CANCELLED}:
            with pytest.raises(ClosingError):
                self.run(closing)
            return
        closed = self.run(closing)
        if self.state in OVER:
            assert closed is None
            return
        enough = self.ballots >= MINIMUM
        self.state = State.PUBLISHED if enough else State.COUNTED
        assert (closed.publication is not None) is enough
        assert closed.accepted == (self.ballots if enough else 0)

    @rule()
    def cancel(self) -> None:
        cancelling = cancel_wave(KEY, key_dir=self.settings.key_folder, now=self.now)
        if self.state in {State.DRAFT, State.OPEN, State.CANCELLED}:
            assert self.run(cancelling) is (self.state is not State.CANCELLED)
            self.state = State.CANCELLED
            told = {"due": "cancelled"}
            self.mail = {person: told.get(state, state) for person, state in self.mail.items()}
        else:
            with pytest.raises(WrongState):
                self.run(cancelling)

    @precondition(lambda self: self.state in {State.COUNTED, State.PUBLISHED})
    @rule()
    def publish_again(self) -> None:
        publishing = publish_wave(KEY, now=self.now)
        if self.state is State.COUNTED:
            with pytest.raises(PublishingError):
                self.run(publishing)
        else:
            assert [self.run(publishing)] == self.run(self._shelf())

    @rule()
    def a_month_goes_by(self) -> None:
        self.now += timedelta(days=31)
        self.run(forget_invitations(now=self.now))
        self.forgotten = self.wave is not None and self.state in OVER

    # what holds

    async def _shelf(self):
        rows = await fetch(Login.WORKER, "SELECT id FROM publications.publication")
        return [row["id"] for row in rows]

    @invariant()
    def the_state_is_as_the_steps_led(self) -> None:
        (row,) = self.run(fetch(Login.WORKER, "SELECT state FROM asking.wave"))
        assert row["state"] == self.state.value

    @invariant()
    def the_key_lies_there_as_long_as_ballots_may_come(self) -> None:
        path = keys.key_file(self.settings.key_folder, self.id)
        assert path.exists() is (self.state is State.OPEN)

    @invariant()
    def the_urn_holds_each_ballot_once_and_nothing_when_it_is_over(self) -> None:
        (row,) = self.run(
            fetch(
                Login.MIGRATOR,
                "SELECT (SELECT count(*) FROM counting.urn) AS urn,"
                " (SELECT count(*) FROM counting.spent) AS spent,"
                " (SELECT count(*) FROM counting.response) AS responses,"
                " (SELECT count(*) FROM asking.credential) AS signed,"
                " (SELECT count(*) FROM asking.invitation WHERE marked) AS marked",
            )
        )
        is_open, stored = self.state is State.OPEN, self.state is State.PUBLISHED
        cast = sum(one.cast for one in self.asked)
        assert row == {
            "urn": self.ballots if is_open else 0,
            "spent": cast if is_open else 0,
            "responses": self.ballots if stored else 0,
            "signed": len(self.asked) if is_open else 0,
            "marked": len(self.used) if is_open else 0,
        }

    @invariant()
    def mail_is_what_the_server_said_and_each_was_taken_once(self) -> None:
        rows = self.run(
            fetch(Login.WORKER, "SELECT state, count(*) AS n FROM asking.outbox GROUP BY 1")
        )
        told = Counter(self.mail.values())
        del told["none"]
        assert {row["state"]: row["n"] for row in rows} == ({} if self.forgotten else dict(told))
        assert {len(copies) for copies in self.post.taken.values()} <= {1}
        assert len(self.post.taken) == told["sent"]

    @invariant()
    def the_shelf_holds_one_publication_or_none(self) -> None:
        assert len(self.run(self._shelf())) == (self.state is State.PUBLISHED)


@pytest.fixture(scope="module")
def post():
    network = Network()
    found = Post()
    port = network.do(listen(network, found))
    yield found, port
    network.stop()


def lives(postgres, post, tmp_path, *, examples: int, steps: int) -> None:
    life = type(
        "ALife",
        (Life,),
        {"postgres": postgres, "folder": tmp_path, "post": post[0], "port": post[1]},
    )
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_is_done_to_a_wave_its_parts_agree(postgres, post, tmp_path):
    lives(postgres, post, tmp_path, examples=6, steps=14)


@pytest.mark.slow
def test_whatever_is_done_to_a_wave_its_parts_agree_in_many_lives(postgres, post, tmp_path):
    lives(postgres, post, tmp_path, examples=60, steps=30)
