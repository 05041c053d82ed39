"""Publications that did not say what was asked get it from their wave's questionnaire."""

import copy
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications import asked, shelf
from survey_app.publications.tables import Asked
from survey_app.publications.trends import trend
from tests.builders_publication import put_on_shelf, staff_series
from tests.builders_publication.facts import library

AT = datetime(2030, 1, 1, tzinfo=UTC)
CODE, OTHER, ITEM = "KI-kjerne", "NYT-kjerne", "vp.try.1"
FORM = "verdipuls.main"


def in_format_4(content, questionnaire):
    made = copy.deepcopy(content) | {"format": 4, "questionnaire": questionnaire}
    del made["breaks"]
    for row in made["measures"]:
        del row["identity"]
    return made


def questionnaire(*, reworded):
    form = library().questionnaire(FORM)
    if not reworded:
        return form
    text = {tag: f"{words} Helt ærlig." for tag, words in form.item(ITEM).text.items()}
    items = (replace(one, text=text) if one.id == ITEM else one for one in form.items)
    return replace(form, items=tuple(items))


async def laid_out(reworded, *, known=True):
    """Four main waves of before, of which the last two may have asked in other words."""
    bind_worker()
    forms = [questionnaire(reworded=False), questionnaire(reworded=reworded)]
    if known:
        # the same row for both where nothing was reworded
        rows = {form.hash: form.to_json() for form in forms}
        await Asked.insert(*(Asked(questionnaire=name, content=one) for name, one in rows.items()))
    for at, content in enumerate(staff_series()[:4]):
        # contents are kept in memory by id
        old = in_format_4(content, forms[at >= 2].hash)
        raw = json.dumps(old, sort_keys=True).encode()
        await put_on_shelf(old, content=raw, id=uuid.uuid4())
    bind_web()
    heads = await shelf.heads("staff", at=AT)
    return [one.id for one in heads], [one.wave_key for one in heads]


async def numbers(code):
    return [one.estimate.wording for one in await trend("staff", code, at=AT)]


def across(content, code, keys):
    rows = [*content["changes"], *content["trends"], *content["nonresponse"]["tipping"]]
    return [row for row in rows if row["measure"] == code and row["since"] in keys]


async def test_what_an_older_publication_told_across_other_words_is_not_read(database):
    ids, keys = await laid_out(reworded=True)
    assert await numbers(CODE) == [0, 0, 1, 1]
    assert await numbers(OTHER) == [0, 0, 0, 0]
    content = (await shelf.load(ids[-1], at=AT)).content
    [broken] = [row for row in content["breaks"] if row["measure"] == CODE]
    assert (broken["before"], broken["since"], broken["why"]) == (keys[1], keys[2], "reworded")
    assert broken["items"] == [ITEM]
    assert across(content, CODE, keys[:2]) == []
    assert across(content, OTHER, keys[:2])
    raw = json.loads(await shelf.raw_content(ids[-1], at=AT))
    assert across(raw, CODE, keys[:2]) == []
    assert content["since_labels"].keys() >= {keys[1], keys[2]}


async def test_an_older_series_of_the_same_words_goes_on_as_it_was(database):
    ids, keys = await laid_out(reworded=False)
    assert await numbers(CODE) == [0, 0, 0, 0]
    content = (await shelf.load(ids[-1], at=AT)).content
    assert content["breaks"] == []
    assert across(content, CODE, keys[:2])
    stored = json.loads(await shelf.raw_content(ids[-1], at=AT))
    assert stored["format"] == 4
    assert "breaks" not in stored


@pytest.mark.parametrize("code", [CODE, OTHER])
async def test_what_is_not_known_of_any_wave_is_compared_with_nothing(database, monkeypatch, code):
    # a process keeps what it has read
    monkeypatch.setattr(asked, "_known", {})
    ids, keys = await laid_out(reworded=False, known=False)
    assert await numbers(code) == [0, 1, 2, 3]
    content = (await shelf.load(ids[-1], at=AT)).content
    assert {row["why"] for row in content["breaks"] if row["measure"] == code} == {"unknown"}
    assert across(content, code, keys[:3]) == []
