"""What devices are asked, and what their answers must be: py_webauthn, for this installation.

A passkey belongs to the host of ``BAROMETER_BASE_URL``; a page of any other host gets no answer
that is taken here. It is found by the device without an address, and the device asks its owner for
a finger, a face or a PIN: so it is two factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from survey_app.settings import Settings

NAME: Final = "Verdibarometer"
LARGEST: Final = 16 * 1024  # signs of an answer
# the last: of lists in lists in lists
_UNREADABLE: Final = (WebAuthnException, ValueError, TypeError, RecursionError)


class PasskeyError(Exception):
    """An answer of a device is not taken."""


def ask_for_new(
    settings: Settings, *, challenge: bytes, account: bytes, email: str, known: Sequence[bytes]
) -> dict[str, Any]:
    """Return what a device is asked to make a passkey by; it makes none beside one of ``known``."""
    options = generate_registration_options(
        rp_id=_host(settings),
        rp_name=NAME,
        user_id=account,
        user_name=email,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return dict(options_to_json_dict(options))


def ask_for_any(settings: Settings, *, challenge: bytes) -> dict[str, Any]:
    """Return what a device is asked to sign somebody in by."""
    options = generate_authentication_options(
        rp_id=_host(settings),
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options_to_json_dict(options))


def read_made_passkey(told: str) -> tuple[RegistrationCredential, bytes]:
    """Return a device's new passkey, and the challenge that it says it answers.

    Raises
    ------
    PasskeyError
        If it cannot be read.
    """
    try:
        found = parse_registration_credential_json(told[:LARGEST])
        return found, parse_client_data_json(found.response.client_data_json).challenge
    except _UNREADABLE as error:
        raise PasskeyError from error


def read_passkey_answer(told: str) -> tuple[AuthenticationCredential, bytes]:
    """Return what a device signed, and the challenge that it says it answers.

    Raises
    ------
    PasskeyError
        If it cannot be read.
    """
    try:
        found = parse_authentication_credential_json(told[:LARGEST])
        return found, parse_client_data_json(found.response.client_data_json).challenge
    except _UNREADABLE as error:
        raise PasskeyError from error


def check_made_passkey(
    settings: Settings, found: RegistrationCredential, challenge: bytes
) -> VerifiedRegistration:
    """Return a new passkey that holds.

    Raises
    ------
    PasskeyError
        If it is of another host or page, answers another challenge, or its owner was not asked.
    """
    try:
        return verify_registration_response(
            credential=found,
            expected_challenge=challenge,
            expected_rp_id=_host(settings),
            expected_origin=_origin(settings),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError) as error:
        raise PasskeyError from error


def check_passkey_answer(
    settings: Settings,
    found: AuthenticationCredential,
    challenge: bytes,
    *,
    public_key: bytes,
    sign_count: int,
) -> VerifiedAuthentication:
    """Return what was signed with a passkey that is known.

    Raises
    ------
    PasskeyError
        As of a new one, if another key signed, or if the count did not go up.
    """
    try:
        return verify_authentication_response(
            credential=found,
            expected_challenge=challenge,
            expected_rp_id=_host(settings),
            expected_origin=_origin(settings),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError) as error:
        raise PasskeyError from error


def _host(settings: Settings) -> str:
    return urlsplit(settings.base_url).hostname or ""


def _origin(settings: Settings) -> str:
    parts = urlsplit(settings.base_url)
    return f"{parts.scheme}://{parts.netloc}"
