"""What is not released yet changes nothing that any reader of the shelf is given."""

import copy
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications import heads, records, shelf
from survey_app.publications.errors import NotOnShelfError
from survey_app.publications.packed import PackedRows
from survey_app.publications.tables import Asked, WaveRecord
from survey_app.publications.trends import trend
from survey_app.shared.kept import KeptInBytes
from tests.builders_publication import put_on_shelf, staff_series
from tests.builders_publication.older import in_format_2
from tests.flow.test_asked_before import in_format_4, questionnaire

AT = datetime(2030, 1, 1, tzinfo=UTC)
RELEASE = AT + timedelta(days=7)
HELD = "held-back"
CODE = "KI-kjerne"
FORMS = {
    "present": lambda content, _form: content,
    "4": in_format_4,
    "2": lambda content, form: in_format_2(in_format_4(content, form)),
}


def slim(content):
    """Without regions and units, of which there are many."""
    rows = {
        name: [row for row in value if row.get("level", "agency") == "agency"]
        for name, value in content.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    return copy.deepcopy(content | rows)


async def stocked(form):
    """Four waves that are released, as the programme of a format published them."""
    bind_worker()
    forms = [questionnaire(reworded=one) for one in (False, True)]
    await Asked.insert(*(Asked(questionnaire=one.hash, content=one.to_json()) for one in forms))
    for content in map(slim, staff_series()[:4]):
        await shelve(FORMS[form](content, forms[0].hash))


async def shelve(content, **changed):
    raw = json.dumps(content, sort_keys=True).encode()
    # contents are kept in memory by id
    await put_on_shelf(content, content=raw, id=uuid.uuid4(), **changed)
    key = content["wave"]["key"]
    if not await WaveRecord.exists().where(WaveRecord.wave_key == key):
        wave = uuid.uuid5(uuid.NAMESPACE_URL, key)
        record = json.dumps({"wave": key, "receipts": []}).encode()
        await WaveRecord.insert(
            WaveRecord(wave=wave, wave_key=key, content=record, content_hash=f"sha256:{key}")
        )


async def a_wave_that_is_held(form, place):
    """It asks in other words, between the others, and nobody may see it yet."""
    content = slim(staff_series()[0])
    content["wave"] |= {"key": f"{HELD}-{place}", "labels": {"name": {"nb": HELD}}}
    between = content["wave"]["sequence"] + place - 1
    await shelve(in_other_words(form, content), released_at=RELEASE, sequence=between)


async def a_correction_that_is_held(form, place):
    """Of a wave that is released, with other words than it has."""
    content = slim(staff_series()[place % 4])
    content["wave"]["labels"] = {"name": {"nb": HELD}}
    await shelve(in_other_words(form, content), version=2 + place, released_at=RELEASE)


def in_other_words(form, content):
    return FORMS[form](content, questionnaire(reworded=True).hash)


def in_rows(part):
    """A part of a publication with its tables as lists, which are told apart by what they hold."""
    if isinstance(part, Mapping):
        return {name: in_rows(one) for name, one in part.items()}
    return [in_rows(one) for one in part] if isinstance(part, list | PackedRows) else part


async def given(at=AT):
    """Everything that the shelf gives to whoever reads it: by reader a hash, for it is long."""
    bind_web()
    heads = await shelf.heads("staff", at=at)
    keys = [*(one.wave_key for one in heads), f"{HELD}-0"]
    told = {
        "heads": heads,
        "latest": await shelf.find_head("latest", at=at),
        "contents": [in_rows((await shelf.load(one.id, at=at)).content) for one in heads],
        "raw": [await shelf.raw_content(one.id, at=at) for one in heads],
        "trend": await trend("staff", CODE, at=at),
        "records": await records.records(at=at),
        "hashes": await records.hashes_on_shelf(at=at),
        "record": [await _or_nothing(records.record_bytes, key, at) for key in keys],
        "open": [await _or_nothing(records.open_publication, key, at) for key in keys],
    }
    bind_worker()
    written = {name: repr(one) for name, one in told.items()}
    naming = {name for name, one in written.items() if HELD in one}
    return {name: hash(one) for name, one in written.items()}, naming


async def _or_nothing(read, key, at):
    try:
        return await read(key, at=at)
    except NotOnShelfError:
        return None


@pytest.mark.parametrize("form", ["present", "4", pytest.param("2", marks=pytest.mark.slow)])
@pytest.mark.parametrize("held", [a_wave_that_is_held, a_correction_that_is_held])
async def test_what_is_held_back_changes_nothing_that_readers_are_given(database, form, held):
    await stocked(form)
    before = await given()
    assert before[1] == set()
    for place in range(5):
        await held(form, place)
        if place % 2:  # as a process that has read nothing yet
            shelf._kept = KeptInBytes(shelf.KEPT_BYTES)
            heads._told.clear()
        assert await given() == before, place
    # and from its day on it is there, whoever has read the others before
    assert (await given(at=RELEASE))[1] >= {"heads", "contents", "trend"}
    assert await given() == before
