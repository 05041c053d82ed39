"""The address that an account is known by."""

import pytest

from survey_app.accounts.create_account import as_address
from survey_app.accounts.errors import AccountError


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u202e", "\u00ad", "\ufeff", "\u2066", "\ufe0f", "\u034f", "\u3164"]
)
def test_an_address_that_would_look_like_another_s_is_none(sign):
    assert as_address(" HR@Example.org ") == "hr@example.org"
    with pytest.raises(AccountError, match="read as another"):
        as_address(f"hr{sign}@example.org")


@pytest.mark.parametrize(
    "written",
    [
        "somebody:a@evil.example",  # a group: the mail goes to whom it names
        "a@evil.example(hr@example.org)",
        '"hr@example.org"@evil.example',
        "hr@example.org@evil.example",
        "a@[192.0.2.1]",
        f"{'a' * 250}@example.org",
    ],
)
def test_an_address_that_a_mail_would_not_go_to_as_it_stands_is_none(written):
    with pytest.raises(AccountError, match="not an e-mail address"):
        as_address(written)


LOOK_ALIKES = {
    "wide letters": "\uff48\uff52@example.org",
    "a ligature": "o\ufb03ce@example.org",
    "a Cyrillic letter": "h\u0433@example.org",
    "a Cyrillic host": "hr@ex\u0430mple.org",
    "a Greek letter": "ann\u03b1@example.org",
    "a mark on a letter": "hi\u0307@example.org",
    "a capital that becomes one": "H\u0130@example.org",
    "an i without its dot": "\u0131da@example.org",
    "a letter of phonetics": "in\u0261er@example.org",
    "a Cyrillic name at a Latin host": "\u0441\u043e\u0440\u0430@example.org",
}


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_an_address_that_is_read_as_another_is_none(kind):
    with pytest.raises(AccountError, match="read as another"):
        as_address(LOOK_ALIKES[kind])


ADDRESSES = {
    "Norwegian": "g\u00e5rd.b\u00f8@example.org",
    "Romanian": "\u0219tefan@exemplu.ro",
    "Turkish": "ay\u015fe.\u00f6zg\u00fcr@example.org",
    "Vietnamese": "nguy\u1ec5n@example.org",
    "Faroese and Icelandic": "r\u00f3ka\u00f0.\u00fe\u00f3r@example.org",
    "German and Polish": "stra\u00df.\u0142uk@example.org",
    "Sami": "\u010d\u00e1hppes@s\u00e1pmi.no",
    "Cyrillic": "\u0438\u0432\u0430\u043d@\u043f\u0440\u0438\u043c\u0435\u0440",
}


@pytest.mark.parametrize("kind", ADDRESSES)
def test_an_address_of_one_script_is_one(kind):
    address = ADDRESSES[kind]
    assert as_address(address) == address


def test_a_letter_with_its_mark_apart_is_the_same_address():
    assert as_address("Ga\u030ard@example.org") == as_address("g\u00e5rd@example.org")
