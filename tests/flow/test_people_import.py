"""Getting real people in: differences first, then everything or nothing."""

from datetime import timedelta

import asyncpg
import pytest

from survey_app.asking.errors import RegisterChanged, RegisterDoubtful, RegisterProblems
from survey_app.asking.people.change_links import change_links, crosswalk, read_links
from survey_app.asking.people.columns import guess, header_of, is_enough
from survey_app.asking.people.commands import import_file, note_unknown_units
from survey_app.asking.people.import_people import apply_import, plan_import, read_register
from survey_app.asking.people.units import units_on
from survey_app.shared.database import Login, fetch
from tests.asking_builders import (
    HEADER,
    NOW,
    SIZES,
    TODAY,
    import_campaign,
    import_people,
    register,
)

LATER = TODAY + timedelta(days=90)


async def people():
    rows = await fetch(
        Login.WORKER, "SELECT number, active, panel FROM asking.person ORDER BY number"
    )
    return {row["number"]: row for row in rows}


async def test_an_import_writes_units_people_panels_and_one_audit_line(database):
    plan = await import_people()
    assert plan.counts == {("unit", "added"): 6, ("person", "added"): 60}
    units = await fetch(Login.WORKER, "SELECT * FROM asking.unit ORDER BY position")
    assert [unit["code"] for unit in units] == [
        "etaten",
        "nord",
        "sor",
        "nord-1",
        "nord-2",
        "sor-1",
    ]
    assert units[0]["parent"] is None
    assert {unit["valid_from"] for unit in units} == {TODAY}
    panels = [
        row["panel"] for number, row in (await people()).items() if number.startswith("nord-2")
    ]
    assert sorted(panels.count(panel) for panel in "ABC") == [4, 5, 5]
    (event,) = await fetch(Login.MIGRATOR, "SELECT action, facts FROM audit.event")
    assert event["action"] == "import people"
    assert "@" not in event["facts"]


async def test_a_unit_of_an_account_that_the_register_lacks_is_noted(database):
    await import_people()
    told = []
    await note_unknown_units("nord-1, sor-9", echo=told.append)
    assert told == ["note: the register has no unit sor-9, and shows nothing of it"]


async def test_a_second_import_of_the_same_file_changes_nothing(database):
    await import_people()
    plan = await plan_import(read_register(register()), today=LATER)
    assert plan.changes == ()
    assert "nothing changes" in next(plan.lines())


async def test_the_differences_are_told_before_anything_is_written(database):
    await import_people()
    text = register().replace("p0.nord-1@example.org,nb,nord-1", "ny@example.org,nn,nord-2")
    text = text.replace("person,nord-2.0,,,,p0.nord-2@example.org,nb,nord-2\n", "")
    text = text.replace("unit,sor-1,Fengsel Sor-1", "unit,sor-1,Fengsel Sør 1")
    text += "person,ny-1,,,,helt.ny@example.org,,sor-1\n"
    plan = await plan_import(read_register(text), today=LATER)
    told = list(plan.lines())
    assert told == [
        "~ unit sor-1 Fengsel Sør 1: changed (name: Fengsel Sor-1 → Fengsel Sør 1)",
        "~ person nord-1.0: changed (new e-mail address; language: nb → nn; unit: nord-1 → nord-2)",
        "+ person ny-1: added",
        "- person nord-2.0: ended",
        "units: 1 changed",
        "people: 1 added, 1 changed, 1 ended",
    ]
    assert len(await people()) == 60


async def test_who_is_gone_is_ended_and_who_comes_back_keeps_the_panel(database):
    await import_people()
    before = await people()
    without = register({"nord-1": 34, "nord-2": 14})
    await import_people(without, today=LATER)
    assert not any(row["active"] for number, row in (await people()).items() if "sor" in number)
    (unit,) = await fetch(Login.WORKER, "SELECT valid_to FROM asking.unit WHERE code = 'sor-1'")
    assert unit["valid_to"] == LATER - timedelta(days=1)
    plan = await import_people(today=LATER + timedelta(days=30))
    assert plan.counts == {("unit", "returned"): 2, ("person", "returned"): 12}
    assert await people() == before


