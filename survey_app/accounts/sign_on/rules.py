"""How this installation signs people on, from its settings."""

from __future__ import annotations

import functools
from typing import Final

from survey_app.accounts.roles import Role
from survey_app.accounts.sign_on.claims import Rules
from survey_app.accounts.sign_on.provider import Client, Provider
from survey_app.settings import Settings
from survey_app.shared.errors import SettingsError

BACK: Final = "/sign-in/callback"


def roles_in(told: str) -> dict[str, Role]:
    """Read ``BAROMETER_OIDC_ROLES``: ``name in the directory=role``, with commas between.

    Raises
    ------
    SettingsError
        If a part is none, or names a role that there is not.
    """
    roles: dict[str, Role] = {}
    for part in filter(None, (one.strip() for one in told.split(","))):
        name, _, role = part.rpartition("=")
        if not name or role.strip() not in set(Role):
            sentence = (
                f"BAROMETER_OIDC_ROLES: '{part}' must be a name of your directory, = and one of"
                f" {', '.join(Role)}"
            )
            raise SettingsError((sentence,))
        roles[name.strip()] = Role(role.strip())
    return roles


def rules_of(settings: Settings) -> Rules:
    """Return how claims are read here."""
    return Rules(
        roles=roles_in(settings.oidc_roles),
        role_claim=settings.oidc_role_claim,
        unit_claim=settings.oidc_unit_claim,
        acr=tuple(settings.oidc_acr.split()),
    )


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider of an installation, the same one each time; None where it has none."""
    if not (settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret):
        return None
    return _provider(
        Client(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            redirect_uri=f"{settings.base_url}{BACK}",
            scope=settings.oidc_scope,
            acr=tuple(settings.oidc_acr.split()),
        )
    )


@functools.lru_cache(maxsize=8)
def _provider(client: Client) -> Provider:
    return Provider(client)
