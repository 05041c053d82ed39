"""A version is written, released by a second person, asked from then on, and never changed."""

import os
import shutil
import time
import uuid
from datetime import UTC, datetime

import pytest
from asyncpg.exceptions import RaiseError

from questionnaires.authoring.edits import Words, reword_item
from questionnaires.authoring.laid_over import lay_over
from questionnaires.authoring.numbering import numbered
from questionnaires.authoring.version_files import begin_version, read_version_files
from questionnaires.content import LAID, LAID_OVER, SETTING, content_folder
from questionnaires.loader import content_hashes, load_library
from questionnaires.model import Questionnaire
from survey_app.asking.errors import ReleasedContentError
from survey_app.asking.instruments.released_content import FOLDER, UNUSED_FOR, follow_released
from survey_app.asking.instruments.versions import (
    VersionState,
    begin_draft,
    delete_draft,
    release_version,
    save_draft,
    send_back,
    send_to_review,
    written_versions,
)
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave
from tests.first_versions import first_versions

FIRST = first_versions()
NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)
WRITER, READER = (
    {"account": str(uuid.uuid4()), "actor": "hr@example.org"},
    {
        "account": str(uuid.uuid4()),
        "actor": "hr2@example.org",
    },
)
NEAREST = "Nærmeste lederen min lytter til innspill fra de ansatte."


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    for name in (LAID, LAID_OVER, SETTING):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv(SETTING, str(FIRST))


def reworded(text=NEAREST):
    first = read_version_files(FIRST, "verdipuls", 1)
    second = begin_version(FIRST, "verdipuls", "2021-1")
    return numbered(reword_item(second, "vp.apn.1", "nb", Words(text)), [first])


async def newest():
    return (await written_versions(Login.WEB, "verdipuls"))[-1]


async def written(files=None):
    await begin_draft(Login.WEB, files or reworded(), now=NOW, **WRITER)
    return await newest()


async def sent():
    await send_to_review(Login.WEB, await written(), now=NOW)
    return await newest()


def hash_of(files, folder):
    root = lay_over(FIRST, [files], folder)
    return content_hashes(root)[files.directory]


async def released(tmp_path):
    was = await sent()
    assert await release_version(
        Login.WEB, was, hash_of(was.files, tmp_path / "h"), now=NOW, **READER
    )
    return await newest()


async def test_a_draft_is_stored_as_its_files_and_each_change_counts(database):
    was = await written()
    assert (was.state, was.saved, was.files) == (VersionState.DRAFT, 1, reworded())
    assert await save_draft(Login.WEB, was, reworded("Lederen min lytter."), now=NOW, **READER)
    now = await newest()
    assert (now.saved, now.changed_actor) == (2, "hr2@example.org")


async def test_what_somebody_else_saved_meanwhile_is_not_written_over(database):
    was = await written()
    assert await save_draft(Login.WEB, was, reworded("Hennes."), now=NOW, **READER)
    assert not await save_draft(Login.WEB, was, reworded("Hans."), now=NOW, **WRITER)
    assert "Hennes." in (await newest()).files.texts["text.nb.toml"]


async def test_a_number_is_begun_once(database):
    await written()
    assert not await begin_draft(Login.WEB, reworded("Noe annet."), now=NOW, **READER)
    assert [one.files for one in await written_versions(Login.WEB, "verdipuls")] == [reworded()]


async def test_what_is_read_is_not_written_on_and_goes_back_with_a_reason(database):
    was = await sent()
    assert not await save_draft(Login.WEB, was, reworded("x"), now=NOW, **WRITER)
    assert await send_back(Login.WEB, was, reason="Engelsk er upresist.")
    assert ((await newest()).state, (await newest()).reason) == ("draft", "Engelsk er upresist.")


async def test_whoever_wrote_last_cannot_release_it(database):
    was = await sent()
    assert not await release_version(Login.WEB, was, "sha256:x", now=NOW, **WRITER)
    with pytest.raises(RaiseError, match="second person"):
        await fetch(
            Login.WORKER,
            "UPDATE asking.instrument_version SET state = 'released', released_by = changed_by,"
            " hash = 'x'",
        )


@pytest.mark.parametrize(
    "change", ["SET files = '{}'", "SET state = 'draft'", "SET released_actor = 'somebody'"]
)
async def test_nobody_changes_or_deletes_what_was_released(database, tmp_path, change):
    await released(tmp_path)
    with pytest.raises(RaiseError, match="never changes"):
        await fetch(Login.WORKER, f"UPDATE asking.instrument_version {change}")
    with pytest.raises(RaiseError, match="never changes"):
        await fetch(Login.MIGRATOR, "DELETE FROM asking.instrument_version")
    with pytest.raises(RaiseError, match="never changes"):
        await fetch(Login.WEB, "DELETE FROM asking.instrument_version")


async def test_a_draft_is_deleted_as_it_was_looked_at_and_its_number_is_free_again(database):
    was = await written()
    await save_draft(Login.WEB, was, reworded("Hennes."), now=NOW, **READER)
    assert not await delete_draft(Login.WEB, was)
    assert await delete_draft(Login.WEB, await newest())
    assert await written_versions(Login.WEB, "verdipuls") == ()
    assert (await written()).saved == 1


