"""Try to link people to answers with everything an operator has afterwards (anonymity-design 9).

The attacker knows who answered in which order, and reads the database as a superuser: hidden
columns, order on disk, a copy of the urn taken while it was full. In a random matching one person
in each wave is linked by luck, so over R waves the number is Poisson with mean R.
"""

import random
from dataclasses import dataclass

import pytest
from cryptography.exceptions import InvalidTag
from scipy.stats import poisson

from questionnaires.loader import load_library
from survey_app.asking.invitations.tokens import split_token
from survey_app.counting.urn import keys
from survey_app.counting.urn.ballot import unpack
from survey_app.counting.urn.errors import KeyFileError
from survey_app.counting.urn.seal import SUITE, purpose
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing import close_wave as closing
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import NOW, an_agency, an_open_wave, some_answers

WAVES = 20  # in `make test`; `make audit` runs the 200 of anonymity-design 9
PEOPLE = 20
K2 = load_library().questionnaire("verdipuls.k2", first_wave=True)
TELLING = ("vp.try.1", "vp.try.3", "vp.apn.1")
PLACES = [K2.columns.index(item) for item in TELLING]


def answers_of(person: int) -> dict[str, object]:
    """Three answers that only the judge knows to be this person's."""
    digits = (person // 25, person // 5 % 5, person % 5)
    codes = {item: str(digit + 1) for item, digit in zip(TELLING, digits, strict=True)}
    return some_answers(**codes)


def person_of(answers) -> int:
    first, second, third = (answers[at] - 1 for at in PLACES)
    return first * 25 + second * 5 + third


@dataclass(frozen=True)
class Spoils:
    """What the attacker has of one wave."""

    order: list[int]
    rows: list[dict[str, object]]
    urn: list[tuple[int, bytes]]
    marks: dict[int, int]
    wave: object
    key_copy: object


async def hidden(sql: str, *values):
    async with connection(Login.MIGRATOR) as link:
        return [dict(row) for row in await link.fetch(sql, *values)]


async def a_wave_is_held(web, settings, number: int, *, until_closed: bool = True) -> Spoils:
    """Twenty people answer in a random order; the attacker watches, and copies the full urn."""
    wave = await an_open_wave(settings, f"wave-{number}")
    order = random.sample(range(PEOPLE), PEOPLE)
    for person in order:
        reply = await web.post(
            f"/answer/{wave.tokens[person]}", data=answers_of(person), follow_redirects=False
        )
        assert reply.status_code == 303
    pids = await hidden(
        "SELECT pid, xmin::text AS x FROM asking.invitation WHERE wave = $1", wave.id
    )
    by_pid = {row["pid"]: int(row["x"]) for row in pids}
    marks = {by_pid[split_token(token)[0]]: at for at, token in enumerate(wave.tokens)}
    urn = await hidden("SELECT xmin::text AS x, ballot FROM counting.urn WHERE wave = $1", wave.id)
    private = keys.read(settings.data_dir, wave.id)
    rows = []
    if until_closed:
        bind_worker()
        await closing.close_wave(wave.key, data_dir=settings.data_dir, now=NOW)
        bind_web()
        rows = await hidden(
            "SELECT ctid::text AS place, xmin::text AS xmin, cmin::text AS cmin, id, answers,"
            " pg_column_size(r.*) AS size FROM counting.response r WHERE wave = $1 ORDER BY r.ctid",
            wave.id,
        )
        assert len(rows) == PEOPLE
    return Spoils(
        order, rows, [(int(row["x"]), row["ballot"]) for row in urn], marks, wave, private
    )


LINKERS = {
    "order on disk": lambda rows: rows,
    "order on disk, backwards": lambda rows: rows[::-1],
    "key": lambda rows: sorted(rows, key=lambda row: row["id"].bytes),
    "xmin": lambda rows: sorted(rows, key=lambda row: int(row["xmin"])),
    "cmin": lambda rows: sorted(rows, key=lambda row: int(row["cmin"])),
    "row length": lambda rows: sorted(rows, key=lambda row: row["size"]),
}


def right_links(spoils: Spoils, linker) -> int:
    """Match the rows, in the linker's order, with people in the order of answering."""
    found = [person_of(row["answers"]) for row in linker(spoils.rows)]
    return sum(guess == person for guess, person in zip(found, spoils.order, strict=True))


def opened_by(spoils: Spoils, private) -> dict[int, int]:
    """Open the copied urn with a key and link each row to the mark of the same transaction."""
    links = {}
    for transaction, row in spoils.urn:
        try:
            plain = SUITE.decrypt(row, private, purpose(spoils.wave.id))
        except InvalidTag:
            continue
        links[spoils.marks[transaction]] = person_of(unpack(plain, len(K2.columns)).answers)
    return links


@pytest.fixture
async def one_unit(database):
    bind_worker()
    await an_agency(PEOPLE, {"nord-1": ("Fengsel Nord 1", "nord")})
    bind_web()


@pytest.mark.parametrize("number_of_waves", [WAVES, pytest.param(200, marks=pytest.mark.slow)])
async def test_nobody_is_linked_to_an_answer_more_often_than_by_luck(
    web, settings, one_unit, number_of_waves
):
    waves = [await a_wave_is_held(web, settings, number) for number in range(number_of_waves)]
    luck = poisson.ppf(0.9999, number_of_waves)
    for name, linker in LINKERS.items():
        links = sum(right_links(spoils, linker) for spoils in waves)
        told = f"{name}: {links} of {number_of_waves * PEOPLE} linked, luck gives up to {luck:.0f}"
        print(told)
        assert links <= luck, told
    for spoils in waves:
        # the operator may try every key that still exists: there is none
        with pytest.raises(KeyFileError):
            keys.read(settings.data_dir, spoils.wave.id)
        assert len({row["xmin"] for row in spoils.rows}) == 1
        assert len({len(ballot) for _, ballot in spoils.urn}) == 1
    marked = await fetch(Login.WORKER, "SELECT 1 FROM asking.invitation WHERE marked LIMIT 1")
    assert marked == []


async def test_without_shuffling_the_attack_finds_everybody(web, settings, one_unit, monkeypatch):
    class Idle:
        def shuffle(self, rows):
            """Leave the rows in the order of the urn."""

    monkeypatch.setattr(closing.secrets, "SystemRandom", Idle)
    spoils = await a_wave_is_held(web, settings, 0)
    assert right_links(spoils, LINKERS["order on disk"]) >= 0.95 * PEOPLE


async def test_with_a_kept_key_the_attack_finds_everybody(web, settings, one_unit):
    spoils = await a_wave_is_held(web, settings, 0)
    links = opened_by(spoils, spoils.key_copy)
    assert sum(name == answer for name, answer in links.items()) >= 0.95 * PEOPLE


async def test_a_full_urn_links_names_to_rows_and_no_answer_to_anybody(web, settings, one_unit):
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    spoils = await a_wave_is_held(web, settings, 0, until_closed=False)
    # one transaction marks and seals: the rows belong together, and say nothing
    assert {transaction for transaction, _ in spoils.urn} == set(spoils.marks)
    assert opened_by(spoils, X25519PrivateKey.generate()) == {}


async def test_plain_answers_in_the_same_transaction_would_be_found(web, settings, one_unit):
    spoils = await a_wave_is_held(web, settings, 0, until_closed=False)
    async with connection(Login.MIGRATOR) as link:
        await link.execute("CREATE TABLE public.leak (answers smallint[])")
        await link.execute("UPDATE asking.invitation SET marked = false")
        rows = await link.fetch("SELECT id FROM asking.invitation ORDER BY id")
        for person, row in enumerate(rows):
            async with link.transaction():
                await link.execute(
                    "UPDATE asking.invitation SET marked = true WHERE id = $1", row["id"]
                )
                await link.execute("INSERT INTO public.leak VALUES ($1)", [person])
    linked = await hidden(
        "SELECT i.id, l.answers[1] AS person FROM asking.invitation i"
        " JOIN public.leak l ON l.xmin::text = i.xmin::text ORDER BY i.id"
    )
    assert len(spoils.urn) == PEOPLE
    assert [row["person"] for row in linked] == list(range(PEOPLE))
