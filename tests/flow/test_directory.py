"""What the directory tells comes into the register by the rules of every import."""

import uuid
from datetime import timedelta

import pytest

from survey_app.asking.directory.bring_in import follow_directory
from survey_app.asking.directory.store import ToldPerson, add_told, change_told, note_leaver
from survey_app.asking.people.from_directory import directory_standing, let_go
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_agency, an_open_wave


@pytest.fixture
async def agency(database):
    """Two regions of a unit each, and twenty people in each, from a file."""
    await an_agency(20)


def told(number, **changed):
    at = clock.now()
    facts = {
        "id": uuid.uuid4(), "user_name": f"{number}@example.org", "external_id": str(number),
        "language": "nn-NO", "department": "nord-1", "active": True, "given_at": at,
        "changed_at": at,
    }  # fmt: skip
    return ToldPerson(**facts | changed)


async def write(one, *, new):
    if new:
        await add_told(one)
    else:
        await change_told(one.id, lambda _: one)


async def tell(*people, new=True):
    for one in people:
        await write(one, new=new)
    await follow_directory({})


async def register():
    rows = await fetch(
        Login.WORKER,
        "SELECT p.number, p.email, p.language, p.active, p.panel, u.code AS unit"
        " FROM asking.person p JOIN asking.unit u ON u.id = p.unit",
    )
    return {row["number"]: row for row in rows}


async def states():
    rows = await fetch(
        Login.WORKER, "SELECT state, count(*) FROM asking.directory_person GROUP BY 1"
    )
    return {row["state"]: row["count"] for row in rows}


async def everybody_of_the_file():
    """Tell of all whom the file had, as the first run of a directory does."""
    people = [
        told(number, user_name=row["email"] or number, department=row["unit"])
        for number, row in (await register()).items()
    ]
    await tell(*people)
    return people


async def test_a_newcomer_is_in_the_register_with_a_panel_and_the_file_s_people_stay(agency):
    before = await register()
    await tell(told(9001, department="nord-1", language="en-US"))
    after = await register()
    assert {number: after[number] for number in before} == before
    new = after["9001"]
    assert (new["email"], new["language"], new["unit"]) == ("9001@example.org", "en", "nord-1")
    assert new["panel"] in "ABC"
    [act] = await fetch(
        Login.WORKER, "SELECT actor, facts::text FROM audit.event WHERE actor = 'directory'"
    )
    assert act["facts"] == '{"person_added": 1}'


async def test_a_department_is_the_code_or_the_name_of_a_unit_and_else_waits_for_one(agency):
    [unit] = await fetch(Login.WORKER, "SELECT name FROM asking.unit WHERE code = 'sor-1'")
    await tell(
        told(9001, department="sor-1"),
        told(9002, department=unit["name"].upper()),
        told(9003, department="A new place"),
        told(9004, department=""),
        told(9005, external_id=None),
    )
    found = await register()
    assert {found["9001"]["unit"], found["9002"]["unit"]} == {"sor-1"}
    assert not {"9003", "9004"} & set(found)
    standing = await directory_standing()
    assert {one.department: one.people for one in standing.without_place} == {
        "A new place": 1,
        "": 1,
    }
    assert standing.without_number == 1
    await fetch(Login.MIGRATOR, "UPDATE asking.unit SET name = 'A NEW place' WHERE code = 'nord-1'")
    await follow_directory({})
    assert (await register())["9003"]["unit"] == "nord-1"


async def test_a_department_is_known_however_its_letters_are_written(agency):
    """As a Mac writes å, and with a sign that nobody sees."""
    await fetch(Login.MIGRATOR, "UPDATE asking.unit SET name = 'Ås fengsel' WHERE code = 'sor-1'")
    await tell(
        told(9001, department="A\u030as  fengsel"),
        told(9002, department="\u200bås fengsel\u00ad"),
        told(9003, department="sor-1\u200b", user_name="a\u030ase@example.org"),
        told(9004, department="O\u0308rn fengsel"),
    )
    found = await register()
    assert [found[number]["unit"] for number in ("9001", "9002", "9003")] == ["sor-1"] * 3
    assert found["9003"]["email"] == "åse@example.org"
    assert await states() == {"done": 3, "stuck": 1}
    await fetch(Login.MIGRATOR, "UPDATE asking.unit SET name = 'Örn fengsel' WHERE code = 'nord-1'")
    await follow_directory({})
    assert (await register())["9004"]["unit"] == "nord-1"


async def test_whose_department_is_a_region_waits_and_is_not_taken_up_each_minute(agency):
    [region] = await fetch(Login.WORKER, "SELECT name FROM asking.unit WHERE code = 'nord'")
    await tell(told(9001, department="nord"), told(9002, department=region["name"]))
    rows = "SELECT id, state, xmin::text FROM asking.directory_person ORDER BY id"
    before = await fetch(Login.WORKER, rows)
    await follow_directory({})
    assert await fetch(Login.WORKER, rows) == before
    assert {row["state"] for row in before} == {"stuck"}


