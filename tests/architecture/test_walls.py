import asyncpg
import pytest

from survey_app.asking.people.tables import Unit
from survey_app.shared.database import Login, connection, fetch


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
