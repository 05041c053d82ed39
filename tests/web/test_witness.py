"""A witness sees what an installation changes, takes away, or tells others otherwise."""

from __future__ import annotations

import asyncio
import errno
import json

import pytest

from survey_app.audit.jobs import watch_log
from survey_app.commands import witness
from survey_app.commands.witness import (
    WitnessError,
    changed_heads,
    compare,
    fetch_heads,
    keep_heads,
    make_witness_key,
)
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave
from tests.builders_publication import put_on_shelf, staff_series

WAVE = "verdipuls-2026-k2"
UNLOCK = "ALTER TABLE publications.publication DISABLE TRIGGER immutable"


@pytest.fixture
async def installation(live, settings):
    """An installation with an open wave and a publication, and its address."""
    await an_open_wave(settings, WAVE)
    bind_worker()
    await put_on_shelf(staff_series()[0])
    await watch_log({})
    bind_web()
    return str(live.base_url)


@pytest.fixture
def keys(tmp_path):
    for name in ("one", "other"):
        make_witness_key(tmp_path / f"{name}.key", lambda _: None)
    return tmp_path


async def _visit(address, keys, name="one"):
    said: list[str] = []
    whole = await asyncio.to_thread(
        keep_heads, address, keys / f"{name}.heads", keys / f"{name}.key", said.append
    )
    return whole, said


async def _change(sql, *values):
    await fetch(Login.MIGRATOR, sql, *values)


async def test_what_stands_is_told_again_each_time(installation, keys):
    heads = await asyncio.to_thread(fetch_heads, installation)
    assert len(heads["key_lists"][WAVE]) == 64
    [(publication, kept)] = heads["publications"].items()
    assert publication.endswith("/1")
    assert len(kept) >= 64
    for _ in range(3):
        whole, said = await _visit(installation, keys)
        assert whole
        assert "all that was told before stands" in said[-1]
    lines = (keys / "one.heads").read_text().splitlines()
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        (f"UPDATE asking.wave SET key_list_hash = repeat('0', 64) WHERE key = '{WAVE}'", "CHANGED"),
        (f"UPDATE asking.wave SET key_list = NULL WHERE key = '{WAVE}'", "GONE"),
        (
            f"{UNLOCK}; UPDATE publications.publication SET content_hash = repeat('0', 64)",
            "CHANGED: the publication",
        ),
        (
            "TRUNCATE publications.publication CASCADE",
            "GONE: the publication",
        ),
        (
            "ALTER TABLE audit.head DISABLE TRIGGER keep_head; DELETE FROM audit.head",
            "GONE: the log as of",
        ),
    ],
)
async def test_what_is_changed_or_taken_away_is_named(installation, keys, sql, sentence):
    await _visit(installation, keys)
    for statement in sql.split(";"):
        await _change(statement)
    whole, said = await _visit(installation, keys)
    assert not whole
    assert any(sentence in line for line in said)
    # and not forgotten by the next visit
    assert not (await _visit(installation, keys))[0]


def test_a_day_of_the_log_that_is_told_no_more_is_named():
    # heads stay when rows go: whoever writes the log anew begins with days of their own
    before, after = {"log": {"2026-11-28": "7:ab"}}, {"log": {"2026-11-29": "3:cd"}}
    [sentence] = changed_heads(before, after, first="on 2026-11-28")
    assert sentence.startswith("GONE: the log as of 2026-11-28")


async def test_two_witnesses_find_out_that_they_were_told_different_things(installation, keys):
    await _visit(installation, keys)
    await _change(f"UPDATE asking.wave SET key_list_hash = repeat('0', 64) WHERE key = '{WAVE}'")
    await _visit(installation, keys, "other")
    said: list[str] = []
    assert not compare(keys / "one.heads", keys / "other.heads", said.append)
    assert f"the key list of the wave {WAVE}" in said[0]
    assert compare(keys / "one.heads", keys / "one.heads", said.append)


async def test_a_later_publication_is_no_difference(installation, keys):
    await _visit(installation, keys)
    bind_worker()
    await put_on_shelf(staff_series()[1])
    bind_web()
    assert (await _visit(installation, keys, "other"))[0]
    assert (await _visit(installation, keys))[0]
    assert compare(keys / "one.heads", keys / "other.heads", lambda _: None)


async def test_a_file_that_somebody_wrote_in_is_refused(installation, keys):
    for _ in range(3):
        await _visit(installation, keys)
    path = keys / "one.heads"
    lines = path.read_text().splitlines()
    told = json.loads(lines[1])
    told["heads"]["key_lists"][WAVE] = "0" * 64
    for wrong, why in (
        ([lines[0], json.dumps(told), lines[2]], "line 2 is not as its witness signed it"),
        ([lines[0], lines[2]], "a line before line 2 is missing"),
        ([lines[1]], "a line before line 1 is missing"),
        (["{}"], "line 1 is not as"),
        (["no json"], "line 1 is not as"),
    ):
        path.write_text("\n".join(wrong) + "\n")
        with pytest.raises(WitnessError, match=why):
            await _visit(installation, keys)


def test_a_disk_without_room_leaves_the_file_as_it_was(keys, monkeypatch):
    told = {kind: {} for kind in witness.KINDS} | {"key_lists": {WAVE: "a" * 64}}
    monkeypatch.setattr(witness, "fetch_heads", lambda _: told)
    path, said = keys / "one.heads", []
    assert keep_heads("https://here", path, keys / "one.key", said.append)
    before = path.read_bytes()

    def full(file):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(witness.os, "fsync", full)
        with pytest.raises(WitnessError, match=r"one\.heads cannot be written: No space left"):
            keep_heads("https://here", path, keys / "one.key", said.append)
    assert path.read_bytes() == before
    assert keep_heads("https://here", path, keys / "one.key", said.append)


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "holds nothing that was told"), (b"\xff", "is no file of a witness")]
)
def test_with_a_file_that_holds_nothing_nobody_is_told_that_all_is_the_same(keys, content, why):
    path = keys / "one.heads"
    path.write_bytes(content)
    with pytest.raises(WitnessError, match=why):
        compare(path, path, lambda _: None)


async def test_an_address_that_tells_no_heads_is_named(live, keys):
    for address in (f"{live.base_url}nothing", "http://localhost:9", "no address"):
        with pytest.raises(WitnessError, match="does not tell its heads"):
            await _visit(address, keys)
    assert not (keys / "one.heads").exists()
