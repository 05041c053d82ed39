"""From what a provider says of somebody to who that is here, and with what role. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from survey_app.accounts.addresses import known_as
from survey_app.accounts.roles import LONGEST_SCOPE, UNIT_ROLES, Role
from survey_app.accounts.sign_on.errors import SignOnError, SignOnProblem

# Entra ID: a person within a tenant; `sub` there is another one for each application
ENTRA: Final = ("tid", "oid")
# where Microsoft alone writes them (its clouds, tokens of version 2 and 1); at any other issuer
# they are claims like others, and somebody there may choose their own
OF_ENTRA: Final = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "sts.windows.net",
        "sts.chinacloudapi.cn",
    }
)
ADDRESSES: Final = ("email", "preferred_username", "upn")


@dataclass(frozen=True, slots=True)
class Rules:
    """How an installation reads claims.

    Attributes
    ----------
    roles : mapping of str to Role
        What the directory calls a role, in order: of several the first counts. Empty: roles are
        kept here.
    role_claim, unit_claim : str
        Names of the claims; an empty ``unit_claim`` means that units are kept here.
    acr : tuple of str
        Ways of signing in that are strong enough; empty for any.
    """

    roles: Mapping[str, Role]
    role_claim: str = "roles"
    unit_claim: str = ""
    acr: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as the provider tells of them.

    Attributes
    ----------
    issuer, subject : str
        Who they are: never their address, which may be given to somebody else.
    email : str
        What to write to and to show; empty where none is told.
    role : Role or None
        None where roles are kept here.
    unit : str
        Code of the unit; empty where none is told.
    """

    issuer: str
    subject: str
    email: str
    role: Role | None
    unit: str


def read_claims(claims: Mapping[str, Any], rules: Rules) -> Somebody:
    """Return whom the claims of a valid ID token tell of.

    Raises
    ------
    SignOnError
        If they were signed in too weakly, or have no role or no unit for it.
    """
    if rules.acr and claims.get("acr") not in rules.acr:
        raise SignOnError(
            f"signed in as {claims.get('acr')!r}, and one of {', '.join(rules.acr)} is asked for",
            SignOnProblem.WEAK,
        )
    role = _role(claims, rules)
    unit = _text(claims.get(rules.unit_claim)) if rules.unit_claim else ""
    if role in UNIT_ROLES and rules.unit_claim and not 0 < len(unit) <= LONGEST_SCOPE:
        raise SignOnError(
            f"the role {role} needs a unit, and {rules.unit_claim} names none",
            SignOnProblem.NO_UNIT,
        )
    return Somebody(
        issuer=str(claims["iss"]),
        subject=subject_of(claims),
        email=_address(claims),
        role=role,
        unit=unit if role in UNIT_ROLES else "",
    )


def subject_of(claims: Mapping[str, Any]) -> str:
    """Return what a person is known by at their provider, for as long as they are there."""
    if _is_entra(claims):
        return _within_tenant(claims) or str(claims["sub"])
    return str(claims["sub"])


def former_subject_of(claims: Mapping[str, Any]) -> str:
    """Return what versions up to 3 December 2026 knew a person by, where that was another thing.

    Empty where it was not, and where the provider does not say that the address is proved: then
    nothing but claims that anybody may have chosen would say who it is.
    """
    told = "@" in _text(claims.get("email"))
    proved = told and str(claims.get("email_verified")).lower() == "true"
    return _within_tenant(claims) if proved and not _is_entra(claims) else ""


def _is_entra(claims: Mapping[str, Any]) -> bool:
    parts = urlsplit(str(claims["iss"]))
    tenant = _text(claims.get("tid")).lower()
    return parts.hostname in OF_ENTRA and tenant in parts.path.lower().split("/")


def _within_tenant(claims: Mapping[str, Any]) -> str:
    if all(isinstance(claims.get(name), str) and claims[name] for name in ENTRA):
        return ":".join(claims[name] for name in ENTRA)
    return ""


def _role(claims: Mapping[str, Any], rules: Rules) -> Role | None:
    if not rules.roles:
        return None
    told = claims.get(rules.role_claim)
    listed = told if isinstance(told, list) else [told]
    held = {one for one in listed if isinstance(one, str)}
    for name, role in rules.roles.items():
        if name in held:
            return role
    raise SignOnError(
        f"{rules.role_claim} names none of {', '.join(rules.roles)}", SignOnProblem.NO_ROLE
    )


def _address(claims: Mapping[str, Any]) -> str:
    for name in ADDRESSES:
        found = known_as(_text(claims.get(name)))
        # one that anybody may have typed at the provider is nobody's; some tell it as a word
        unproved = str(claims.get("email_verified")).lower() == "false"
        if "@" in found and not (name == "email" and unproved):
            return found
    return ""


def _text(told: object) -> str:
    if isinstance(told, list):
        told = told[0] if len(told) == 1 else ""
    return told.strip() if isinstance(told, str) else ""
