"""Letters that go to mailboxes where that may be: each once, and paper for everybody else."""

import asyncio
import io
import re

import pypdf
import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.errors import LettersRefused
from survey_app.commands.letters import LetterOptions, letters_named
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.serve_holders import serve_holders
from survey_app.running.make_requested_letters import make_requested_letters
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.builders_answering import some_answers, without_pools
from tests.builders_publication import words
from tests.digital_post_server import REACHABLE, the_services
from tests.letters import KEY, a_sampled_wave, pages_of

PAGE = f"/waves/{KEY}/letters"
# rows 2 to 7 of the sample; the fourth has no number here
NUMBERS = {
    2: "20914695016", 3: "30914695011", 4: "40914695017", 6: "60914695018", 7: "70914695013",
}  # fmt: skip


@pytest.fixture
def services():
    with the_services() as running:
        running.people = dict.fromkeys(NUMBERS.values(), REACHABLE) | {
            NUMBERS[3]: REACHABLE | {"reservasjon": "JA"},
            NUMBERS[4]: REACHABLE | {"varslingsstatus": "KAN_IKKE_VARSLES"},
        }
        yield running


@pytest.fixture
def settings(settings, services):
    return Settings(**settings.model_dump(exclude_unset=True) | services.settings())


@pytest.fixture
async def communications(web, settings, sign_in, monkeypatch):
    monkeypatch.setattr("survey_app.running.make_requested_letters.settings", lambda: settings)
    web.wave = await a_sampled_wave(settings)
    bind_worker()
    with without_pools():
        await serve_holders(settings.secret())
    bind_web()
    return await sign_in(Role.COMMUNICATIONS)


def addresses(*, numbers=True):
    lines = [f"{row};Mottaker {row};Gata 1;0150;Oslo;{NUMBERS.get(row, '')}" for row in range(2, 8)]
    text = "\n".join(["row;name;address;postcode;place;national_id", *lines])
    return (text if numbers else re.sub(r";[^;]*$", "", text, flags=re.MULTILINE)).encode()


def on_paper(content):
    return [int(re.search(r"Mottaker (\d)", page)[1]) for page, _ in pages_of(content)]


def in_altinn(services):
    return [row for row, number in NUMBERS.items() for _ in services.mailbox_of(number)]


async def send(web, page, **fields):
    token = re.search(r'name="csrf" value="([^"]+)"', (await web.get(page)).text)[1]
    files = {"addresses": ("addresses.csv", fields.pop("file", b""), "text/csv")}
    return await web.post(page, data={"csrf": token} | fields, files=files, follow_redirects=False)


async def ordered(web, **fields):
    said = {"what": "first", "form": "pdf", "digital": "yes", "file": addresses()}
    return await send(web, PAGE, **said | fields)


async def worked(web, address):
    await send(web, address, step="confirm")
    bind_worker()
    try:
        with without_pools():
            await make_requested_letters({})
    finally:
        bind_web()


async def made(web, **fields):
    address = (await ordered(web, **fields)).headers["location"]
    await worked(web, address)
    return await send(web, address, step="fetch")


async def test_who_is_reserved_or_cannot_be_told_gets_paper_and_the_others_a_letter_in_altinn(
    communications, services, caplog
):
    """And either way leads to one invitation, second letters go the same ways, no number stays."""
    assert "Send digitalt til dem som kan få det" in words(await communications.get(PAGE))
    # numbers are read only where they are needed
    assert (await ordered(communications, digital="")).status_code == 422
    assert (await ordered(communications, file=b"")).status_code == 422
    address = (await ordered(communications)).headers["location"]
    text = words(await communications.get(address))
    assert "5 rader har fødselsnummer" in text
    assert "De digitale brevene blir sendt med én gang" in text
    assert services.lookups == []  # nothing is asked before it is confirmed
    await worked(communications, address)
    assert on_paper((await send(communications, address, step="fetch")).content) == [3, 4, 5]
    assert in_altinn(services) == [2, 6, 7]
    text = words(await communications.get(PAGE))
    assert "3 brev." in text
    assert "I tillegg er 3 levert i Altinn." in text
    await _is_answered_once(communications, services)
    key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    reply = await ordered(communications, what="second-silent", sealed_to=key)
    assert "kan ikke sendes digitalt" in words(reply)
    await made(communications, what="second")
    assert len(services.delivered) == 6
    await _stands_nowhere(caplog)


async def _is_answered_once(communications, services):
    [form] = services.mailbox_of(NUMBERS[2])
    [(page, code)] = pages_of(form["Attachments"])
    # in a mailbox it is read on a screen
    assert pypdf.PdfReader(io.BytesIO(form["Attachments"])).root_object["/MarkInfo"]["/Marked"]
    link = re.search(r"\S+/answer/\S+", form["Correspondence.Content.MessageBody"])[0]
    assert code == link
    path = link[link.index("/answer/") :]
    await communications.post(path, data=some_answers("omdomme"), follow_redirects=False)
    typed = re.search(r"[0-9A-Z]{4}[ -][0-9A-Z]{4}[ -][0-9A-Z]{4}", page)[0]
    reply = await communications.post("/kode", data={"code": typed}, follow_redirects=False)
    assert reply.headers["location"].partition("?")[0] == path.partition("?")[0]
    used = await fetch(Login.MIGRATOR, "SELECT count(*) AS n FROM asking.invitation WHERE marked")
    assert used == [{"n": 1}]
    assert "Lenken er brukt" in words(await communications.get(path))


