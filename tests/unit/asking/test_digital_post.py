"""Register and mailboxes by themselves: tokens, who may be written to, and what answers mean."""

import json
import uuid

import pytest
from joserfc.jwk import RSAKey

from survey_app.asking.digital_post import contact_register
from survey_app.asking.digital_post.maskinporten import Maskinporten
from survey_app.asking.digital_post.ports import DigitalLetter, DigitalPostDown, MailboxAnswer
from survey_app.asking.digital_post.services import digital_post
from survey_app.asking.errors import AddressProblems
from survey_app.asking.letters.addresses import national_ids, read_addresses
from survey_app.settings import Settings
from survey_app.shared import bounded_reply
from tests.digital_post_server import KEY, REACHABLE, the_services

LETTER = DigitalLetter(
    uuid.UUID(int=7), "20914695016", "nn", "Kva meiner du?", "Kort", "Lengre", b"%PDF-1.7"
)


@pytest.fixture
def services():
    with the_services() as running:
        yield running


async def reached(services, numbers, **more):
    async with digital_post(Settings(**services.settings(**more))) as post:
        return await post.register.reachable(numbers)


async def sent(services, letter=LETTER, **more):
    async with digital_post(Settings(**services.settings(**more))) as post:
        return await post.mailbox.send(letter)


async def test_those_alone_are_reachable_who_are_not_reserved_and_can_be_told(services):
    services.people = {
        "00000000001": REACHABLE,
        "00000000002": REACHABLE | {"reservasjon": "JA"},
        "00000000003": REACHABLE | {"varslingsstatus": "KAN_IKKE_VARSLES"},
        "00000000004": {"reservasjon": "NEI", "status": "SLETTET"},
    }
    numbers = [f"0000000000{n}" for n in range(1, 6)]
    assert await reached(services, numbers) == {"00000000001"}


async def test_a_thousand_are_asked_about_at_once_with_one_token(services, monkeypatch):
    monkeypatch.setattr(contact_register, "MOST_AT_ONCE", 3)
    numbers = [f"{n:011}" for n in range(8)]
    services.people = dict.fromkeys(numbers, REACHABLE)
    assert await reached(services, numbers) == set(numbers)
    assert sorted(map(len, services.lookups)) == [2, 3, 3]
    assert len(services.grants) == 1


async def test_a_register_that_does_not_speak_of_somebody_is_not_believed(services, monkeypatch):
    monkeypatch.setattr(contact_register.Krr, "_ask", lambda *_: _nobody())
    with pytest.raises(DigitalPostDown, match="leaves somebody out"):
        await reached(services, ["20914695016"])


@pytest.mark.parametrize("said", [["20914695016"], 7, [{"personidentifikator": {}}], [{}]])
async def test_nor_is_one_that_says_what_cannot_be_read(services, said):
    services.register_says = said
    with pytest.raises(DigitalPostDown, match="the contact and reservation register"):
        await reached(services, ["20914695016"])


async def test_of_whom_two_things_are_said_the_one_that_forbids_counts(services):
    somebody = {"personidentifikator": "20914695016"} | REACHABLE
    services.register_says = [somebody | {"reservasjon": "JA"}, somebody]
    assert await reached(services, ["20914695016"]) == frozenset()


async def _nobody():
    return []


async def test_a_letter_lies_in_the_mailbox_as_it_was_set_and_with_its_words(services):
    assert await sent(services) is MailboxAnswer.DELIVERED
    [form] = services.mailbox_of("20914695016")
    assert form["Attachments"] == b"%PDF-1.7"
    assert form["Correspondence.Content.MessageTitle"] == "Kva meiner du?"
    assert form["Correspondence.Content.Language"] == "nn"
    assert form["Correspondence.Sender"] == "0192:974760673"
    assert form["Correspondence.IgnoreReservation"] == "false"


async def test_a_letter_that_is_handed_over_again_is_there_once(services):
    services.script = ["hang up"]
    with pytest.raises(DigitalPostDown, match="Altinn does not answer") as down:
        await sent(services)
    assert down.value.may_have_arrived
    assert await sent(services) is MailboxAnswer.DELIVERED
    assert len(services.uploads) == 2
    assert len(services.mailbox_of("20914695016")) == 1


async def test_a_key_that_was_used_for_a_letter_that_was_not_taken_means_paper(services):
    """Altinn keeps the key of a letter to somebody who is reserved, and says 409 ever after."""
    services.script = ["reserved, hang up"]
    with pytest.raises(DigitalPostDown):
        await sent(services)
    assert await sent(services) is MailboxAnswer.PAPER
    assert services.delivered == {}


async def test_a_conflict_that_does_not_speak_of_this_letter_is_left_to_a_person(services):
    services.script = [409]
    assert await sent(services) is MailboxAnswer.UNSURE
    assert services.looked_up == []
    services.made[str(LETTER.key)] = str(uuid.uuid4()), "Published"
    services.reference = "of another sender"
    assert await sent(services) is MailboxAnswer.UNSURE


