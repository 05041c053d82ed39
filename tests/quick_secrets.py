"""Secrets that cost little: passwords hashed lightly, and signing keys that are found only once.

The product's own way stays under test. ``tests/unit/accounts/test_accounts_password.py`` holds how
hard a stored password is, ``tests/unit/asking/test_blind_signing.py`` and the attacks of
``tests/architecture`` make keys of their own, and a demo does all of it as an installation does.

What a file of tests has not imported is not imported for it: there is nothing to make lighter.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_PASSWORDS = "survey_app.accounts.create_account"
_SIGNING = "survey_app.asking.invitations.credential_keys"


class _Keys:
    """Keys that sign credentials: no two of one test are the same, those of the next are these."""

    def __init__(self) -> None:
        self._made: list[RSAPrivateKey] = []
        self._lock = threading.Lock()  # a wave asks for its keys from several threads
        self.given = 0

    def take(self) -> RSAPrivateKey:
        from survey_app.asking.invitations import blind_signing

        with self._lock:
            if self.given == len(self._made):
                self._made.append(blind_signing.make_key())
            self.given += 1
            return self._made[self.given - 1]


KEYS = _Keys()


@pytest.fixture(scope="module", autouse=True)
def light_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if module := sys.modules.get(_PASSWORDS):
            from argon2 import PasswordHasher

            light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
            patch.setattr(module, "_hasher", light)
            patch.setattr(module, "_NOBODY", light.hash("nobody has this password"))
        yield


@pytest.fixture(scope="module", autouse=True)
def kept_keys() -> Iterator[None]:
    KEYS.given = 0
    with pytest.MonkeyPatch.context() as patch:
        if module := sys.modules.get(_SIGNING):
            patch.setattr(module, "make_key", KEYS.take)
        yield


@pytest.fixture(autouse=True)
def keys_of_one_test() -> Iterator[None]:
    """Take the keys of this test again in the next, but for those that the whole module holds."""
    held = KEYS.given
    yield
    KEYS.given = held
