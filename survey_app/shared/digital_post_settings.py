"""Digital mailboxes and the register of who may get post there (docs/operations.md)."""

from __future__ import annotations

import json

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import field_validator
from pydantic_settings import BaseSettings

from survey_app.shared.service_address import is_service_address


class DigitalPostSettings(BaseSettings):
    """Settings of digital post; without a resource of Altinn's, letters are paper."""

    altinn_resource: str | None = None
    altinn_url: str = "https://platform.altinn.no"
    altinn_key: str | None = None
    krr_url: str | None = None
    maskinporten_issuer: str = "https://maskinporten.no/"
    maskinporten_client_id: str | None = None
    maskinporten_key: str | None = None
    organisation_number: str | None = None

    @property
    def offers_digital_post(self) -> bool:
        """Whether letters may be sent digitally: said to every process, and no secret."""
        return self.altinn_resource is not None

    @property
    def has_digital_post(self) -> bool:
        """Whether this process has all that it takes; the worker alone has."""
        return all(
            (
                self.altinn_resource,
                self.krr_url,
                self.maskinporten_client_id,
                self.maskinporten_key,
                self.organisation_number,
            )
        )

    @field_validator("altinn_url", "krr_url", "maskinporten_issuer")
    @classmethod
    def _is_a_service(cls, value: str | None) -> str | None:
        if value is not None and not is_service_address(value):
            raise ValueError("must be the service's https:// address")
        return value

    @field_validator("altinn_url")
    @classmethod
    def _has_no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("maskinporten_issuer")
    @classmethod
    def _has_a_slash(cls, value: str) -> str:
        return f"{value.rstrip('/')}/"

    @field_validator("maskinporten_key")
    @classmethod
    def _is_a_key(cls, value: str | None) -> str | None:
        if value is not None:
            private_key_of(value)
        return value


def private_key_of(text: str) -> RSAKey:
    """Read a private key of RSA from a JWK with a name (``kid``), as Maskinporten knows it.

    Raises
    ------
    ValueError
        If it is none; no word of it is told.
    """
    try:
        key = RSAKey.import_key(json.loads(text))
    except (JoseError, ValueError, TypeError, KeyError):
        key = None
    if key is None or not key.is_private or not key.kid:
        raise ValueError("must be a private RSA key as a JWK with its kid")
    return key