@pytest.mark.parametrize("status", [None, 7, "", "published", "Queued", {"status": "Published"}])
async def test_a_status_that_nobody_knows_is_left_to_a_person(services, status):
    services.made[str(LETTER.key)] = str(uuid.uuid4()), status
    async with digital_post(Settings(**services.settings())) as post:
        assert await post.mailbox.find(LETTER.key) is MailboxAnswer.UNSURE


async def test_a_web_page_is_no_token_and_nothing_was_handed_over(services):
    services.page = True
    with pytest.raises(DigitalPostDown, match="Altinn") as down:
        await sent(services)
    assert not down.value.may_have_arrived
    assert services.uploads == []


async def test_what_became_of_a_letter_can_be_asked_before_it_goes_again(services):
    async with digital_post(Settings(**services.settings())) as post:
        assert await post.mailbox.find(LETTER.key) is None
        await post.mailbox.send(LETTER)
        assert await post.mailbox.find(LETTER.key) is MailboxAnswer.DELIVERED


@pytest.mark.parametrize("how", ["drip", "much"])
async def test_answers_without_an_end_are_neither_waited_for_nor_read(services, monkeypatch, how):
    monkeypatch.setattr(bounded_reply, "AT_MOST", 0.3)
    services.script = [how]
    with pytest.raises(DigitalPostDown, match="Altinn") as down:
        await sent(services)
    assert down.value.may_have_arrived
    services.slow = how
    with pytest.raises(DigitalPostDown, match="Maskinporten"):
        await reached(services, ["20914695016"])
    async with digital_post(Settings(**services.settings())) as post:
        monkeypatch.setattr(Maskinporten, "token", lambda *_: _a_token())
        with pytest.raises(DigitalPostDown, match="the contact and reservation register"):
            await post.register.reachable(["20914695016"])
        with pytest.raises(DigitalPostDown, match="Altinn"):
            await post.mailbox.find(LETTER.key)


async def _a_token():
    return "krr:global/kontaktinformasjon.read"


@pytest.mark.parametrize("answer", ["reserved", 400, 404, 422])
async def test_whose_mailbox_takes_no_letter_needs_paper(services, answer):
    services.script = [answer]
    assert await sent(services) is MailboxAnswer.PAPER
    assert services.delivered == {}


@pytest.mark.parametrize("answer", [401, 403, 429, 500, 503])
async def test_a_service_that_refuses_us_holds_everything_up_and_tells_no_number(services, answer):
    services.script = [answer]
    with pytest.raises(DigitalPostDown, match=str(answer)) as down:
        await sent(services)
    assert "20914695016" not in str(down.value)
    # a fault of Altinn's may come after it took the letter
    assert down.value.may_have_arrived == (answer >= 500)


async def test_a_client_that_is_not_known_gets_no_token(services):
    with pytest.raises(DigitalPostDown, match=r"Maskinporten does not answer as it should \(400\)"):
        await sent(services, maskinporten_client_id="somebody-else")


async def test_without_all_of_the_settings_there_is_no_digital_post(services):
    async with digital_post(Settings(**services.settings(krr_url=None))) as post:
        assert post is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"altinn_url": "http://platform.altinn.no"},
        {"krr_url": "krr"},
        {"maskinporten_key": "secret"},
        {"maskinporten_key": json.dumps(KEY.as_dict(private=False))},
        {"maskinporten_key": json.dumps(RSAKey.generate_key(2048).as_dict(private=True))},
    ],
)
def test_a_setting_that_would_send_numbers_in_the_clear_or_sign_nothing_is_refused(wrong):
    if "maskinporten_key" in wrong and wrong["maskinporten_key"].startswith("{"):
        told = json.loads(wrong["maskinporten_key"])
        told.pop("kid", None)
        wrong = {"maskinporten_key": json.dumps(told)}
    with pytest.raises(ValueError, match="must be"):
        Settings(**wrong)


def test_numbers_of_a_file_are_read_for_digital_letters_alone():
    head = "row;name;address;postcode;place;national_id\n"
    text = head + "2;A;Gata 1;0150;Oslo;20914695016\n3;B;Gata 2;0150;Oslo;\n"
    assert len(read_addresses(text, {2, 3}, digital=True)) == 2
    assert national_ids(text) == {2: "20914695016"}
    with pytest.raises(AddressProblems):
        read_addresses(text, {2, 3})
    wrong = head + (
        "2;A;Gata 1;0150;Oslo;2091469501\n3;B;Gata 2;0150;Oslo;20914695016\n"
        "4;C;Gata 3;0150;Oslo;20914695016\n5;;;;;30914695011\n"
        "6;D;Gata 4;0150;Oslo;20914965016\n"  # two digits that changed places
    )
    with pytest.raises(AddressProblems) as found:
        read_addresses(wrong, {2, 3, 4, 5, 6}, digital=True)
    assert [(one.line, one.column) for one in found.value.problems] == [
        (2, "national_id"), (4, "national_id"), (5, "name"), (6, "national_id"),
    ]  # fmt: skip
    assert "209146950" not in str(found.value)
