"""Staff without an e-mail address of their own: in the frame and the weights, and not invited."""

import json

import pytest

from survey_app.asking.errors import OpeningRefused
from survey_app.asking.people.import_people import plan_import, read_register
from survey_app.asking.people.panels import called_panel
from survey_app.publications.check_files import check_files
from survey_app.publishing.releasing.verify_publication import recompute
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.asking_builders import TODAY, import_campaign, import_people, open_wave, register
from tests.publishing_builders import SmallAgency

SIZES = {"nord-1": 34, "nord-2": 20, "nord-3": 16, "sor-1": 25}


def without(text, unit, numbers, address=""):
    """The register, with another address for these people of a unit."""
    for n in numbers:
        text = text.replace(f"p{n}.{unit}@example.org", address)
    return text


async def frame():
    rows = await fetch(
        Login.WORKER,
        "SELECT code, population, invited FROM asking.wave_domain ORDER BY position",
    )
    return {row["code"]: (row["population"], row["invited"]) for row in rows}


async def test_who_cannot_be_reached_is_counted_and_not_invited(database):
    text = without(register(SIZES), "nord-1", range(4))
    text = without(text, "nord-2", (0, 1), "vakt@example.org")
    text = without(text, "nord-3", range(16))
    await import_people(text)
    await import_campaign()
    drawn = await open_wave()
    assert (drawn.invited, drawn.mails, drawn.not_reachable) == (73, 73, 22)
    assert await frame() == {
        "": (95, 73), "nord": (70, 48), "sor": (25, 25),
        "nord-1": (34, 30), "nord-2": (20, 18), "nord-3": (16, 0), "sor-1": (25, 25),
    }  # fmt: skip
    [wave] = await fetch(Login.WORKER, "SELECT not_reachable FROM asking.wave")
    assert wave["not_reachable"] == 22
    mailed = await fetch(
        Login.WORKER,
        "SELECT 1 FROM asking.invitation i JOIN asking.person p ON p.id = i.person"
        " WHERE p.email IN ('', 'vakt@example.org')",
    )
    assert mailed == []


async def test_of_a_panel_only_its_own_are_counted(database):
    await import_people(without(register(SIZES), "nord-1", range(34)))
    await import_campaign()
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET invite = 'panel:A'")
    drawn = await open_wave()
    [panel] = await fetch(
        Login.WORKER,
        "SELECT count(*) AS people FROM asking.person WHERE email = '' AND panel = $1",
        called_panel("A", TODAY.year),
    )
    assert drawn.not_reachable == panel["people"] > 0


async def test_a_wave_that_reaches_nobody_does_not_open(database):
    text = register({"nord-1": 20})
    await import_people(without(text, "nord-1", reversed(range(20))))
    await import_campaign()
    with pytest.raises(OpeningRefused, match="«everybody», and nobody whom that means has an own"):
        await open_wave()


async def test_a_unit_of_which_few_can_be_reached_answers_for_its_region(database):
    await import_people(without(register(SIZES), "nord-3", range(9)))
    await import_campaign()
    drawn = await open_wave()
    assert drawn.key_groups["nord"] >= 10
    assert "nord-3" not in drawn.key_groups


async def test_the_differences_tell_of_it_whether_or_not_something_changes(database):
    text = without(register(SIZES), "nord-1", range(3))
    await import_people(register(SIZES))
    plan = await plan_import(read_register(text), today=TODAY)
    lines = list(plan.lines())
    assert "~ person nord-1.0: changed (no e-mail address any more)" in lines
    first = text[: text.index("person,nord-1.0,")].count("\n") + 1
    note = (
        f"note: 3 people have no e-mail address (lines {first}–{first + 2}): counted in their unit,"
        " and not invited by mail"
    )
    assert lines[-1] == note
    await import_people(text)
    plan = await plan_import(read_register(text), today=TODAY)
    assert list(plan.lines()) == ["nothing changes: the register is as the file tells", note]


@pytest.fixture
async def agency(database, tmp_path):
    return await SmallAgency(Settings(data_dir=tmp_path)).imported()


async def lose_addresses(where, *values):
    told = await fetch(
        Login.MIGRATOR,
        f"WITH lost AS (UPDATE asking.person SET email = '' WHERE {where} RETURNING 1)"
        " SELECT count(*) AS people FROM lost",
        *values,
    )
    return told[0]["people"]


async def test_a_wave_is_published_where_a_unit_and_some_others_cannot_be_reached(agency):
    units = await fetch(
        Login.WORKER,
        "SELECT u.id, u.code, count(*) AS people FROM asking.unit u JOIN asking.person p"
        " ON p.unit = u.id GROUP BY u.id ORDER BY people DESC",
    )
    whole = await lose_addresses("unit = $1", units[0]["id"])
    some = await lose_addresses("number LIKE '%7' AND email <> ''")
    wave, publication = await agency.published()
    [row] = await fetch(
        Login.WORKER, "SELECT content FROM publications.publication WHERE wave_key = $1", wave.key
    )
    content = json.loads(row["content"])
    response = content["response"]
    assert response["not_reachable"] == whole + some
    assert response["invited"] == 400 - whole - some
    found = {one["code"]: one for one in content["domains"] if one["level"] in {"agency", "unit"}}
    assert found[""]["population"] == 400
    assert found[""]["invited"] == response["invited"]
    unreached = found[units[0]["code"]]
    assert unreached["population"] == units[0]["people"]
    assert (unreached["answered"], unreached["rate"]) == (None, None)
    # the weights speak for everybody, whoever could be asked
    assert content["weights"]["sum"] == 400
    [record] = await fetch(Login.WORKER, "SELECT content FROM publications.wave_record")
    assert json.loads(record["content"])["totals"]["not_reachable"] == whole + some
    files = {"record": bytes(record["content"]), "publication": bytes(row["content"])}
    assert [one.sentence for one in check_files(files) if not one.holds] == []
    assert (await recompute(publication)).agrees


async def test_fewer_than_k_are_told_to_nobody_outside(agency):
    assert await lose_addresses("id IN (SELECT id FROM asking.person LIMIT 4)") == 4
    wave, _ = await agency.published()
    rows = await fetch(
        Login.WORKER,
        "SELECT p.content, r.content AS record FROM publications.publication p"
        " JOIN publications.wave_record r ON r.wave = p.wave WHERE p.wave_key = $1",
        wave.key,
    )
    assert b"not_reachable" not in bytes(rows[0]["content"]) + bytes(rows[0]["record"])


async def test_the_audit_log_names_nobody(database):
    await import_people(without(register(SIZES), "nord-1", range(3)))
    rows = await fetch(Login.MIGRATOR, "SELECT facts FROM audit.event")
    assert all("@" not in json.dumps(row["facts"]) for row in rows)
