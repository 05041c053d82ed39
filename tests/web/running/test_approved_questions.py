"""What two people approved is what a wave asks: other questions since stop its opening."""

import os
import shutil
from pathlib import Path

import pytest
from lxml import html

from questionnaires.content import SETTING
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.errors import OpeningRefused, ReleasedContentError
from survey_app.installation.alarms.wave_looks import late_waves
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.waves.open_wave import open_wave
from tests.first_versions import write_first_versions
from tests.flow.test_campaign_in_a_later_language import GERMAN
from tests.halves import overlapping, with_second_version
from tests.shown import text_of
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, again, second, send, work
from tests.web.running.test_races import hidden

HELD_BEFORE = (
    "INSERT INTO asking.wave SELECT (jsonb_populate_record(w, jsonb_build_object("
    "'id', gen_random_uuid(), 'key', 'vp-0', 'state', 'published', 'sequence', 0))).*"
    " FROM asking.wave w"
)
STOPPED = "Verdipuls har fått versjon 2 siden åpningen ble godkjent med versjon 1."
pytestmark = pytest.mark.usefixtures("own_content")


async def approved(hr, *, later=True):
    await again(hr, "hr@example.org")
    await send(hr, "open")
    await second(hr)
    await send(hr, "open", step="confirm")
    if later:
        await fetch(Login.WORKER, "UPDATE asking.wave_act SET due_at = due_at + interval '1 day'")


def text_of_page(page):
    return text_of(html.fromstring(page))


async def state():
    return (await find_wave(Login.WORKER, "vp-1")).state


async def acts():
    found = await fetch(Login.WORKER, "SELECT state FROM asking.wave_act ORDER BY asked_at")
    return [row["state"] for row in found]


async def told(hr, page):
    return text_of_page((await hr.get(page)).text)


async def test_other_questions_since_the_approval_stop_the_opening(hr, monkeypatch, tmp_path):
    await approved(hr, later=False)
    with_second_version(monkeypatch, tmp_path)
    await work()
    assert (await state(), await acts()) == ("draft", ["refused"])
    assert not await fetch(Login.WORKER, "SELECT 1 FROM asking.invitation")
    assert STOPPED in await told(hr, CAMPAIGN_PAGE)


async def test_who_runs_it_is_told_before_its_morning_what_changed_and_what_to_do(
    hr, monkeypatch, tmp_path
):
    await approved(hr)
    await work()
    assert await acts() == ["confirmed"]
    with_second_version(monkeypatch, tmp_path)
    await work()
    assert (await state(), await acts()) == ("draft", ["refused"])
    home = await told(hr, "/")
    assert "Skjemaet kan være et annet enn det som ble godkjent, så to må godkjenne" in home
    page = await told(hr, f"{WAVE}/open")
    assert "Skjemaet er endret siden åpningen ble godkjent" in page
    assert "1 spørsmål er omskrevet" in page
    assert "Hva skjer med indeksene?" in page
    assert "Be en annen godkjenne" in page
    [alarm] = await late_waves(clock.now())
    assert (alarm.subject, alarm.facts["why"]) == ("vp-1", "other questions")
    await approved(hr, later=False)
    await work()
    assert await state() == "open"
    assert not await late_waves(clock.now())


async def test_a_second_person_cannot_approve_other_questions_than_were_asked_for(
    hr, monkeypatch, tmp_path
):
    await send(hr, "open")
    with_second_version(monkeypatch, tmp_path)
    await second(hr)
    assert "1 spørsmål er omskrevet" in await told(hr, f"{WAVE}/open")
    reply = await send(hr, "open", step="confirm")
    assert reply.status_code == 422
    assert "Si nei, og be om åpningen på nytt." in text_of_page(reply.text)
    assert await acts() == ["proposed"]


async def test_nobody_asks_to_open_a_wave_with_other_questions_than_their_page_showed(
    hr, monkeypatch, tmp_path
):
    form = hidden((await hr.get(f"{WAVE}/open")).text) | {"step": "ask"}
    with_second_version(monkeypatch, tmp_path)
    reply = await hr.post(f"{WAVE}/open", data=form)
    assert reply.status_code == 422
    assert "Skjemaet er endret siden du åpnet denne siden." in text_of_page(reply.text)
    assert not await acts()
    assert (await hr.post(f"{WAVE}/open", data=hidden(reply.text) | {"step": "ask"})).is_success
    assert await acts() == ["proposed"]


async def test_the_command_opens_nothing_else_than_what_two_approved(
    hr, settings, monkeypatch, tmp_path
):
    await approved(hr)
    with_second_version(monkeypatch, tmp_path)
    bind_worker()
    for _ in range(2):
        with pytest.raises(OpeningRefused, match="approved it with version 1 of"):
            await open_wave("vp-1", now=clock.now(), settings=settings, rehearse=None)
        await work()
    bind_web()
    assert await state() == "draft"


