"""Answer with marker strings while things go wrong, then search every file there is."""

import secrets
from pathlib import Path

import pytest
from redis.asyncio import Redis

from survey_app.shared.database import Login, connection
from survey_app.shared.embedded.places import private_place
from tests.builders_answering import an_open_wave, some_answers

ADDRESS = "testclient"


async def provoke(web, wave, marker):
    """Send the marker as answer, name, header and address, and break the database meanwhile."""
    fields = some_answers(**{"vp.try.1": marker, marker: marker})
    for token in (wave.tokens[0], marker, f"{marker:x<34}"[:34]):
        await web.post(f"/answer/{token}", data=fields, headers={"referer": f"http://{marker}/"})
        await web.get(f"/answer/{token}?lang={marker}", headers={"user-agent": marker})
    await web.post(f"/answer/{wave.tokens[1]}", data=some_answers())
    await web.post(f"/answer/{wave.tokens[2]}", content=marker.encode() * 20_000)
    async with connection(Login.MIGRATOR) as link:
        # the row breaks a constraint: an ordinary server writes it into its log
        await link.execute(
            f"ALTER TABLE counting.urn_{wave.id.hex} ADD CONSTRAINT none CHECK (false) NOT VALID"
        )
        await web.post(f"/answer/{wave.tokens[3]}", data=some_answers() | {marker: marker})
        # the statement runs into a time-out
        await link.execute("ALTER ROLE web SET statement_timeout = '1ms'")
        await web.post(f"/answer/{wave.tokens[4]}", data=some_answers() | {marker: marker})
        await link.execute("ALTER ROLE web RESET statement_timeout")
        # and the database is gone in the middle
        await link.execute("DROP TABLE asking.invitation CASCADE")
        await web.post(f"/answer/{wave.tokens[5]}", data=some_answers() | {marker: marker})
        await web.get(f"/answer/{wave.tokens[6]}")
        await link.execute("CHECKPOINT")


def files_with(folder: Path, needles: list[bytes]) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and "pginstall" not in str(path):
            content = path.read_bytes()
            found += [f"{path.name}: {needle!r}" for needle in needles if needle in content]
    return found


@pytest.mark.filterwarnings("ignore")
async def test_no_answer_token_or_address_is_left_in_any_file_or_log(
    web, settings, redis, data_dir, caplog, capfd
):
    caplog.set_level("DEBUG")
    wave = await an_open_wave(settings)
    marker = "marker" + secrets.token_hex(8)
    await provoke(web, wave, marker)
    async with Redis.from_url(redis.url) as box:
        await box.save()
        values = [await box.get(name) or b"" async for name in box.scan_iter("answering:*")]
        names = [name async for name in box.scan_iter("*")]
        await box.flushdb()
    needles = [marker.encode(), *(token.encode() for token in wave.tokens[:7])]
    assert not [needle for needle in needles for text in (*values, *names) if needle in text]
    assert not [name for name in names if ADDRESS.encode() in name]
    for folder in {data_dir, private_place(data_dir)}:
        assert files_with(folder, needles) == []
    # the search is sharp: it does find what the register is meant to hold
    assert files_with(private_place(data_dir), [b"nord-1-0@example.org"])
    told = capfd.readouterr()
    # the test's own client logs what it asks for; a server does not
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name != "httpx")
    for text in (ours, told.out, told.err):
        assert not [needle for needle in needles if needle.decode() in text]
    assert "an answer was not taken" in ours


async def test_a_fault_is_logged_by_its_kind_alone(web, settings, caplog):
    wave = await an_open_wave(settings)
    async with connection(Login.MIGRATOR) as link:
        await link.execute("ALTER TABLE asking.invitation RENAME TO elsewhere")
    reply = await web.get(f"/answer/{wave.tokens[0]}")
    assert reply.status_code == 500
    assert "Noe gikk galt hos oss" in reply.text
    records = [record for record in caplog.records if record.name == "barometer.answering"]
    assert [record.getMessage() for record in records] == ["unexpected UndefinedTableError"]
    assert not any(record.exc_info for record in records)