async def test_a_unit_that_is_renamed_moved_and_comes_back_keeps_what_it_was_with_dates(database):
    await import_people()
    days = [TODAY + timedelta(days=30 * n) for n in range(4)]
    renamed = register().replace("unit,sor-1,Fengsel Sor-1", "unit,sor-1,Fengsel Sør")
    await import_people(renamed, today=days[1])
    moved = renamed.replace(
        "unit,sor-1,Fengsel Sør,fengsel_hoy,sor", "unit,sor-1,Sør,friomsorg,nord"
    )
    await import_people(moved, today=days[2])
    was = [
        next(
            (u.name, u.kind, u.parent)
            for u in await units_on(Login.WORKER, day)
            if u.code == "sor-1"
        )
        for day in (days[0], days[1] - timedelta(days=1), days[1], days[2], days[3])
    ]
    assert was == [
        ("Fengsel Sor-1", "fengsel_hoy", "sor"),
        ("Fengsel Sor-1", "fengsel_hoy", "sor"),
        ("Fengsel Sør", "fengsel_hoy", "sor"),
        ("Sør", "friomsorg", "nord"),
        ("Sør", "friomsorg", "nord"),
    ]  # fmt: skip
    await import_people(register({"nord-1": 34, "nord-2": 14}), today=days[3])
    back = days[3] + timedelta(days=60)
    await import_people(moved, today=back)
    for day, there in ((days[2], True), (days[3], False), (back, True)):
        codes = {unit.code for unit in await units_on(Login.WORKER, day)}
        assert ("sor-1" in codes) is there


async def test_what_was_mended_the_same_day_never_was(database):
    await import_people()
    await import_people(register().replace("Fengsel Sor-1", "Fengsel Sør"))
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.former_unit") == []


async def test_a_file_that_looks_cut_off_is_warned_of(database):
    await import_people()
    plan = await plan_import(read_register(register({"nord-1": 34})), today=LATER)
    assert plan.warnings == (
        "26 of 60 people are not in the file and would be ended; is the file complete?",
        "«Region Nord» has 34 people in the file, and 48 before; is the file complete?",
    )


async def test_the_command_imports_no_file_that_looks_cut_off_until_somebody_says_it_is_right(
    database, tmp_path
):
    await import_people()
    file, told = tmp_path / "people.csv", []
    file.write_text(register({"nord-1": 34}), encoding="utf-8")
    await import_file(file, dry_run=True, echo=told.append)
    assert told[-1] == "dry run: nothing was written"
    with pytest.raises(RegisterDoubtful, match="26 of 60 people are not in the file"):
        await import_file(file, dry_run=False, echo=told.append)
    assert sum(row["active"] for row in (await people()).values()) == 60
    await import_file(file, dry_run=False, echo=told.append, complete=True)
    assert sum(row["active"] for row in (await people()).values()) == 34


async def test_a_unit_that_moves_to_another_region_leaves_nobody_out_of_the_file(database):
    await import_people(register({**SIZES, "sor-2": 20}))
    # 20 of the 32 in the south belong to the north from now on, and two of those have left
    moved = register({**SIZES, "sor-2": 18}).replace(
        "Fengsel Sor-2,fengsel_hoy,sor", "Fengsel Sor-2,fengsel_hoy,nord"
    )
    plan = await plan_import(read_register(moved), today=LATER)
    assert plan.counts["unit", "changed"] == 1
    assert plan.shrinking == ()


async def test_a_mistake_anywhere_leaves_the_register_as_it_was(database):
    await import_people()
    with pytest.raises(RegisterProblems) as caught:
        await import_people(register() + "person,x,,,,,,borte\n")
    assert str(caught.value).startswith("line 68, «unit»: there is no unit «borte» in the file; ")
    assert len(await people()) == 60


async def test_an_import_that_fails_half_way_writes_nothing(database, monkeypatch):
    async def fails(*_args, **_facts):
        raise asyncpg.DataError("the disk is full")

    monkeypatch.setattr("survey_app.asking.people.import_people.record", fails)
    with pytest.raises(asyncpg.DataError):
        await import_people()
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.unit") == []
    assert await people() == {}


async def test_a_plan_that_somebody_overtook_is_not_carried_out(database):
    import numpy as np

    plan = await plan_import(read_register(register()), today=TODAY)
    await import_people()
    with pytest.raises(RegisterChanged):
        await apply_import(plan, rng=np.random.default_rng(1), today=TODAY, now=NOW)


