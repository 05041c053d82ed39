"""The cookie that keeps a way in open: whose it is cannot be read, and it cannot be made."""

from datetime import date, timedelta

import pytest

from survey_app.accounts.known_browser import DAYS, browser_cookie, browser_cookie_name, number_in

SECRET, TODAY, EMAIL = b"for tests only, and long enough", date(2026, 11, 27), "hr@example.org"


def jar(email=EMAIL, *, secret=SECRET, secure=True):
    made = browser_cookie(secret, email, today=TODAY, secure=secure)
    return {made.key: made.value}


def known(cookies, email=EMAIL, *, secret=SECRET, today=TODAY, secure=True):
    return number_in(cookies, secret, email, today=today, secure=secure)


def test_a_browser_is_known_for_half_a_year_and_each_sign_in_gives_another_number():
    one, other = jar(), jar(" HR@Example.org ")
    assert known(one) != known(other) != ""
    assert known(one, today=TODAY + timedelta(days=DAYS))
    assert not known(one, today=TODAY + timedelta(days=DAYS + 1))


def test_it_is_worth_nothing_for_another_account_or_installation():
    assert not known({})
    assert not known(jar(), "leader@example.org")
    assert not known(jar(), secret=b"of another installation, also long")
    # the value of one account under the name of another
    [value] = jar().values()
    assert not known(
        {browser_cookie_name(SECRET, "leader@example.org", secure=True): value},
        "leader@example.org",
    )


@pytest.mark.parametrize("changed", [0, 20, -1])
def test_no_letter_of_it_can_be_changed(changed):
    [(name, value)] = jar().items()
    letters = list(value)
    letters[changed] = "0" if letters[changed] != "0" else "1"
    assert not known({name: "".join(letters)})


@pytest.mark.parametrize("value", ["", ".", "..", "a.b", "a.9999-12-31.b", "a.9999-12-31.æ"])
def test_what_is_no_cookie_of_ours_is_none(value):
    assert not known({browser_cookie_name(SECRET, EMAIL, secure=True): value})


def test_it_tells_nobody_whose_it_is_and_goes_to_the_sign_in_page_alone():
    made = browser_cookie(SECRET, EMAIL, today=TODAY, secure=True)
    assert made.key.startswith("__Secure-")
    assert "example" not in f"{made.key}{made.value}"
    assert (made.path, made.httponly, made.secure, made.samesite) == (
        "/sign-in",
        True,
        True,
        "strict",
    )
    # over http, in a demo, browsers take no cookie of that name
    assert not browser_cookie_name(SECRET, EMAIL, secure=False).startswith("__")
    assert not known(jar(secure=False))
