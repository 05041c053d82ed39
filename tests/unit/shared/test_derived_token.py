import uuid

import pytest

from survey_app.shared.derived_token import derived_token, row_of_token

ROW, SECRET = uuid.UUID(int=7), b"for tests only"
TOKEN = derived_token(ROW, b"choose a password", SECRET)


def test_a_token_leads_to_its_row_for_its_own_purpose_and_secret_alone():
    assert row_of_token(TOKEN, b"choose a password", SECRET) == ROW
    assert row_of_token(TOKEN, b"stop a subscription", SECRET) is None
    assert row_of_token(TOKEN, b"choose a password", b"another") is None


@pytest.mark.parametrize("token", ["", "AAAA", "not base64!", TOKEN[:-1], TOKEN + "AA"])
def test_what_is_no_whole_token_leads_nowhere(token):
    assert row_of_token(token, b"choose a password", SECRET) is None
