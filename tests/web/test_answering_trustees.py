"""Answering a wave that two people hold the keys of: the same page, and a row only both open."""

import pytest

from questionnaires.loader import load_library
from survey_app.asking.invitations.tokens import split_token
from survey_app.counting.urn.trustee_files import make_files, read_private
from survey_app.counting.urn.trustee_keys import TrusteePair
from survey_app.counting.urn.unseal import unseal
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, connection, fetch
from survey_app.waves.open_wave import open_wave
from tests.blind_client import get_credential, send_ballot
from tests.builders_answering import NOW, a_draft, an_agency, opened, some_answers, without_pools
from tests.urn_reading import sealed_rows

PASSPHRASE = "fire gode ord her"


@pytest.fixture
def stick(tmp_path):
    return [make_files(name, PASSPHRASE, tmp_path) for name in ("Tillitsvalgt", "HR")]


async def test_answers_of_both_grades_are_opened_by_both_keys_alone(web, settings, stick):
    bind_worker()
    await an_agency()
    await a_draft("two")
    with without_pools():
        trustees = [files.trustee for files in stick]
        await open_wave("two", now=NOW, settings=settings, rehearse=None, trustees=trustees)
    wave = await opened(settings, "two")
    bind_web()
    shown = await web.get(f"/answer/{wave.tokens[0]}")
    assert shown.status_code == 200
    # never the words that are true only while the worker destroys a key of its own
    assert load_library().messages.text("promise.worker", "nb") not in shown.text
    sent = await web.post(f"/answer/{wave.tokens[0]}", data=some_answers(), follow_redirects=False)
    assert sent.headers["location"].startswith("/answer/thanks")
    [group] = await fetch(
        Login.WORKER,
        "SELECT domain FROM asking.invitation WHERE wave = $1 AND pid = $2",
        wave.id,
        split_token(wave.tokens[1])[0],
    )
    credential = await get_credential(web, "two", group["domain"], wave.tokens[1])
    assert (await send_ballot(web, credential, some_answers())).status_code == 200

    async with connection(Login.WORKER) as link:
        rows = await sealed_rows(link, wave.id)
        cover_key = await link.fetchval("SELECT cover_key FROM asking.wave WHERE id = $1", wave.id)
    union, hr = (read_private(files.private, PASSPHRASE) for files in stick)
    counts = {
        name: len(
            unseal(
                rows,
                wave=wave.id,
                private_key=key,
                questionnaire=load_library().questionnaire("verdipuls.k2", first_wave=True),
                domains=frozenset({"nord-1", "sor-1"}),
            ).ballots
        )
        for name, key in {
            "both": TrusteePair(union, hr, cover_key),
            "union": union,
            "hr": hr,
            "swapped": TrusteePair(hr, union, cover_key),
        }.items()
    }
    assert counts == {"both": 2, "union": 0, "hr": 0, "swapped": 0}
