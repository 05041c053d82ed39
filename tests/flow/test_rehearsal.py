"""Before a wave opens, nobody answers it, it is closed and published, and all is taken back."""

from __future__ import annotations

import functools

import pytest

from analytics.errors import WeightError
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.invitations.sample import Drawn
from survey_app.counting.urn import keys
from survey_app.counting.urn.trustee_files import make_files
from survey_app.publishing.closing.rehearse_wave import rehearse_wave
from survey_app.publishing.releasing import publish_wave
from survey_app.settings import Settings
from survey_app.waves.open_wave import open_wave
from tests.publishing_builders import SmallAgency, rows, value

LEFT = {
    "counting.urn": "SELECT count(*) FROM counting.urn",
    "counting.response": "SELECT count(*) FROM counting.response",
    "counting.wave_record": "SELECT count(*) FROM counting.wave_record",
    "publications": "SELECT count(*) FROM publications.publication",
    "records": "SELECT count(*) FROM publications.wave_record",
    "marks": "SELECT count(*) FROM asking.invitation WHERE marked",
    "comments": "SELECT count(*) FROM comments.wave",
}


@pytest.fixture
async def agency(database, tmp_path):
    return await SmallAgency(Settings(data_dir=tmp_path)).imported()


async def rehearsed(agency, wave, **given):
    """Open a wave with its rehearsal, and say what that found."""
    told = []

    async def rehearse(link, wave_id):
        told.append(await rehearse_wave(link, wave_id, now=wave.opened_at))

    await open_wave(
        wave.key, now=wave.opened_at, settings=agency.settings, rehearse=rehearse, **given
    )
    return told[0]


async def left():
    return {name: await value(sql) for name, sql in LEFT.items()}


NOTHING = dict.fromkeys(LEFT, 0)


async def test_a_staff_wave_is_walked_to_its_publication_and_nothing_of_it_stays(agency):
    found = await rehearsed(agency, agency.history[0])
    assert found.answers > 150
    assert found.shown > 50
    assert await left() == NOTHING
    assert (
        await value("SELECT state FROM asking.wave WHERE key = $1", agency.history[0].key) == "open"
    )


async def test_what_is_answered_afterwards_is_counted_and_nothing_else(agency):
    wave = agency.history[0]
    told = functools.partial(rehearse_wave, now=wave.opened_at)
    drawn = await open_wave(
        wave.key, now=wave.opened_at, settings=agency.settings, rehearse=told, credentials=False
    )
    await agency.fielding.answer_staff(agency.staff, wave, drawn.wave, agency.earlier)
    ballots = await value("SELECT count(*) FROM counting.urn")
    await agency.fielding.finish(wave)
    assert await value("SELECT count(*) FROM counting.response") == ballots
    assert await value("SELECT count(*) FROM publications.publication") == 1


async def test_two_key_holders_are_rehearsed_with_keys_that_nobody_keeps(agency, tmp_path):
    two = [make_files(name, "fire gode ord her", tmp_path).trustee for name in ("HR", "Verneombud")]
    found = await rehearsed(agency, agency.history[0], trustees=two)
    assert found.shown > 50
    assert await left() == NOTHING


def drawn(*cells):
    return [Drawn(county, age, gender, "nb") for county, age, gender, n in cells for _ in range(n)]


async def test_a_public_wave_is_weighted_and_says_what_is_too_thin(agency):
    sample = drawn(
        *(
            (county, age, gender, 12)
            for county in ("03", "46")
            for age in "12345"
            for gender in "12"
        ),
        ("56", "1", "1", 4),
        ("56", "5", "2", 4),
    )
    found = await rehearsed(agency, agency.halves[0], sample=sample)
    assert found.answers == 74
    told = {one["code"]: one for one in found.warnings}
    assert "county:56" in told["margin_made_coarser"]["categories"]
    assert await left() == NOTHING


async def test_a_wave_that_could_not_be_published_does_not_open(agency, monkeypatch):
    wave = agency.halves[0]

    def refuse(_inputs):
        raise WeightError("the sampling frame of the public holds no persons or no invited")

    monkeypatch.setattr(publish_wave, "estimate", refuse)
    with pytest.raises(OpeningRefused, match=r"could not be published: .* no persons"):
        await rehearsed(agency, wave, sample=drawn(("03", "1", "1", 60)))
    assert await left() == NOTHING
    (row,) = await rows("SELECT state, public_key FROM asking.wave WHERE key = $1", wave.key)
    assert tuple(row) == ("draft", None)
    assert keys.held(agency.settings.key_folder) == ()


async def test_a_fault_of_ours_is_named_by_its_place_and_never_by_an_answer(agency, monkeypatch):
    def broken(_inputs):
        raise KeyError("an answer")

    monkeypatch.setattr(publish_wave, "estimate", broken)
    with pytest.raises(
        OpeningRefused, match=r"unexpected KeyError at test_rehearsal\.py:"
    ) as refused:
        await rehearsed(agency, agency.history[0])
    assert "an answer" not in str(refused.value)
    assert await left() == NOTHING
