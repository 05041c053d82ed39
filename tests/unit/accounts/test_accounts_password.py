"""How hard a stored password is to guess; the other tests hash lightly."""

from argon2 import Type, extract_parameters

from survey_app.accounts import create_account

# before the tests begin, and with them the lighter ones
OWN, OWN_NOBODY = create_account._hasher, create_account._NOBODY


def test_a_password_is_hardened_as_rfc_9106_asks_of_a_server_with_little_memory():
    found = extract_parameters(OWN.hash("a long enough password"))
    assert found.type is Type.ID
    assert found.time_cost >= 3
    assert found.memory_cost >= 64 * 1024  # KiB
    assert found.parallelism == 4
    assert found.salt_len >= 16


def test_an_unknown_address_takes_as_long_as_a_wrong_password():
    assert extract_parameters(OWN_NOBODY) == extract_parameters(OWN.hash("another password"))
