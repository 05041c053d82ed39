"""Text messages by themselves: numbers, how long a text is, and what a gateway's answers mean."""

import json
import logging
import time

import pytest

from survey_app.asking.delivery import sms_gateway
from survey_app.asking.delivery.mail_server import Verdict
from survey_app.asking.delivery.sms_gateway import HttpGateway, TextMessage
from survey_app.asking.delivery.sms_text import size_of
from survey_app.asking.errors import SmsGatewayDown, SmsLost
from survey_app.asking.people import read_upload
from survey_app.asking.people.columns import guess, needed_meanings
from survey_app.asking.people.mobile import mobile_number
from survey_app.asking.people.reach import reach
from survey_app.asking.people.register import read_register
from survey_app.settings import Settings
from survey_app.shared import bounded_reply
from survey_app.shared.database import Login
from survey_app.shared.logs import log_with_times
from tests.sms_gateway import a_gateway

MESSAGE = TextMessage("+4791234567", "Hei", "key-0")
HEADER = "kind,code,name,type,parent,email,language,unit,mobile\n"
UNITS = "unit,e,E,agency,,,,,\nunit,a,A,fengsel_hoy,e,,,,\n"


async def sent(gateway, *, message=MESSAGE, **more):
    async with HttpGateway(Settings(**gateway.settings(**more))) as client:
        return await client.send(message)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("91234567", "+4791234567"),
        ("(+47) 412 34 567", "+4741234567"),
        ("004791234567", "+4791234567"),
        ("47 912 34 567", "+4791234567"),
        ("47912345", "+4747912345"),
        ("+4670 123 45 67", "+46701234567"),
        ("22050000", None),
        ("+4722050000", None),
        ("4722050000", None),
        ("4670123456", None),
        ("+474791234567", None),
        ("9123٤٥٦٧", None),
        ("+46٧01234567", None),
        ("9123456", None),
        ("+0123456789", None),
        ("+1234567890123456", None),
        ("٩١٢٣٤٥٦٧", None),
        ("ring sentralbordet", None),
    ],
)
def test_a_number_is_read_as_people_write_it(written, number):
    assert mobile_number(written) == number


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("æøåÆØÅ" + "a" * 154, (160, 1, True)),
        ("a" * 161, (161, 2, True)),
        ("a" * 306, (306, 2, True)),
        ("a" * 307, (307, 3, True)),
        ("[" * 80, (160, 1, True)),
        ("č" * 70, (70, 1, False)),
        ("č" + "a" * 70, (71, 2, False)),
        ("\U0001f600" * 35, (70, 1, False)),
    ],
)
def test_a_text_is_counted_as_telephones_count_it(text, size):
    found = size_of(text)
    assert (found.signs, found.parts, found.basic) == size


def test_a_number_is_kept_of_those_alone_whom_no_mail_reaches():
    rows = (
        "person,1,,,,own@example.org,,a,91234561\n"  # needs none
        "person,2,,,,,,a,912 34 562\n"
        "person,3,,,,shared@example.org,,a,91234563\n"
        "person,4,,,,shared@example.org,,a,91234564\n"
        "person,5,,,,,,a,91234565\n"  # the telephone of a guard room
        "person,6,,,,,,a,91234565\n"
        "person,7,,,,,,a,22050000\n"
    )
    register = read_register(HEADER + UNITS + rows)
    assert {one.number: one.mobile for one in register.people if one.mobile} == {
        "2": "+4791234562", "3": "+4791234563", "4": "+4791234564",
    }  # fmt: skip
    found = reach(register.people)
    assert found.by_sms == 3
    assert found.odd_numbers == (8, 9, 10)
    told = "\n".join(found.sentences())
    assert "3 of those whom no mail reaches have a mobile number of their own" in told
    assert "lines 8, 9, 10" in told
    assert "912345" not in told


def test_a_column_of_numbers_is_not_read_where_no_text_messages_are_sent():
    header = ["Ansattnummer", "E-post", "Mobil", "Enhet"]
    assert "mobile" not in guess(header, {}, needed_meanings(by_sms=False)).values()
    assert guess(header, {"Mobil": "mobile"}, needed_meanings(by_sms=False)).get("Mobil") is None
    assert guess(header, {}, needed_meanings(by_sms=True))["Mobil"] == "mobile"


async def test_nor_is_that_of_a_file_in_our_own_format(monkeypatch):
    content = (HEADER + UNITS + "person,2,,,,,,a,91234562\nperson,7,,,,,,a,22050000\n").encode()
    for sender, number in ((None, ""), ("Verdipuls", "+4791234562")):
        chosen = Settings(sms_sender=sender)
        monkeypatch.setattr(read_upload, "settings", lambda chosen=chosen: chosen)
        register = (await read_upload.read_upload(content, {}, Login.WORKER)).register
        assert [one.mobile for one in register.people] == [number, ""]
        # the numbers that are not read are not judged either
        assert bool(reach(register.people).odd_numbers) is bool(sender)


async def test_a_message_is_put_into_the_request_as_the_settings_say():
    body = {"messages": [{"msisdn": "{digits}", "msg": "{text}", "from": "{sender}"}], "max": 3,
            "to": "{to}", "text": "", "id": "{id}"}  # fmt: skip
    with a_gateway() as gateway:
        tricky = TextMessage("+4791234567", 'Hei {to} "du"', "key-1")
        verdict = await sent(gateway, message=tricky, sms_body=json.dumps(body))
    assert verdict == (Verdict.ACCEPTED, "")
    assert gateway.texts == [
        {"messages": [{"msisdn": "4791234567", "msg": 'Hei {to} "du"', "from": "Verdipuls"}],
         "max": 3, "to": "+4791234567", "text": "", "id": "key-1"}
    ]  # fmt: skip


