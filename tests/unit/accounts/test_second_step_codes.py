"""Codes of an app against RFC 6238, and what is sealed."""

import base64
import uuid
from datetime import UTC, datetime

import pytest

from survey_app.accounts.roles import Role
from survey_app.accounts.roles_with_second_step import roles_with_second_step
from survey_app.accounts.second_step import codes
from survey_app.settings import Settings
from survey_app.shared.errors import SettingsError

# RFC 6238, appendix B: SHA-1, eight digits, of which an app of six shows the last
SECRET = base64.b32encode(b"12345678901234567890").decode()
VALUES = [
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("second", "code"), VALUES)
def test_codes_are_those_of_the_standard_and_hold_half_a_minute_to_either_side(second, code):
    def step(at):
        return codes.step_of_code(SECRET, code, datetime.fromtimestamp(at, UTC))

    own = second // 30
    assert [step(second + away) for away in (-30, 0, 30)] == [own] * 3
    assert step(second + 90) is None
    assert step(second - 90) is None


def test_a_sealed_secret_opens_for_its_account_and_installation_alone():
    account, key = uuid.uuid4(), b"an installation's secret"
    sealed = codes.seal_app_secret(SECRET, account, key)
    assert codes.open_app_secret(sealed, account, key) == SECRET
    assert codes.open_app_secret(sealed, uuid.uuid4(), key) is None
    assert codes.open_app_secret(sealed, account, b"another") is None
    assert SECRET.encode() not in sealed


def test_a_code_on_paper_is_read_however_it_is_written_and_is_another_for_each_account():
    account, key = uuid.uuid4(), b"an installation's secret"
    ours = codes.new_recovery_codes()
    assert len(set(ours)) == codes.RECOVERY_CODES
    one = ours[0]
    digests = {
        codes.recovery_digest(way, account, key)
        for way in (one, one.upper(), one.replace("-", " "))
    }
    assert len(digests) == 1
    assert codes.recovery_digest(one, uuid.uuid4(), key) not in digests
    assert codes.recovery_digest(one, account, b"another") not in digests


def test_roles_that_must_have_a_second_step_are_named_or_all():
    def roles(told):
        return roles_with_second_step(Settings(second_step=told))

    assert roles("") == frozenset()
    assert roles("admin, hr") == {Role.ADMIN, Role.HR}
    assert roles("all") == set(Role)
    with pytest.raises(SettingsError, match="'king' must be"):
        roles("admin,king")
