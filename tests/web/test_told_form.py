"""A plain form tells of which wave and unit it is, and is taken without looking its link up."""

import uuid

import pytest
from lxml import html

from survey_app.answering import personal
from survey_app.answering.told_form import FIELD, LENGTH
from survey_app.counting.urn.lock import lock_number
from survey_app.shared.database import Login, fetch
from survey_app.shared.secret import Secret
from tests.attack.ways_to_answer import answer_plainly
from tests.builders_answering import an_open_wave, some_answers
from tests.cards import a_wave_with_cards, codes
from tests.halves import an_open_overlap, with_second_version
from tests.letters import a_sampled_wave
from tests.plain_form import hidden_of
from tests.urn_reading import change, marks, urn_of
from tests.web.credentials.sending import groups_of
from tests.web.credentials.test_one_round import a_sealed_row
from tests.web.test_answering_halves import answers, links


@pytest.fixture
async def wave(web, settings):
    return await an_open_wave(settings)


@pytest.fixture
def looked_up(monkeypatch):
    """Which links were looked up."""
    found, arrive = [], personal.arrive

    async def noted(link, settings, token):
        found.append(token)
        return await arrive(link, settings, token)

    monkeypatch.setattr(personal, "arrive", noted)
    return found


async def filled_in(web, token, given=None, **other):
    """Return what a browser sends of the form: what stands hidden in it, with the answers."""
    return await hidden_of(web, token) | (given or some_answers()) | other


async def send(web, token, fields):
    return await web.post(f"/answer/{token}", data=fields, follow_redirects=False)


async def test_a_form_is_taken_without_looking_up_whose_it_is(web, settings, wave, looked_up):
    units = await groups_of(settings, wave)
    for token in wave.tokens:
        fields = await filled_in(web, token)
        looked_up.clear()
        reply = await send(web, token, fields)
        assert (reply.status_code, looked_up) == (303, [])
        assert reply.headers["location"].startswith("/answer/thanks")
    assert await marks(wave) == len(wave.tokens)
    _, ballots = await urn_of(settings, wave)
    assert sorted(one.domain for one in ballots) == sorted(units[one] for one in wave.tokens)


async def test_those_who_attack_what_is_kept_of_answers_send_them_as_browsers_do(
    web, wave, looked_up
):
    await answer_plainly(web, wave, wave.tokens[0], some_answers())
    assert looked_up == [wave.tokens[0]]  # to show the form


async def test_whoever_sends_it_again_is_told_that_it_was_used(web, settings, wave):
    token = wave.tokens[0]
    fields = await filled_in(web, token)
    await send(web, token, fields)
    reply = await send(web, token, fields)
    assert reply.headers["location"].startswith("/answer/used")
    assert len((await urn_of(settings, wave))[1]) == 1


async def test_another_unit_in_the_form_is_not_believed(web, settings, wave, looked_up):
    units = await groups_of(settings, wave)
    first, second, *_ = (token for token in wave.tokens if units[token] == "nord-1")
    elsewhere = next(token for token in wave.tokens if units[token] == "sor-1")
    fields = await filled_in(web, first)
    foreign = (await filled_in(web, elsewhere))[FIELD]
    assert foreign != fields[FIELD]
    looked_up.clear()
    for token, told in ((first, foreign), (second, f"{wave.id.hex}99999")):
        assert (await send(web, token, fields | {FIELD: told})).status_code == 303
    assert looked_up == [first, second]
    _, ballots = await urn_of(settings, wave)
    assert [one.domain for one in ballots] == ["nord-1", "nord-1"]


@pytest.mark.parametrize(
    ("since", "otherwise", "taken"),
    [
        ("", {}, True),
        ("", {"generation": 1}, False),
        ("", {"wave": uuid.UUID(int=1)}, False),
        ("", {"domain": "sor-1"}, False),
        ("", {"version": "0.0"}, False),
        ("UPDATE asking.invitation SET marked = true", {}, False),
        ("UPDATE asking.invitation SET withdrawn = true", {}, False),
        ("UPDATE asking.wave SET state = 'closed'", {}, False),
        ("UPDATE asking.wave SET state = 'cancelled'", {}, False),
    ],
)
async def test_the_database_itself_holds_all_that_a_form_tells_against_the_row(
    wave, since, otherwise, taken
):
    if since:
        await change(since)
    # read last: the version that the form was put together with is the one of now
    [row] = await fetch(
        Login.WORKER,
        "SELECT i.pid, i.generation, w.id AS wave, i.domain,"
        " w.xmin::text || '.' || c.xmin::text AS version"
        " FROM asking.invitation i JOIN asking.wave w ON w.id = i.wave"
        " JOIN asking.campaign c ON c.id = w.campaign WHERE i.domain = 'nord-1' LIMIT 1",
    )
    before = await marks(wave)
    [done] = await fetch(
        Login.WEB,
        "SELECT asking.hand_in_as_told($1, $2, $3, $4, $5, $6, $7) AS done",
        lock_number(wave.id),
        *(dict(row) | otherwise).values(),
        await a_sealed_row(wave),
    )
    assert done["done"] is taken
    assert await marks(wave) - before == taken
    [urn] = await fetch(Login.MIGRATOR, "SELECT count(*) FROM counting.urn")
    assert urn["count"] == taken


