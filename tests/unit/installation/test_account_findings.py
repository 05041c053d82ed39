"""Without an administrator nobody lets anybody in; without a second person no wave opens."""

import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.account_findings import inspect_roles


@pytest.mark.parametrize(
    ("held", "bad", "told"),
    [
        ({}, False, "there is none yet"),
        ({Role.HR: 3}, True, "nobody is an administrator"),
        ({Role.ADMIN: 1, Role.HR: 2}, False, "invite a second"),
        ({Role.ADMIN: 2, Role.HR: 1}, False, "fewer than two"),
        ({Role.ADMIN: 2, Role.HR: 1, Role.COMMUNICATIONS: 1}, False, "are there"),
    ],
)
def test_who_is_missing_is_told(held, bad, told):
    [found] = inspect_roles(held)
    assert (found.bad, told in found.sentence) == (bad, True)