async def test_five_thousand_people_are_imported_in_a_handful_of_statements(database):
    text = register({f"nord-{n}": 100 for n in range(50)})
    await import_people(text)
    assert len(await people()) == 5000
    rows = await fetch(Login.MIGRATOR, "SELECT DISTINCT xmin, cmin FROM asking.person")
    assert len(rows) <= 5


def test_the_documented_examples_are_files_that_can_be_imported():
    from pathlib import Path

    page = Path("docs/formats/people.md").read_text()
    people, example = (part.split("```")[0] for part in page.split("```csv\n")[1:])
    assert is_enough(guess(header_of(people), {}))
    read = read_register(example)
    assert example.splitlines()[0] == HEADER
    assert len(read.people) >= 3


async def test_the_command_shows_the_differences_and_a_dry_run_writes_nothing(database, tmp_path):
    file, told = tmp_path / "people.csv", []
    file.write_text(register(), encoding="utf-8")
    await import_file(file, dry_run=True, echo=told.append)
    assert told[-3:] == ["units: 6 added", "people: 60 added", "dry run: nothing was written"]
    assert await people() == {}
    await import_file(file, dry_run=False, echo=told.append)
    assert told[-1] == "imported"
    assert len(await people()) == 60


async def test_a_file_as_norwegian_excel_saves_it_is_read(database, tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(register().replace("Region Sor", "Region Sør").encode("cp1252"))
    told = []
    await import_file(file, dry_run=True, echo=told.append)
    assert "+ unit sor Region Sør: added" in told


async def test_a_file_that_is_no_text_is_told_in_one_sentence(database, tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(register().encode("utf-16-le"))
    with pytest.raises(RegisterProblems, match="neither UTF-8 nor Windows-1252"):
        await import_file(file, dry_run=True, echo=print)


def with_another_unit():
    text = register().replace("unit,sor-1,Fengsel Sor-1", "unit,sor-9,Fengsel Sør 9")
    return text.replace(",nb,sor-1", ",nb,sor-9")


async def crosswalk_rows():
    rows = await fetch(
        Login.WORKER,
        "SELECT origin, target, kind FROM asking.unit_link ORDER BY origin, target, kind",
    )
    return [tuple(row.values()) for row in rows]


async def test_the_command_asks_and_a_file_of_links_answers(database, tmp_path):
    file, links, told = tmp_path / "people.csv", tmp_path / "links.csv", []
    await import_people()
    file.write_text(with_another_unit(), encoding="utf-8")
    await import_file(file, dry_run=True, echo=told.append)
    assert told[-2] == (
        "note: is «Fengsel Sør 9» what was «Fengsel Sor-1»? If so: sor-1,sor-9,renamed"
    )
    links.write_text("from,to,kind\nsor-1,sor-9,renamed\n", encoding="utf-8")
    told.clear()
    await import_file(file, dry_run=False, echo=told.append, links=links)
    assert not [line for line in told if "If so" in line]
    assert await crosswalk_rows() == [("sor-1", "sor-9", "renamed")]


async def test_the_files_own_column_is_written_and_an_unknown_unit_is_named(database, tmp_path):
    await import_people()
    file = tmp_path / "people.csv"
    lines = with_another_unit().replace(HEADER, f"{HEADER},former").splitlines()
    marked = {"unit,sor-9": "renamed:sor-1"}
    rows = [lines[0], *(f"{x},{marked.get(x[:10], '')}" for x in lines[1:])]
    file.write_text("\n".join(rows).replace("renamed:sor-1", "renamed:sor-7"))
    with pytest.raises(RegisterProblems, match="the register never had a unit «sor-7»"):
        await import_file(file, dry_run=False, echo=print)
    file.write_text("\n".join(rows))
    await import_file(file, dry_run=False, echo=print)
    assert await crosswalk_rows() == [("sor-1", "sor-9", "renamed")]


async def test_a_new_name_or_place_under_the_same_code_is_a_row_too(database):
    await import_people()
    text = register().replace("sor-1,Fengsel Sor-1,fengsel_hoy,sor", "sor-1,Sør,fengsel_hoy,nord")
    await import_people(text, today=LATER)
    rows = await fetch(Login.WORKER, "SELECT kind, name FROM asking.unit_link ORDER BY kind")
    assert [tuple(row.values()) for row in rows] == [
        ("moved", "Region Sor"),
        ("renamed", "Fengsel Sor-1"),
    ]


async def test_a_decision_can_be_changed_until_the_next_wave_is_counted(database, tmp_path):
    from survey_app.asking.people.commands import link_units

    await import_people()
    later = NOW + timedelta(days=90)
    await import_people(with_another_unit(), today=LATER, now=later)
    assert await crosswalk_rows() == [("sor-1", "", "closed")]
    links, told = tmp_path / "links.csv", []
    links.write_text("from;to;kind\nsor-1;nord-1;merged\n", encoding="utf-8")
    await link_units(links, echo=told.append)
    assert await crosswalk_rows() == [
        ("nord-1", "nord-1", "merged"),
        ("sor-1", "nord-1", "merged"),
    ]
    assert told[0].endswith("(open)")
    links.write_text("from;to;kind\nsor-1;sor-9;renamed\n", encoding="utf-8")
    await link_units(links, echo=told.append)
    assert await crosswalk_rows() == [("sor-1", "sor-9", "renamed")]
    await import_campaign()
    await fetch(
        Login.MIGRATOR, "UPDATE asking.wave SET state = 'counted', opened_at = $1", later
    )  # fmt: skip
    links.write_text("from;to;kind\nsor-1;;closed\n", encoding="utf-8")
    with pytest.raises(RegisterProblems, match="figures rest on what was decided"):
        await link_units(links, echo=told.append)
    assert await crosswalk_rows() == [("sor-1", "sor-9", "renamed")]


@pytest.mark.parametrize(
    ("rows", "mistakes"),
    [
        (["sor-1;sor-1;merged"], ["LINK_ITSELF"]),
        (["sor-1;sor-1;renamed"], ["LINK_ITSELF"]),
        (["sor-1;nord-1;merged", "sor-1;;closed"], ["LINK_TWICE"] * 2),
        (["sor-1;nord-1;merged", "sor-1;nord-1;split"], ["LINK_TWICE"] * 2),
        # a circle, and one that goes back in time
        (["sor-1;sor-9;renamed", "sor-9;sor-1;renamed"], ["LINK_ORDER"]),
        (["sor-9;nord-1;merged"], ["LINK_ORDER"]),
        (["nord-1;sor-1;merged"], ["LINK_ORDER"]),
        (["sor-1;<b>x</b>;merged"], ["NO_FORMER"]),
    ],
)
async def test_links_that_cannot_be_are_refused_with_their_lines(database, rows, mistakes):
    await import_people()
    later = TODAY + timedelta(days=90)
    text = register().replace("unit,sor-1,Fengsel Sor-1", "unit,sor-9,Fengsel Sør 9")
    await import_people(text.replace(",nb,sor-1", ",nb,sor-9"), today=later, now=NOW)
    before = await crosswalk(Login.WORKER)
    with pytest.raises(RegisterProblems) as found:
        await change_links(read_links("\n".join(["from;to;kind", *rows])), now=NOW, actor="hr")
    assert [one.mistake.name for one in found.value.problems] == mistakes
    assert all(one.line > 1 for one in found.value.problems)
    assert await crosswalk(Login.WORKER) == before


async def test_thousands_of_links_are_decided_anew_in_one_go(database):
    await import_people()
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.unit SELECT (jsonb_populate_record(u, jsonb_build_object("
        " 'id', gen_random_uuid(), 'code', 'gone-' || n, 'valid_to', '2026-01-01',"
        " 'valid_from', '2020-01-01'))).* FROM asking.unit u, generate_series(1, 2000) n"
        " WHERE u.code = 'nord-1'",
    )
    await fetch(Login.MIGRATOR, "UPDATE asking.unit SET valid_from = '2020-01-01'")
    rows = [f"gone-{n};nord-1;merged" for n in range(1, 2001)]
    await change_links(read_links("\n".join(["from;to;kind", *rows])), now=NOW, actor="hr")
    assert len(await crosswalk(Login.WORKER)) == 2001