async def _stands_nowhere(caplog):
    tables = await fetch(
        Login.MIGRATOR,
        "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables"
        " WHERE table_schema IN ('asking', 'audit')",
    )
    kept = caplog.text
    for table in tables:
        rows = await fetch(Login.MIGRATOR, f"SELECT t::text AS row FROM {table['name']} t")
        kept += "".join(row["row"] for row in rows)
    for told in ("Mottaker", *NUMBERS.values()):
        assert told not in kept
        assert told.encode().hex() not in kept


async def test_letters_that_stop_midway_go_on_by_either_way_and_nobody_is_written_to_twice(
    communications, services
):
    services.script = [200, "hang up"]
    address = (await ordered(communications)).headers["location"]
    await worked(communications, address)
    text = words(await communications.get(address))
    assert "Kontakt- og reservasjonsregisteret eller Altinn svarte ikke" in text
    assert not await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.letter_run")
    text = words(await communications.get(PAGE))
    assert "1 er levert i Altinn. Vi vet ikke om 1 til kom fram" in text
    assert "4 gjenstår." in text
    # somebody gives up on Altinn
    only_paper = addresses(numbers=False)
    address = (await ordered(communications, digital="", file=only_paper)).headers["location"]
    text = words(await communications.get(address))
    assert "Lage 4 brev?" in text
    assert "1 har fått brevet der, og får det ikke en gang til. For 1 vet vi ikke" in text
    await worked(communications, address)
    assert on_paper((await send(communications, address, step="fetch")).content) == [3, 4, 5, 7]
    assert in_altinn(services) == [2, 6]
    # whom Altinn left unsure is asked about there, and nobody else is written to
    await made(communications, what="unsure-first")
    assert in_altinn(services) == [2, 6]
    assert "2 er levert i Altinn" in words(await communications.get(PAGE))
    assert "til kom fram" not in words(await communications.get(PAGE))


async def test_whom_altinn_left_unsure_gets_paper_when_somebody_decides_that(
    communications, services
):
    services.script = [409]
    assert on_paper((await made(communications)).content) == [3, 4, 5]
    assert in_altinn(services) == [6, 7]
    text = words(await communications.get(PAGE))
    assert "Det første brevet, bare der vi ikke vet om det kom fram i Altinn" in text
    assert "Du kan også velge at de skal få brevet på papir" in text
    unsure = {"what": "unsure-first", "digital": "", "file": addresses(numbers=False)}
    assert on_paper((await made(communications, **unsure)).content) == [2]
    text = words(await communications.get(PAGE))
    assert "Bare der vi ikke visste om brevet kom fram i Altinn. 1 brev." in text
    # those that mailboxes have are told of once
    assert text.count("I tillegg er 2 levert") == 1
    # and only once
    assert (await ordered(communications, **unsure)).status_code == 422


async def test_letters_on_paper_beside_digital_ones_of_the_same_wave_write_to_each_once(
    communications, services, settings, tmp_path
):
    """Whoever finishes first has them; the other stops, and what it sent is not printed."""
    (tmp_path / "numbers.csv").write_bytes(addresses())
    (tmp_path / "paper.csv").write_bytes(addresses(numbers=False))
    services.script = [200, "wait"]

    async def made_as(name, **how):
        given = LetterOptions(
            "pdf", tmp_path / f"{name}.pdf", tmp_path / f"{name}.csv", second=False,
            sealed_to="", again="", rows=(), window="left", **how,
        )  # fmt: skip
        await letters_named(KEY, given, settings, lambda _: None)

    bind_worker()
    try:
        with without_pools():
            digital = asyncio.create_task(made_as("numbers", digital=True))
            await asyncio.to_thread(services.waits.wait, 30)
            await made_as("paper")
            services.go_on.set()
            with pytest.raises(LettersRefused, match="something changed meanwhile"):
                await digital
    finally:
        bind_web()
    assert not (tmp_path / "numbers.pdf").exists()
    assert in_altinn(services) == [2, 6]
    assert on_paper((tmp_path / "paper.pdf").read_bytes()) == [3, 4, 5, 7]
    assert "2 er levert i Altinn" in words(await communications.get(PAGE))


@pytest.mark.slow
async def test_cut_off_in_the_middle_nobody_gets_two_and_nobody_none(communications, services):
    services.script = [200, "hang up"]
    await made(communications)
    assert len(services.delivered) == 2
    services.script = [503]
    await made(communications)
    assert on_paper((await made(communications)).content) == [3, 4, 5]
    assert in_altinn(services) == [2, 6, 7]
    [run] = await fetch(Login.MIGRATOR, "SELECT letters, digital FROM asking.letter_run")
    assert run == {"letters": 3, "digital": 3}
