"""A migration adds, or says what it takes away and waits until nobody needs it (docs/adr/0126)."""

from __future__ import annotations

import re

import pytest
from piccolo.apps.migrations.commands.forwards import run_forwards

from survey_app.installation.migrate import migrate_backwards, run_migrations
from survey_app.installation.patience import lone_steps, sql_statements
from survey_app.installation.schema_state import (
    APPS,
    WALLS,
    contracting_ids,
    migration_ids,
    schema_state,
)
from survey_app.installation.walls import INDEXES, NARROW, REVOKE
from survey_app.shared.database import Login, connect, connection
from tests.databases import dropped as drop
from tests.databases import urls
from tests.installed_before import restored
from tests.schema_shape import functions_made, functions_there, narrower, shape_of

# from here on; what came before was migrated with everything stopped
RULE = "2026-11-29T08:00"
NEWEST = "1d99ff3"
# what that release meets since, of the time before the rule: none of it refuses what it does
REFUSED_SINCE = [
    "audit.event refuses by event_number_key UNIQUE (number)",
    "audit.event refuses by trigger chain",
    "audit.event refuses by trigger keep_event",
    "audit.event refuses by trigger keep_log",
    (
        "events.event refuses by in_words CHECK (((text <> '{}'::jsonb)"
        " OR ((text_nb)::text <> ''::text) OR ((text_nn)::text <> ''::text)"
        " OR ((text_en)::text <> ''::text)))"
    ),
]
TAKES = {
    "ALTER TABLE asking.person DROP COLUMN undelivered": "asking.person.undelivered is gone",
    "ALTER TABLE asking.person RENAME COLUMN language TO tongue": "asking.person.language is gone",
    "ALTER TABLE asking.unit RENAME TO place": "asking.unit.code is gone",
    "DROP TABLE asking.clock": "asking.clock.host is gone",
    "ALTER TABLE comments.quarantine ALTER COLUMN gone_by SET NOT NULL": "gone_by must be given",
    "ALTER TABLE asking.wave ADD COLUMN more text NOT NULL": "asking.wave.more must be given",
    "ALTER TABLE asking.wave ALTER COLUMN key TYPE varchar(10)": "is character varying(10) and was",
    "ALTER TABLE asking.wave ADD CONSTRAINT short CHECK (key <> 'x')": "asking.wave refuses by sho",
    "CREATE UNIQUE INDEX of_one ON asking.person (id)": "by unique index asking.of_one",
    "DROP FUNCTION comments.hold(uuid, uuid)": "comments.hold(uuid,uuid) returns boolean is gone",
    "REVOKE INSERT ON asking.credential FROM web": "web may INSERT asking.credential wave no more",
    "REVOKE EXECUTE ON FUNCTION accounts.hand_of(uuid) FROM web": "web may call accounts.hand_of",
}
_LOCKED = re.compile(r"^(?:ALTER TABLE|CREATE .*TRIGGER .* ON) ([\w.]+)", re.MULTILINE)
ADDS = (
    "ALTER TABLE asking.wave ADD COLUMN more text NOT NULL DEFAULT ''",
    "CREATE TABLE asking.more (one text NOT NULL CHECK (one <> ''))",
    "CREATE INDEX by_language ON asking.person (language)",
    "ALTER TABLE asking.wave ALTER COLUMN key TYPE text, ALTER COLUMN key DROP NOT NULL",
)


@pytest.mark.parametrize("taken", TAKES)
async def test_whatever_takes_something_from_the_version_before_is_seen(database, taken):
    async with connection(Login.MIGRATOR) as link:
        before = await shape_of(link, with_rights=True)
        begun = link.transaction()
        await begun.start()
        await link.execute(taken)
        told = narrower(before, await shape_of(link, with_rights=True))
        await begun.rollback()
    assert any(TAKES[taken] in one for one in told), told


async def test_what_only_adds_takes_nothing(database):
    async with connection(Login.MIGRATOR) as link:
        before = await shape_of(link, with_rights=True)
        begun = link.transaction()
        await begun.start()
        for statement in ADDS:
            await link.execute(statement)
        told = narrower(before, await shape_of(link, with_rights=True))
        await begun.rollback()
    assert not told


async def test_each_migration_adds_or_says_what_it_takes_away(database):
    """One that takes away has `CONTRACTS = "what goes"` beside its description."""
    later = sorted((one, app) for app in APPS for one in migration_ids(app) if one > RULE)
    for one, app in reversed(later):
        await migrate_backwards(app, one)
    async with connection(Login.MIGRATOR) as link:
        for one, app in later:
            before = await shape_of(link)
            assert (await run_forwards(app, one)).success
            taken = narrower(before, await shape_of(link))
            assert bool(taken) is (one in contracting_ids(app)), f"{app} {one}: {taken}"


def test_walls_take_away_in_two_files_alone():
    """Which are run when no process of the version before is left."""
    for file in sorted(WALLS.glob("*.sql")):
        if file.name in {REVOKE, NARROW}:
            continue
        taken = [
            one
            for one in map(_bare, sql_statements(file.read_text()))
            if one.startswith(("DROP ", "REVOKE ")) and not one.endswith("FROM PUBLIC;")
        ]
        assert not taken, f"{file.name}: {taken}"
        assert "INDEX" not in file.read_text() or file.name == INDEXES, file.name


def test_no_step_of_the_walls_locks_two_tables():
    """Who holds one while it waits for another makes people wait for each other."""
    for file in sorted(WALLS.glob("*.sql")):
        for step in lone_steps(file.read_text()):
            locked = set(
                re.findall(r"^(?:ALTER TABLE|CREATE .*TRIGGER .* ON) ([\w.]+)", step, re.MULTILINE)
            )
            assert len(locked) <= 1, f"{file.name}: {locked}"


def _bare(statement: str) -> str:
    return re.sub(r"--[^\n]*\n", "", statement).strip()


async def test_the_newest_release_is_left_all_it_had_while_it_is_at_work(postgres):
    name = await restored(postgres, NEWEST)
    addresses = urls(postgres, name)
    connect(addresses)
    try:
        async with connection(Login.MIGRATOR) as link:
            before = await shape_of(link, with_rights=True)
            done = await run_migrations(addresses, others=_web_is_at_work)
            assert done.others == ("web",)
            assert (await schema_state(Login.WEB)).shared
            assert narrower(before, await shape_of(link, with_rights=True)) == REFUSED_SINCE
            await run_migrations(addresses)
            assert not (await schema_state(Login.WEB)).shared
            left = narrower(before, await shape_of(link, with_rights=True))
            assert await functions_there(link) == functions_made()
    finally:
        await drop(postgres, name)
    assert sorted({*left} - {*REFUSED_SINCE}) == [
        "comments.remove(uuid) returns text is gone",
        "web may call comments.remove(uuid) no more",
    ]


async def _web_is_at_work(_link: object) -> tuple[str, ...]:
    return ("web",)
