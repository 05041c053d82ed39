"""The functions of the database: which there are, and that none takes its caller's for its own."""

from survey_app.installation.schema_state import APPS
from survey_app.shared.database import Login, connection, fetch
from tests.schema_shape import functions_made, functions_there

FIXED = ["search_path=pg_catalog, pg_temp"]


async def test_no_temporary_type_of_the_caller_comes_before_those_of_the_system(database):
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT p.oid::regprocedure::text AS name, proconfig FROM pg_proc p"
        " WHERE pronamespace::regnamespace::text = ANY($1)",
        list(APPS),
    )
    assert rows
    assert [row["name"] for row in rows if row["proconfig"] != FIXED] == []


async def test_the_database_has_the_functions_that_this_version_makes_and_each_once(database):
    """One of other arguments would stay beside the new one (`migrations/walls/narrow.sql`)."""
    async with connection(Login.MIGRATOR) as link:
        assert await functions_there(link) == functions_made()
        await link.execute("CREATE FUNCTION comments.hold(one uuid) RETURNS int RETURN 1")
        assert await functions_there(link) != functions_made()