async def test_a_card_is_looked_up_whatever_its_form_tells(web, settings, looked_up):
    wave = await a_wave_with_cards(settings)
    [code, *_] = (await codes(settings, wave))["nord-1"]
    reply = await web.post("/kode", data={"code": code}, follow_redirects=False)
    token = reply.headers["location"].split("?")[0].rpartition("/")[2]
    assert f'name="{FIELD}"' not in (await web.get(f"/answer/{token}")).text
    told = (await filled_in(web, wave.tokens[0]))[FIELD]
    looked_up.clear()
    fields = some_answers() | {FIELD: told, "lang": "nb"}
    reply = await send(web, token, fields)
    assert reply.headers["location"].startswith("/answer/thanks")
    assert looked_up == [token]
    assert await marks(wave) == 0  # no link of anybody's


@pytest.mark.parametrize("told", ["", "x" * LENGTH, "0" * LENGTH, "²" * LENGTH, "1" * 4000])
async def test_what_nobody_wrote_into_the_form_is_looked_up(web, wave, looked_up, told):
    token = wave.tokens[0]
    fields = await filled_in(web, token, **{FIELD: told})
    looked_up.clear()
    assert (await send(web, token, fields)).status_code == 303
    assert looked_up == [token]
    assert await marks(wave) == 1


async def test_a_form_of_another_wave_opens_nothing_of_this_one(web, settings, wave, looked_up):
    other = await an_open_wave(settings, key="vp-2")
    fields = await filled_in(web, other.tokens[0])
    looked_up.clear()
    assert (await send(web, wave.tokens[0], fields)).status_code == 303
    assert looked_up == [wave.tokens[0]]
    assert (await marks(wave), await marks(other)) == (1, 0)


async def test_a_link_that_we_never_sent_is_unknown_whatever_the_form_tells(web, wave):
    fields = await filled_in(web, wave.tokens[0])
    own = wave.tokens[1]
    forged = own[:-3] + ("AAA" if own[-3:] != "AAA" else "BBB")
    assert (await send(web, forged, fields)).status_code == 404
    assert await marks(wave) == 0


@pytest.mark.parametrize(
    ("since", "told"),
    [
        ("UPDATE asking.invitation SET withdrawn = true", 404),
        ("UPDATE asking.invitation SET generation = generation + 1", 404),
        ("UPDATE asking.wave SET state = 'closed'", "/answer/closed"),
        ("UPDATE asking.wave SET state = 'cancelled'", "/answer/closed"),
        ("UPDATE asking.wave SET sealing_proof = ''", 503),
    ],
)
async def test_what_became_of_the_link_since_the_page_holds(web, settings, wave, since, told):
    token = wave.tokens[0]
    fields = await filled_in(web, token)
    await change(since)
    reply = await send(web, token, fields)
    if isinstance(told, int):
        assert reply.status_code == told
    else:
        assert reply.headers["location"].startswith(told)
    assert await marks(wave) == 0
    assert not (await urn_of(settings, wave))[1]


async def test_a_wave_that_was_written_since_is_read_anew_and_the_form_taken(web, wave, looked_up):
    token = wave.tokens[0]
    fields = await filled_in(web, token)
    await change("UPDATE asking.campaign SET title = title")
    looked_up.clear()
    assert (await send(web, token, fields)).status_code == 303
    assert looked_up == [token]
    assert await marks(wave) == 1


async def test_another_language_is_a_page_and_hands_nothing_in(web, wave):
    fields = await filled_in(web, wave.tokens[0], show_language="en")
    reply = await send(web, wave.tokens[0], fields)
    assert reply.status_code == 200
    assert f'name="{FIELD}"' in reply.text
    assert await marks(wave) == 0


async def test_an_empty_form_is_asked_about_first(web, wave):
    page = await filled_in(web, wave.tokens[0])
    hidden = {name: value for name, value in page.items() if name in {FIELD, "lang"}}
    reply = await send(web, wave.tokens[0], hidden)
    assert reply.status_code != 303
    assert await marks(wave) == 0


async def test_each_half_is_taken_in_the_words_that_its_link_shows(
    web, settings, monkeypatch, tmp_path, looked_up
):
    with_second_version(monkeypatch, tmp_path)
    wave = await an_open_overlap(settings)
    for arm, token in links(settings, wave).items():
        fields = await filled_in(web, token, answers(arm))
        crossed = await filled_in(web, token, answers(3 - arm))
        assert (await send(web, token, crossed)).status_code == 422
        looked_up.clear()
        assert (await send(web, token, fields)).status_code == 303
        assert looked_up == []


async def test_the_public_is_in_no_unit_and_is_not_looked_up_either(web, settings, looked_up):
    wave = await a_sampled_wave(settings)
    token = wave.tokens[0]
    page = html.fromstring((await web.get(f"/answer/{token}")).text)
    [told] = page.xpath(f'//input[@name="{FIELD}"]/@value')
    assert told == f"{wave.id.hex}00000"
    looked_up.clear()
    fields = some_answers("omdomme") | {FIELD: told, "lang": "nb"}
    assert (await send(web, token, fields)).status_code == 303
    assert looked_up == []
    assert await marks(wave) == 1


async def test_under_two_secrets_every_link_is_looked_up(web, wave, looked_up, monkeypatch):
    token = wave.tokens[0]
    fields = await filled_in(web, token)
    own = personal.secret_of(web.app.state.settings)
    monkeypatch.setattr(personal, "secret_of", lambda _: Secret(own, b"a former one of this house"))
    looked_up.clear()
    assert (await send(web, token, fields)).status_code == 303
    assert looked_up == [token]


async def test_where_the_database_is_away_the_form_comes_back_filled_in(web, wave, monkeypatch):
    async def away(*_):
        return personal.Outcome.FAILED

    fields = await filled_in(web, wave.tokens[0])
    monkeypatch.setattr(personal, "submit_told", away)
    reply = await send(web, wave.tokens[0], fields)
    assert reply.status_code == 503
    assert "checked" in reply.text
    assert await marks(wave) == 0
