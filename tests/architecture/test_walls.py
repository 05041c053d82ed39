import asyncpg
import pytest

from survey_app.actions.states import ActionState
from survey_app.asking.people.tables import Unit
from survey_app.counting.urn.keys import key_file
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
from survey_app.waves.open_wave import _forget_key
from tests.actions_builders import an_action, an_owner
from tests.builders_answering import an_open_wave


async def test_an_empty_installation_has_the_tables_of_this_version(database):
    assert await Unit.count() == 0


@pytest.mark.parametrize(
    ("login", "statement", "allowed"),
    [
        (Login.WEB, "SELECT count(*) FROM asking.person", True),
        (Login.WEB, "SELECT count(*) FROM counting.urn", False),
        (Login.WEB, "SELECT count(*) FROM counting.response", False),
        (Login.WEB, "SELECT count(*) FROM publications.publication", False),
        (Login.WEB, "DELETE FROM counting.urn", False),
        (Login.WEB, "DELETE FROM asking.invitation", False),
        (Login.WEB, "DELETE FROM asking.typed_code", False),
        (Login.WEB, "UPDATE asking.letter_run SET reason = ''", False),
        (Login.WEB, "UPDATE asking.letter_request SET account = id", False),
        (Login.READER, "SELECT count(*) FROM asking.letter_request", False),
        (Login.READER, "SELECT count(*) FROM publications.publication", True),
        (Login.READER, "SELECT count(*) FROM asking.person", False),
        (Login.READER, "SELECT count(*) FROM counting.response", False),
        (Login.READER, "INSERT INTO publications.estimate DEFAULT VALUES", False),
        (Login.WORKER, "SELECT count(*) FROM counting.response", True),
        (Login.WORKER, "SELECT count(*) FROM accounts.account", False),
        (Login.WORKER, "UPDATE publications.publication SET version = 2", False),
        (Login.WORKER, "SELECT count(*) FROM actions.owner", True),
        (Login.WEB, "SELECT count(*) FROM actions.owner", False),
        (Login.READER, "SELECT count(*) FROM actions.owner", False),
        (Login.WORKER, "SELECT count(*) FROM subscriptions.reader", True),
        (Login.WEB, "SELECT count(*) FROM subscriptions.reader", False),
        (Login.READER, "SELECT count(*) FROM earlier.source", True),
        (Login.READER, "DELETE FROM earlier.source", False),
        (Login.WEB, "SELECT max(key) FROM earlier.source", True),
        (Login.WEB, "SELECT max(imported_at) FROM earlier.source", True),
        (Login.WEB, "SELECT max(content_hash) FROM earlier.source", False),
        (Login.WEB, "UPDATE earlier.source SET audience = 'public'", False),
        (Login.WORKER, "SELECT count(*) FROM earlier.source", True),
        (Login.WORKER, "UPDATE earlier.source SET audience = 'public'", False),
    ],
)
async def test_each_login_reaches_its_own_side_only(database, login, statement, allowed):
    if allowed:
        assert len(await fetch(login, statement)) == 1
    else:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(login, statement)


VERBS = {
    "select": "SELECT * FROM {}",
    "insert": "INSERT INTO {} ({column}) VALUES (NULL)",
    "update": "UPDATE {} SET {column} = NULL",
    "delete": "DELETE FROM {}",
}
MAY = {
    ("asking.credential", Login.WEB): {"select", "insert"},
    ("asking.credential_key", Login.WEB): {"select"},
    ("asking.credential", Login.WORKER): set(VERBS),
    ("asking.credential_key", Login.WORKER): set(VERBS),
    ("asking.sealing_alarm", Login.WEB): {"select", "insert"},
    ("asking.sealing_alarm", Login.WORKER): set(VERBS),
    ("counting.urn", Login.WEB): {"insert"},
    ("counting.spent", Login.WEB): {"insert"},
    ("counting.hand_over", Login.WEB): {"select", "insert", "delete"},
    ("counting.hand_over", Login.WORKER): {"select", "insert", "delete"},
    ("counting.urn", Login.WORKER): set(VERBS),
    ("counting.spent", Login.WORKER): set(VERBS),
}
MAY_ACT = {
    ("actions.action", Login.WEB): {"select", "insert", "update"},
    ("actions.action", Login.WORKER): {"select"},
    ("actions.reminder", Login.WORKER): {"select", "insert", "update"},
    ("events.event", Login.WEB): {"select", "insert", "update"},
    ("events.event", Login.WORKER): {"select"},
    ("subscriptions.subscription", Login.WEB): {"select", "insert", "delete"},
    ("subscriptions.subscription", Login.WORKER): {"select"},
    ("subscriptions.letter", Login.WORKER): {"select", "insert", "update"},
}


@pytest.mark.parametrize("login", [Login.WEB, Login.READER, Login.WORKER])
@pytest.mark.parametrize("table", sorted({table for table, _ in MAY}))
async def test_every_verb_on_what_carries_credentials_and_ballots(database, table, login):
    await try_every_verb(login, table, MAY.get((table, login), set()))