async def test_whoever_left_is_ended_and_comes_back_in_the_same_panel(agency):
    people = await everybody_of_the_file()
    one = people[0]
    panel = (await register())[one.external_id]["panel"]
    await note_leaver(one.id, now=clock.now())
    await follow_directory({})
    assert not (await register())[one.external_id]["active"]
    await tell(told(one.external_id, department="sor-1"))
    back = (await register())[one.external_id]
    assert (back["active"], back["panel"], back["unit"]) == (True, panel, "sor-1")


async def test_whoever_gets_another_number_is_there_once(agency):
    people = await everybody_of_the_file()
    one = people[0]
    await tell(told(9001, id=one.id, user_name=one.user_name), new=False)
    found = await register()
    assert (found[one.external_id]["active"], found["9001"]["active"]) == (False, True)
    # back to the first number, which somebody could have got meanwhile
    await tell(told(one.external_id, id=one.id, user_name=one.user_name), new=False)
    found = await register()
    assert (found[one.external_id]["active"], found["9001"]["active"]) == (True, False)
    # a directory that writes all numbers otherwise waits for somebody of HR
    for at, each in enumerate(people):
        await write(told(8000 + at, id=each.id, user_name=each.user_name), new=False)
    await follow_directory({})
    held = {row.region: row.leaving for row in (await directory_standing()).held}
    assert set(held) == {"nord", "sor"}
    for region, leaving in held.items():
        assert await let_go(region, seen=leaving)
    await follow_directory({})
    active = {number for number, row in (await register()).items() if row["active"]}
    assert active == {str(8000 + at) for at in range(len(people))}


async def test_whom_a_file_ends_and_the_directory_has_comes_back(agency):
    people = await everybody_of_the_file()
    await fetch(
        Login.WORKER,
        "UPDATE asking.person SET active = false WHERE number = $1",
        people[0].external_id,
    )
    await follow_directory({})
    assert (await register())[people[0].external_id]["active"]


async def test_a_fifth_of_a_region_in_a_day_waits_for_hr_also_when_they_leave_in_drops(agency):
    people = [one for one in await everybody_of_the_file() if one.department == "nord-1"]
    whole = len(people)
    held = 0

    async def present():
        found = (await register()).values()
        return sum(row["active"] for row in found if row["unit"] == "nord-1")

    for at, one in enumerate(people[: whole // 2]):
        gone = told(one.external_id, id=one.id, active=False, department=one.department)
        await tell(gone, new=False)
        held = (await states()).get("held", 0)
        assert await present() >= 0.8 * whole, at
    assert held == whole // 2 - whole // 5
    [standing] = (await directory_standing()).held
    assert (standing.region, standing.leaving, standing.people) == ("nord", held, 16)
    # one who is active again goes out of the list by itself
    back = people[whole // 2 - 1]
    await tell(told(back.external_id, id=back.id, department=back.department), new=False)
    assert not await let_go(standing.region, seen=held)
    assert await let_go(standing.region, seen=held - 1)
    await follow_directory({})
    assert await present() == whole - whole // 2 + 1
    acts = await fetch(
        Login.WORKER, "SELECT count(*) FROM audit.event WHERE action = 'leavers held back'"
    )
    assert acts[0]["count"] >= 1


async def test_an_open_wave_keeps_whom_it_asks(agency, settings):
    await an_open_wave(settings)
    before = await fetch(Login.WORKER, "SELECT * FROM asking.invitation ORDER BY pid")
    people = await everybody_of_the_file()
    await note_leaver(people[0].id, now=clock.now())
    await tell(told(9001))
    assert await fetch(Login.WORKER, "SELECT * FROM asking.invitation ORDER BY pid") == before


async def test_nothing_happens_twice_and_rows_of_leavers_go_after_a_day(agency):
    people = await everybody_of_the_file()
    before = await register()
    await follow_directory({})
    await follow_directory({})
    assert await register() == before
    await note_leaver(people[0].id, now=clock.now() - timedelta(days=2))
    await follow_directory({})
    rows = await fetch(Login.WORKER, "SELECT count(*) FROM asking.directory_person WHERE deleted")
    assert rows[0]["count"] == 0


@pytest.fixture
def settings(data_dir):
    from survey_app.settings import Settings

    return Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")


async def test_an_address_that_a_file_wrote_in_another_way_is_the_same_address(agency):
    before = await register()
    number = next(iter(before))
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.person SET email = 'b\u00e5@xn--b-5ga.example' WHERE number = $1",
        number,
    )
    written = "ba\u030a@b\u00f8.example"
    await tell(told(number, user_name=written, department=before[number]["unit"]))
    assert (await register())[number]["email"] == "b\u00e5@xn--b-5ga.example"