async def test_what_somebody_reads_is_not_deleted(database):
    was = await sent()
    assert not await delete_draft(Login.WEB, was)
    assert await newest() == was


async def test_a_process_asks_what_was_released_and_no_draft(database, tmp_path):
    was = await sent()
    await follow_released(Login.WORKER, tmp_path / "data")
    assert content_folder() == FIRST
    await release_version(Login.WEB, was, hash_of(was.files, tmp_path / "h"), now=NOW, **READER)
    await follow_released(Login.WORKER, tmp_path / "data")
    item = load_library().questionnaire("verdipuls.k1").item("vp.apn.1")
    assert (item.version, item.text["nb"]) == (2, NEAREST)
    assert content_folder().parent == tmp_path / "data" / FOLDER


async def test_a_second_process_finds_the_same_folder_and_lays_nothing(database, tmp_path):
    await released(tmp_path)
    await follow_released(Login.WORKER, tmp_path / "data")
    first = content_folder()
    made = (first / "forms.toml").stat().st_mtime_ns
    await follow_released(Login.WEB, tmp_path / "data")
    assert [one.name for one in (tmp_path / "data" / FOLDER).iterdir()] == [first.name]
    assert (first / "forms.toml").stat().st_mtime_ns == made


async def test_a_folder_that_was_lost_is_made_anew(database, tmp_path):
    await released(tmp_path)
    await follow_released(Login.WORKER, tmp_path / "data")
    first = content_folder()
    shutil.rmtree(tmp_path / "data")
    await follow_released(Login.WEB, tmp_path / "elsewhere")
    assert content_folder().name == first.name
    assert load_library().items["vp.apn.1"].version == 2


async def test_folders_that_nobody_reads_any_more_go_when_the_next_is_made(database, tmp_path):
    await released(tmp_path)
    await follow_released(Login.WORKER, tmp_path / "data")
    root, first = content_folder().parent, content_folder()
    lately, long_ago = root / "lately", root / ".new-broken-off"
    for folder, age in ((lately, 0.5), (long_ago, 1.5)):
        folder.mkdir()
        left = time.time() - age * UNUSED_FOR
        os.utime(folder, (left, left))
    shutil.rmtree(first)
    await follow_released(Login.WORKER, tmp_path / "data")
    assert {one.name for one in root.iterdir()} == {first.name, lately.name}


async def test_a_folder_that_is_read_is_marked_at_every_look(database, tmp_path):
    await released(tmp_path)
    await follow_released(Login.WORKER, tmp_path / "data")
    os.utime(content_folder(), (0, 0))
    await follow_released(Login.WEB, tmp_path / "data")
    assert time.time() - content_folder().stat().st_mtime < UNUSED_FOR


async def test_another_version_of_that_number_in_the_agencys_folder_is_refused(
    database, tmp_path, monkeypatch
):
    await released(tmp_path)
    own = lay_over(FIRST, [reworded("Lederen min lytter.")], tmp_path / "own", release=True)
    monkeypatch.setenv(SETTING, str(own))
    with pytest.raises(ReleasedContentError, match="instruments/verdipuls/v2"):
        await follow_released(Login.WORKER, tmp_path / "data")
    assert content_folder() == own
    assert list((tmp_path / "data" / FOLDER).iterdir()) == []


async def test_the_agency_may_keep_the_released_version_in_its_own_folder(
    database, tmp_path, monkeypatch
):
    await released(tmp_path)
    own = lay_over(FIRST, [reworded()], tmp_path / "own", release=True)
    monkeypatch.setenv(SETTING, str(own))
    await follow_released(Login.WORKER, tmp_path / "data")
    assert load_library().items["vp.apn.1"].version == 2


async def test_a_wave_that_opens_asks_what_was_released(database, tmp_path):
    await released(tmp_path)
    bind_worker()
    settings = Settings(data_dir=tmp_path / "data", secret_key="for tests only, and long enough")
    wave = await an_open_wave(settings, "verdipuls-2026-k2")
    [row] = await fetch(
        Login.MIGRATOR,
        "SELECT q.content FROM asking.questionnaire q"
        " JOIN asking.wave w ON w.questionnaire = q.hash WHERE w.id = $1",
        wave.id,
    )
    item = Questionnaire.from_json(row["content"]).item("vp.apn.1")
    assert (item.version, item.text["nb"]) == (2, NEAREST)


async def test_no_wave_opens_while_released_and_own_content_do_not_fit(
    database, tmp_path, monkeypatch
):
    await released(tmp_path)
    own = lay_over(FIRST, [reworded("Lederen min lytter.")], tmp_path / "own", release=True)
    monkeypatch.setenv(SETTING, str(own))
    settings = Settings(data_dir=tmp_path / "data", secret_key="for tests only, and long enough")
    with pytest.raises(ReleasedContentError):
        await an_open_wave(settings, "verdipuls-2026-k2")
    states = await fetch(Login.MIGRATOR, "SELECT state FROM asking.wave")
    assert [row["state"] for row in states] == ["draft"]
