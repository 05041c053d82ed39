"""How hard a stored password is to guess; the other tests hash lightly."""

import time

from argon2 import Type, extract_parameters

from survey_app.accounts import create_account
from survey_app.accounts.guessable import is_guessable

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


def test_signs_that_may_stand_for_letters_are_not_tried_beside_each_other_without_end():
    assert is_guessable("P@$$w0rd!")
    assert is_guessable("!@#$%^&*()_+")
    began = time.process_time()
    # of what each may stand for there are 736 ways: five seconds and more of a processor
    assert not is_guessable("4@8({[<369&%1!|$5+70" * 4)
    assert time.process_time() - began < 1