async def test_a_rule_of_scoring_stops_it_as_words_do(hr, monkeypatch, tmp_path):
    await approved(hr)
    content = write_first_versions(tmp_path / "content")
    own = content / "instruments" / "verdipuls"
    structure = shutil.copytree(own / "v1", own / "v2") / "instrument.toml"
    text = structure.read_text(encoding="utf-8").replace("version = 1", "version = 2", 1)
    before, code, after = text.partition('code = "APN"')
    structure.write_text(f"{before}min_answered = 0.8\n{code}{after}", encoding="utf-8")
    monkeypatch.setenv(SETTING, str(content))
    await work()
    assert (await state(), await acts()) == ("draft", ["refused"])
    page = await told(hr, f"{WAVE}/open")
    assert "Spørsmålene er de samme, men noe annet er endret" in page


async def test_once_two_approved_what_it_asks_now_nothing_is_said_to_have_changed(
    hr, monkeypatch, tmp_path
):
    await approved(hr)
    with_second_version(monkeypatch, tmp_path)
    await work()
    await again(hr, "hr@example.org")
    await send(hr, "open")
    await second(hr)
    assert "endret siden åpningen ble godkjent" in await told(hr, f"{WAVE}/open")
    await send(hr, "open", step="confirm")
    page = await told(hr, f"{WAVE}/open")
    assert "Det er godkjent, og skjer av seg selv" in page
    assert "endret siden" not in page


async def test_who_takes_back_what_was_stopped_meanwhile_reads_why_it_was(
    hr, monkeypatch, tmp_path
):
    await approved(hr)
    form = hidden((await hr.get(f"{WAVE}/open")).text) | {"step": "withdraw"}
    with_second_version(monkeypatch, tmp_path)
    await work()
    reply = await hr.post(f"{WAVE}/open", data=form)
    assert reply.status_code == 409
    assert STOPPED in text_of_page(reply.text)
    assert "alt godkjent" not in reply.text


async def test_an_approval_stands_while_what_was_released_cannot_be_read(hr, monkeypatch, tmp_path):
    async def unfit(*_):
        raise ReleasedContentError(("verdipuls/v2: it is not what was released",))

    await approved(hr)
    with_second_version(monkeypatch, tmp_path)
    monkeypatch.setattr("survey_app.running.carry_out.follow_soon", unfit)
    await work()
    assert await acts() == ["confirmed"]


async def test_content_that_cannot_be_read_stops_nothing_else_that_is_asked_for(
    hr, monkeypatch, tmp_path
):
    await approved(hr)
    page = hidden((await hr.get(f"{WAVE}/cancel")).text) | {"reason": "For tett på ferien"}
    assert (await hr.post(f"{WAVE}/cancel", data=page)).is_success
    monkeypatch.setenv(SETTING, str(tmp_path))
    await work()
    assert await state() == "cancelled"


async def test_both_words_of_what_a_first_wave_leaves_out_can_be_approved(
    hr, monkeypatch, tmp_path
):
    with_second_version(monkeypatch, tmp_path, "vp.opf.1")
    await fetch(Login.MIGRATOR, HELD_BEFORE)
    await overlapping("vp-1")
    await approved(hr)
    await work()
    assert await acts() == ["confirmed"]


async def without_record():
    """Let the approval be one of before the questions were kept with it."""
    await fetch(Login.MIGRATOR, "UPDATE asking.wave_act SET asks = ''")


async def test_an_approval_of_before_that_tells_no_questions_does_not_open_a_first_wave(hr):
    await approved(hr)
    await without_record()
    await work()
    assert (await state(), await acts()) == ("draft", ["refused"])
    assert "hvilke spørsmål som ble godkjent" in await told(hr, CAMPAIGN_PAGE)
    await approved(hr, later=False)
    await work()
    assert await state() == "open"


@pytest.mark.parametrize(
    ("later", "told_then"),
    [(True, "Skjemaet er nå også på tysk."), (False, "Skjemaet er ikke lenger på tysk.")],
)
async def test_a_language_that_came_or_went_since_is_named_as_what_changed(
    hr, monkeypatch, tmp_path, later, told_then
):
    before = Path(os.environ[SETTING])
    german = shutil.copytree(before, tmp_path / "german")
    with (german / "agency.toml").open("a", encoding="utf-8") as agency:
        agency.write(GERMAN)
    monkeypatch.setenv(SETTING, str(before if later else german))
    await approved(hr, later=False)
    monkeypatch.setenv(SETTING, str(german if later else before))
    await work()
    assert (await state(), await acts()) == ("draft", ["refused"])
    page = await told(hr, f"{WAVE}/open")
    assert f"{told_then} Se hva som er endret" in page
    assert "noe annet er endret" not in page
    # asked for and approved once more, it opens
    await approved(hr, later=False)
    await work()
    assert await state() == "open"
