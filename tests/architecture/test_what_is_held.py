"""Of every column it is said what it is, why it is held, who reads it, and which job deletes it."""

from __future__ import annotations

import pytest

from survey_app import worker
from survey_app.administration.privacy.declared import DECLARED
from survey_app.administration.privacy.model import Category
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch

# as the database itself tells: what else looks into it later, sees the same
_COLUMNS = """
SELECT n.nspname || '.' || c.relname AS held, a.attname AS name
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""  # noqa: E501
_READS = "SELECT has_any_column_privilege($1::text, $2::text, 'SELECT') AS reads"


async def test_every_column_of_the_database_says_what_it_is_and_none_is_said_that_is_not(database):
    there = {(row["held"], row["name"]) for row in await fetch(Login.MIGRATOR, _COLUMNS)}
    said = [(held.table, name) for held in DECLARED for name in held.names]
    assert sorted(there ^ set(said)) == []
    assert len(said) == len(set(said))


async def test_who_is_said_to_read_a_table_are_the_logins_that_can(database):
    for held in DECLARED:
        can = {
            login
            for login in ("web", "reader", "worker")
            for row in await fetch(Login.MIGRATOR, _READS, login, held.table)
            if row["reads"]
        }
        assert can == set(held.logins.split()), held.table


# what leads to somebody or is in their words; a sealed urn and its sample go in one step
_UNSAMPLED = (
    Category.IDENTITY, Category.ADDRESS, Category.PHONE, Category.UPLOAD, Category.ANSWERS,
    Category.COMMENT,
)  # fmt: skip


async def test_the_planner_keeps_no_sample_of_what_leads_to_somebody_or_is_in_their_words(database):
    sampled = {
        (row["held"], row["name"])
        for row in await fetch(
            Login.MIGRATOR, f"{_COLUMNS} AND c.relkind <> 'v' AND attstattarget IS DISTINCT FROM 0"
        )
    }
    said = {
        (held.table, name)
        for held in DECLARED
        for category in _UNSAMPLED
        for name in held.columns.get(category, "").split()
    }
    # of a sample that nobody is to know any more, once its invitations are deleted
    said.add(("asking.invitation", "person"))
    assert sorted(said & sampled) == []
    assert len(said) > 20


def _rules():
    found = {}
    for held in DECLARED:
        for one in (held.kept, *held.sooner.values()):
            found[one.text] = one
    return found.values()


@pytest.mark.parametrize("kept", _rules(), ids=lambda kept: kept.text)
def test_what_is_said_to_be_deleted_is_deleted_by_jobs_that_run_without_being_asked(kept):
    by_itself = {
        job.__name__
        for job in (
            *worker.SWEEP, *worker.EACH_WORKER, *worker.EVERY_MINUTE, *worker.HOURLY,
            *worker.NIGHTLY,
        )
    }  # fmt: skip
    assert set(kept.jobs) <= by_itself
    assert not kept.setting or kept.setting in Settings.model_fields


def test_what_goes_sooner_than_its_row_is_a_column_of_it():
    for held in DECLARED:
        assert set(held.sooner) <= set(held.names), held.table


def test_what_is_about_people_has_a_name_and_the_rest_has_none():
    for held in DECLARED:
        assert held.personal == bool(held.what), held.table
