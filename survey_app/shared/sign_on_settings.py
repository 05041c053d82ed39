"""A provider of OpenID Connect that lets people in, said in settings (docs/operations.md)."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import field_validator, model_validator
from pydantic_settings import BaseSettings


class SignOnSettings(BaseSettings):
    """Settings of single sign-on; without an issuer there is none."""

    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_name: str | None = None
    oidc_scope: str = "openid email profile"
    oidc_roles: str = ""
    oidc_role_claim: str = "roles"
    oidc_unit_claim: str = ""
    oidc_acr: str = ""
    oidc_only: bool = False

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, value: str | None) -> str | None:
        # as the provider writes it, to the sign: its ID tokens are held against it
        if value is None:
            return None
        parts = urlsplit(value)
        here = parts.hostname in {"localhost", "127.0.0.1"}
        if not parts.netloc or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
            raise ValueError("must be the provider's issuer, an https:// address")
        return value

    @model_validator(mode="after")
    def _single_sign_on_is_whole(self) -> Self:
        given = {
            "OIDC_ISSUER": self.oidc_issuer,
            "OIDC_CLIENT_ID": self.oidc_client_id,
            "OIDC_CLIENT_SECRET": self.oidc_client_secret,
        }
        missing = [f"BAROMETER_{name}" for name, value in given.items() if not value]
        if (any(given.values()) or self.oidc_only) and missing:
            raise ValueError(f"single sign-on needs {', '.join(missing)} too")
        return self
