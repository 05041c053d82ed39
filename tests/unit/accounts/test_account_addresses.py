"""The address that an account is known by."""

import pytest

from survey_app.accounts.create_account import as_address
from survey_app.accounts.errors import AccountError


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u202e", "\u00ad", "\ufeff", "\u2066", "\ufe0f", "\u034f", "\u3164"]
)
def test_an_address_that_would_look_like_another_s_is_none(sign):
    assert as_address(" HR@Example.org ") == "hr@example.org"
    with pytest.raises(AccountError, match="not an e-mail address"):
        as_address(f"hr{sign}@example.org")