async def test_a_key_in_the_gateway_s_address_stands_in_no_line_of_a_worker(capsys):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        log_with_times()
        with a_gateway() as gateway:
            address = f"{gateway.url}?token=secret-key"
            assert (await sent(gateway, sms_url=address))[0] is Verdict.ACCEPTED
    finally:
        root.handlers, root.level = before
    assert "secret-key" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "verdict"), [(422, "sms 422"), (400, "sms 400"), ("not ours", "sms refused")]
)
async def test_a_number_that_is_refused_is_not_tried_again(answer, verdict):
    with a_gateway() as gateway:
        gateway.script = [answer]
        assert await sent(gateway) == (Verdict.NEVER, verdict)


@pytest.mark.parametrize(("answer", "rest"), [(429, 7.0), (503, 60.0), (401, 0.0), (404, 0.0)])
async def test_a_gateway_that_refuses_us_is_left_alone_for_as_long_as_it_says(answer, rest):
    with a_gateway() as gateway:
        gateway.script = [answer]
        with pytest.raises(SmsGatewayDown) as down:
            await sent(gateway)
    assert (down.value.reason, down.value.rest) == (str(answer), rest)
    assert gateway.sent == {}


@pytest.mark.parametrize("answer", ["hang up", 500, 502])
async def test_without_an_answer_a_message_is_tried_again_only_where_that_makes_no_second_one(
    answer,
):
    with a_gateway() as gateway:
        gateway.script = [answer, answer]
        assert await sent(gateway) == (Verdict.NEVER, "sms unknown")
        with pytest.raises(SmsGatewayDown):
            await sent(gateway, sms_idempotent=True)


@pytest.mark.parametrize("wanted", ["status=queued", ""])
async def test_a_web_page_says_neither_that_a_message_was_taken_nor_that_it_was_refused(wanted):
    with a_gateway() as gateway:
        gateway.script = ["page", "page", 201]
        assert await sent(gateway, sms_accepted=wanted) == (Verdict.NEVER, "sms unknown")
        with pytest.raises(SmsLost):
            await sent(gateway, sms_accepted=wanted, sms_idempotent=True)
        assert await sent(gateway, sms_accepted=wanted) == (Verdict.ACCEPTED, "")


async def test_a_gateway_that_takes_its_time_has_answered_all_the_same(monkeypatch):
    monkeypatch.setattr(sms_gateway, "PATIENCE", 0.2)
    with a_gateway() as gateway:
        gateway.at = lambda when: time.sleep(0.4 if when == "after" else 0)
        assert await sent(gateway) == (Verdict.ACCEPTED, "")
    assert len(gateway.received) == 1


@pytest.mark.parametrize("answer", [302, 303])
async def test_who_is_told_to_look_elsewhere_sends_nothing_twice(answer):
    # what was sent may lie behind it: asked again and again, the gateway would send it each time
    with a_gateway() as gateway:
        gateway.script = [answer]
        assert await sent(gateway) == (Verdict.NEVER, "sms unknown")


async def test_an_answer_that_never_ends_or_says_too_much_holds_up_no_other_message(monkeypatch):
    monkeypatch.setattr(bounded_reply, "AT_MOST", 0.3)
    with a_gateway() as gateway:
        gateway.script = ["drip", "much"]
        assert await sent(gateway) == (Verdict.NEVER, "sms unknown")
        # what was not read to its end may have said that it was taken
        assert await sent(gateway) == (Verdict.NEVER, "sms unknown")
        assert await sent(gateway) == (Verdict.ACCEPTED, "")


async def test_a_proxy_that_lets_nobody_through_has_handed_nothing_over(monkeypatch):
    with a_gateway() as nobody:
        monkeypatch.setenv("HTTPS_PROXY", nobody.url.removesuffix("/messages"))
        with pytest.raises(SmsGatewayDown, match="ProxyError"):
            await sent(nobody, sms_url="https://gateway.example.org/send")


async def test_a_gateway_that_nobody_is_at_has_taken_nothing():
    with a_gateway() as gateway:
        pass
    with pytest.raises(SmsGatewayDown, match="ConnectError"):
        await sent(gateway)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sms_url": "http://gateway.example.org/send"},
        {"sms_url": "gateway"},
        {"sms_sender": "Kriminalomsorgen"},
        {"sms_sender": "Målet"},
        {"sms_headers": "Bearer secret"},
        {"sms_headers": '{"Authorization": 3}'},
        {"sms_headers": '{"Authorization": "Bearer secret\\n"}'},
        {"sms_headers": '{"Authorization": "Bearer secrét"}'},
        {"sms_headers": '{"X Key": "secret"}'},
        {"sms_url": "https://gateway.example.org:port/send"},
        {"sms_url": "https://gateway.example.org/send\n"},
        {"sms_body": '{"{text}": "{to}"}'},
        {"sms_body": '{"to": "{to}", "text": "{text}", "weight": NaN}'},
        {"sms_body": '{"to": "{to}"}'},
        {"sms_body": "to={to}&text={text}"},
        {"sms_accepted": "a b"},
        {"sms_per_minute": 0},
    ],
)
def test_a_setting_that_would_send_nothing_or_send_it_in_the_clear_is_refused(wrong):
    with pytest.raises(ValueError, match=r"must|greater") as refused:
        Settings(**wrong)
    assert "secret" not in str(refused.value).split("input_value")[0]