async def test_the_web_keeps_key_holders_keys_and_only_the_worker_says_who_counts(database):
    for login, allowed in (
        (Login.WEB, {"select"}), (Login.READER, set()), (Login.WORKER, set(VERBS)),
    ):  # fmt: skip
        await try_every_verb(login, "asking.counter", allowed, column="public_key")
    for column, allowed in (
        ("public_key", set(VERBS)), ("name", set(VERBS) - {"update"}),
    ):  # fmt: skip
        await try_every_verb(Login.WEB, "asking.key_holder", allowed, column=column)
    await try_every_verb(Login.READER, "asking.key_holder", set(), column="name")


@pytest.mark.parametrize("login", [Login.WEB, Login.READER, Login.WORKER])
@pytest.mark.parametrize("table", ["actions.action", "actions.reminder"])
async def test_actions_are_written_by_the_web_and_reminders_by_the_worker(database, table, login):
    await try_every_verb(login, table, MAY_ACT.get((table, login), set()), column="state")


@pytest.mark.parametrize("login", [Login.WEB, Login.READER, Login.WORKER])
async def test_events_are_written_by_the_web_and_deleted_by_nobody(database, login):
    allowed = MAY_ACT.get(("events.event", login), set())
    await try_every_verb(login, "events.event", allowed, column="kind")


@pytest.mark.parametrize("login", [Login.WEB, Login.READER, Login.WORKER])
async def test_subscriptions_are_the_web_s_and_letters_the_worker_s(database, login):
    for table, column in (("subscription", "language"), ("letter", "state")):
        name = f"subscriptions.{table}"
        await try_every_verb(login, name, MAY_ACT.get((name, login), set()), column=column)


@pytest.mark.parametrize("login", [Login.WEB, Login.READER, Login.WORKER])
async def test_a_wave_s_own_tables_are_the_workers_alone(database, data_dir, login):
    # a ballot and a receipt go in through the parent: the web cannot even name a partition
    wave = await an_open_wave(
        Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")
    )
    allowed = set(VERBS) if login is Login.WORKER else set()
    for table in ("counting.urn", "counting.spent"):
        await try_every_verb(login, f"{table}_{wave.id.hex}", allowed)


async def test_the_worker_learns_addresses_of_owners_of_open_actions_and_nothing_else(database):
    await an_owner("nobody@example.org")
    owner = await an_owner("open@example.org")
    await an_action(owner)
    await an_action(await an_owner("done@example.org"), state=ActionState.DONE)
    rows = await fetch(Login.WORKER, "SELECT * FROM actions.owner")
    told = {"email": "open@example.org", "language": "nb", "role": "leader", "unit": "ost-6"}
    assert rows == [{"id": owner.account, **told}]


async def try_every_verb(login, table, allowed, column="wave"):
    for verb, statement in VERBS.items():
        try:
            await fetch(login, statement.format(table, column=column))
        except asyncpg.InsufficientPrivilegeError:
            assert verb not in allowed
        except asyncpg.IntegrityConstraintViolationError:
            assert verb in allowed
        else:
            assert verb in allowed


async def test_the_web_writes_a_receipt_once_and_never_learns_of_it(database, data_dir):
    wave = await an_open_wave(
        Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")
    )
    insert = "INSERT INTO counting.spent (wave, receipt) VALUES ($1, $2) ON CONFLICT"
    async with connection(Login.WEB) as link:
        for expected in ("INSERT 0 1", "INSERT 0 0"):
            assert await link.execute(f"{insert} DO NOTHING", wave.id, bytes(32)) == expected
        for peeking in (
            f"{insert} (wave, receipt) DO NOTHING",
            f"{insert} DO NOTHING RETURNING receipt",
            f"{insert} (wave, receipt) DO UPDATE SET receipt = excluded.receipt",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await link.execute(peeking, wave.id, bytes(32))
        for wrong in (bytes(31), bytes(33)):
            with pytest.raises(asyncpg.CheckViolationError):
                await link.execute(f"{insert} DO NOTHING", wave.id, wrong)


async def test_log_parameters_are_quiet_for_those_who_touch_answers(database):
    for login in (Login.WEB, Login.WORKER):
        async with connection(login) as link:
            assert await link.fetchval("SHOW log_min_messages") == "fatal"
            assert await link.fetchval("SHOW log_min_error_statement") == "panic"
            assert await link.fetchval("SHOW log_parameter_max_length_on_error") == "0"
            assert await link.fetchval("SHOW track_commit_timestamp") == "off"


async def test_web_can_mark_a_link_used_but_never_unused(database, data_dir):
    settings = Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")
    await an_open_wave(settings)
    await fetch(Login.WEB, "UPDATE asking.invitation SET marked = true")
    with pytest.raises(asyncpg.RaiseError):
        await fetch(Login.WEB, "UPDATE asking.invitation SET marked = false")
    await fetch(Login.WORKER, "UPDATE asking.invitation SET marked = false")


async def test_the_planner_keeps_no_copy_of_answers(database):
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT attstattarget FROM pg_attribute"
        " WHERE attrelid = 'counting.response'::regclass AND attname = 'answers'",
    )
    assert rows[0]["attstattarget"] == 0


async def test_a_key_stays_when_the_opening_may_have_been_committed(database, data_dir):
    settings = Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")
    wave = await an_open_wave(settings)
    await _forget_key(settings.key_folder, wave.id)
    assert key_file(settings.key_folder, wave.id).exists()
