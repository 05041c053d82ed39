"""From files to the place where sources are kept, and away again."""

from pathlib import Path

import pytest

from survey_app.earlier.commands import import_named, list_named, read_files, remove_named
from survey_app.earlier.differences import summary
from survey_app.earlier.errors import EarlierProblems, SourceChanged, UnknownSource
from survey_app.earlier.import_source import compare_source, on_a_page, take_in_source
from survey_app.earlier.shelf import find_source, list_sources
from survey_app.installation.tables import bind_web
from survey_app.shared.clock import now
from survey_app.shared.database import Login, connect, fetch
from tests.databases import given_back, lent, urls

CSPS = Path("tests/data/csps/manifest.toml")
OWN = Path("tests/data/earlier-survey/manifest.toml")
OWN_KEY = "eldre-maaling"

OWN_RATE = """
key = "svar"
kind = "outside"
audience = "staff"
source = "Andre"
licence = "Fri"
retrieved = 2026-01-01
scale = [0, 100]
title = { nb = "Svar" }
[[measures]]
code = "svar"
name = { nb = "Svarprosent" }
statistic = "rate"
"""


async def test_a_source_is_taken_in_once_and_the_same_again_changes_nothing(database):
    told = []
    await import_named(CSPS, dry_run=False, echo=told.append)
    await import_named(CSPS, dry_run=False, echo=told.append)
    assert told == [
        f"+ source csps: {summary(read_files(CSPS))}",
        "imported",
        "nothing changes: source csps is as the files tell",
    ]
    assert await find_source("csps") == read_files(CSPS)


async def test_a_dry_run_writes_nothing(database):
    await import_named(CSPS, dry_run=True, echo=lambda _: None)
    assert await list_sources() == ()


@pytest.mark.parametrize(("values", "told"), [(("0.63", "1"), 1), (("63", "0.4"), 0)])
async def test_whoever_takes_in_a_rate_reads_that_it_may_be_parts_of_one(
    database, tmp_path, values, told
):
    text = OWN_RATE + "".join(
        f'[[results]]\nyear = {year}\nunit = "A"\nmeasure = "svar"\nvalue = {value}\n'
        for year, value in enumerate(values, start=2020)
    )
    (tmp_path / "manifest.toml").write_text(text)
    said = []
    await import_named(tmp_path / "manifest.toml", dry_run=True, echo=said.append)
    assert (
        len([one for one in said if "all values of the rate «svar» lie from 0 to 1" in one]) == told
    )
    assert await list_sources() == ()


async def test_a_file_with_a_mistake_leaves_everything_as_it_was(database, tmp_path):
    await import_named(OWN, dry_run=False, echo=lambda _: None)
    before = await find_source("eldre-maaling")
    for file in OWN.parent.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "results.csv").open("a") as file:
        file.write("2022;INGEN;kultur;4;;\n")
    with pytest.raises(EarlierProblems, match="there is no unit «INGEN»"):
        await import_named(tmp_path / "manifest.toml", dry_run=False, echo=lambda _: None)
    assert await find_source("eldre-maaling") == before


async def test_a_plan_that_another_import_overtook_is_refused(database):
    plan = await compare_source(read_files(OWN))
    await take_in_source(plan, now=now())
    with pytest.raises(SourceChanged):
        await take_in_source(plan, now=now())


async def test_two_who_renew_a_source_while_the_readers_copy_lags_do_not_overtake_each_other(
    database, postgres
):
    # what the copy shows when it has seen neither of the two yet
    lagging = await lent(postgres)
    connect(database | {Login.READER: urls(postgres, lagging)[Login.READER]})
    bind_web()
    plan = await compare_source(read_files(OWN), on_a_page("first"))
    late = await compare_source(read_files(OWN), on_a_page("second"))
    await take_in_source(plan, now=now(), hand=on_a_page("first"))
    with pytest.raises(SourceChanged):
        await take_in_source(late, now=now(), hand=on_a_page("second"))
    rows = await fetch(Login.MIGRATOR, "SELECT actor FROM audit.event WHERE subject = $1", OWN_KEY)
    assert [row["actor"] for row in rows] == ["first"]
    await given_back(postgres, lagging)


async def test_a_source_is_listed_and_removed_and_both_are_in_the_audit_log(database):
    told = []
    await import_named(OWN, dry_run=False, echo=lambda _: None)
    await list_named(told.append)
    assert told[0].startswith("eldre-maaling")
    await remove_named("eldre-maaling", told.append)
    with pytest.raises(UnknownSource, match="there is no source «eldre-maaling»"):
        await remove_named("eldre-maaling", told.append)
    assert await list_sources() == ()
    rows = await fetch(
        Login.MIGRATOR, "SELECT action FROM audit.event WHERE action <> 'signed in' ORDER BY at"
    )
    assert [row["action"] for row in rows] == ["import earlier results", "remove earlier results"]


async def test_nothing_taken_in_is_in_a_publication(database):
    await import_named(CSPS, dry_run=False, echo=lambda _: None)
    await import_named(OWN, dry_run=False, echo=lambda _: None)
    for table in ("publication", "estimate", "wave_record"):
        rows = await fetch(Login.MIGRATOR, f"SELECT count(*) AS n FROM publications.{table}")
        assert rows[0]["n"] == 0
