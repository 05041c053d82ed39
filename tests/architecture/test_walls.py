import asyncpg
import pytest

from survey_app.answering.open_wave import _forget_key
from survey_app.asking.people.tables import Unit
from survey_app.counting.urn.keys import key_file
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
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
        (Login.READER, "SELECT count(*) FROM publications.publication", True),
        (Login.READER, "SELECT count(*) FROM asking.person", False),
        (Login.READER, "SELECT count(*) FROM counting.response", False),
        (Login.READER, "INSERT INTO publications.estimate DEFAULT VALUES", False),
        (Login.WORKER, "SELECT count(*) FROM counting.response", True),
        (Login.WORKER, "SELECT count(*) FROM accounts.account", False),
        (Login.WORKER, "UPDATE publications.publication SET version = 2", False),
    ],
)
async def test_each_login_reaches_its_own_side_only(database, login, statement, allowed):
    if allowed:
        assert len(await fetch(login, statement)) == 1
    else:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(login, statement)


async def test_log_parameters_are_quiet_for_those_who_touch_answers(database):
    for login in (Login.WEB, Login.WORKER):
        async with connection(login) as link:
            assert await link.fetchval("SHOW log_min_error_statement") == "panic"
            assert await link.fetchval("SHOW log_parameter_max_length_on_error") == "0"
            assert await link.fetchval("SHOW track_commit_timestamp") == "off"


async def test_web_can_mark_a_link_used_but_never_unused(database, data_dir):
    settings = Settings(data_dir=data_dir, secret_key="tests only")
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
    settings = Settings(data_dir=data_dir, secret_key="tests only")
    wave = await an_open_wave(settings)
    await _forget_key(settings.data_dir, wave.id)
    assert key_file(settings.data_dir, wave.id).exists()
