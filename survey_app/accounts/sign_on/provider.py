"""What a provider tells of itself, its keys, and the code flow with it (OpenID Connect Core 1.0).

Discovery (OpenID Connect Discovery 1.0), PKCE (RFC 7636), ``iss`` of the reply (RFC 9207); tokens
are exchanged by Authlib and checked by joserfc.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from survey_app.accounts.sign_on.errors import SignOnError, SignOnProblem

log = logging.getLogger("barometer.accounts")
WELL_KNOWN: Final = "/.well-known/openid-configuration"
# signed with a key pair: none of them can be made from what we know
ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
SECONDS: Final = 10
KEPT_SECONDS: Final = 3600
# keys are asked for anew where one is unknown, and not more often than this
ANEW_SECONDS: Final = 60
CLOCK_SECONDS: Final = 60
NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# us, and nobody who signs in (RFC 6749, 5.2): most often a secret whose time is over there
OF_THE_CLIENT: Final = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at the provider.

    Attributes
    ----------
    issuer : str
        As the provider writes it.
    client_id, client_secret : str
    redirect_uri : str
        Where it sends people back.
    scope : str
    acr : tuple of str
        Ways of signing in that are asked for.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scope: str = "openid email profile"
    acr: tuple[str, ...] = ()


class Provider:
    """One provider, as this process knows it: what it told of itself is asked for once an hour."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._told: dict[str, Any] = {}
        self._told_at = float("-inf")
        self._keys: KeySet | None = None
        self._keys_at = float("-inf")

    async def way_in(self, *, state: str, nonce: str, verifier: str, language: str) -> str:
        """Return the address that a person is sent to.

        Raises
        ------
        SignOnError
            If the provider does not answer.
        """
        told = await self.metadata()
        asked = {"nonce": nonce, "ui_locales": language, "response_type": "code"}
        if self.client.acr:
            asked["acr_values"] = " ".join(self.client.acr)
        async with self._session(told) as session:
            address, _ = session.create_authorization_url(
                told["authorization_endpoint"], state=state, code_verifier=verifier, **asked
            )
        return str(address)

    async def exchange(
        self, *, code: str, nonce: str, verifier: str, issuer: str | None
    ) -> tuple[dict[str, Any], str]:
        """Return the claims of the ID token that a code stands for, and the token itself.

        Parameters
        ----------
        code : str
        nonce, verifier : str
            Of the attempt that the code belongs to.
        issuer : str or None
            ``iss`` of the reply, where it named one.

        Raises
        ------
        SignOnError
            If the provider does not answer, does not take the code, or the token is not valid.
        """
        told = await self.metadata()
        if issuer is not None and issuer != told["issuer"]:
            raise SignOnError("the reply is of another provider", SignOnProblem.FORGED)
        async with self._session(told) as session:
            try:
                token = await session.fetch_token(
                    told["token_endpoint"], code=code, code_verifier=verifier
                )
            except OAuthError as error:
                if str(error.error) in OF_THE_CLIENT:
                    refused = (
                        f"single sign-on: the provider refuses us ({error.error}):"
                        " see BAROMETER_OIDC_CLIENT_ID and BAROMETER_OIDC_CLIENT_SECRET"
                    )
                    log.error(refused)  # noqa: TRY400 - where it stands says nothing
                    raise SignOnError(refused, SignOnProblem.AWAY) from None
                raise SignOnError(
                    f"the provider did not take the code: {error.error}", SignOnProblem.LOST
                ) from None
            except (httpx2.HTTPError, ValueError, TypeError) as error:
                raise _away(error) from None
        signed = token.get("id_token")
        if not isinstance(signed, str):
            raise SignOnError("the provider sent no ID token", SignOnProblem.FORGED)
        access_token = str(token.get("access_token", ""))
        claims = await self._checked(signed, told, nonce, access_token)
        return await self._with_userinfo(claims, told, access_token), signed

    async def way_out(self, id_token: str, back: str) -> str | None:
        """Return the address that signs somebody out there too, where the provider has one."""
        try:
            told = await self.metadata()
        except SignOnError:
            return None
        end = told.get("end_session_endpoint")
        if not isinstance(end, str) or not _is_safe(end):
            return None
        asked = {"client_id": self.client.client_id, "post_logout_redirect_uri": back}
        if id_token:
            asked["id_token_hint"] = id_token
        return f"{end}{'&' if '?' in end else '?'}{urlencode(asked)}"

    async def metadata(self) -> dict[str, Any]:
        """Return what the provider tells of itself.

        Raises
        ------
        SignOnError
            If it does not answer, is another one, or offers what cannot be trusted.
        """
        if time.monotonic() - self._told_at > KEPT_SECONDS:
            found = await self._get(self.client.issuer.rstrip("/") + WELL_KNOWN)
            # exactly: Entra's `common` answers for everybody, and would let every tenant in
            if found.get("issuer") != self.client.issuer:
                raise SignOnError(
                    f"the provider calls itself {found.get('issuer')!r}, and BAROMETER_OIDC_ISSUER"
                    f" is {self.client.issuer!r}",
                    SignOnProblem.AWAY,
                )
            if not all(_is_safe(str(found.get(name, ""))) for name in NEEDED):
                raise SignOnError(
                    f"the provider names no https:// address for each of {', '.join(NEEDED)}",
                    SignOnProblem.AWAY,
                )
            self._told, self._told_at = found, time.monotonic()
        return self._told

    def _session(self, told: dict[str, Any]) -> AsyncOAuth2Client:
        offered = _named(told, "token_endpoint_auth_methods_supported", "client_secret_basic")
        ways = [way for way in ("client_secret_basic", "client_secret_post") if way in offered]
        return AsyncOAuth2Client(
            client_id=self.client.client_id,
            client_secret=self.client.client_secret,
            token_endpoint_auth_method=ways[0] if ways else "client_secret_basic",
            redirect_uri=self.client.redirect_uri,
            scope=self.client.scope,
            code_challenge_method="S256",
            timeout=SECONDS,
        )

    async def _with_userinfo(
        self, claims: dict[str, Any], told: dict[str, Any], access_token: str
    ) -> dict[str, Any]:
        """Ask for what a provider tells of a person at another address than in the ID token."""
        address = told.get("userinfo_endpoint")
        if "email" in claims or not isinstance(address, str) or not access_token:
            return claims
        more = await self._get(address, Authorization=f"Bearer {access_token}")
        # of another person it tells nothing here (OpenID Connect Core 5.3.2)
        return {**more, **claims} if more.get("sub") == claims["sub"] else claims

    async def _checked(
        self, signed: str, told: dict[str, Any], nonce: str, access_token: str
    ) -> dict[str, Any]:
        offered = _named(told, "id_token_signing_alg_values_supported", "RS256")
        algorithms = sorted(ALGORITHMS & offered)
        for anew in (False, True):
            try:
                decoded = jwt.decode(signed, await self._key_set(anew=anew), algorithms=algorithms)
                claims = CodeIDToken(
                    decoded.claims,
                    decoded.header,
                    options={
                        "iss": {"essential": True, "value": told["issuer"]},
                        "aud": {"essential": True, "value": self.client.client_id},
                    },
                    params={
                        "nonce": nonce,
                        "client_id": self.client.client_id,
                        "access_token": access_token,
                    },
                )
                claims.validate(leeway=CLOCK_SECONDS)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                # a key that was changed there since we asked
                if anew or time.monotonic() - self._keys_at < ANEW_SECONDS:
                    raise SignOnError(
                        f"the ID token is not valid: {type(error).__name__}", SignOnProblem.FORGED
                    ) from None
            else:
                if not claims["sub"]:  # whoever had none would be one person here
                    raise SignOnError("the ID token is of nobody", SignOnProblem.FORGED)
                return dict(claims)
        raise AssertionError

    async def _key_set(self, *, anew: bool) -> KeySet:
        if self._keys is None or anew or time.monotonic() - self._keys_at > KEPT_SECONDS:
            told = await self.metadata()
            try:
                self._keys = KeySet.import_key_set(await self._get(told["jwks_uri"]))  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise _away(error) from None
            self._keys_at = time.monotonic()
        return self._keys

    async def _get(self, address: str, **headers: str) -> dict[str, Any]:
        if not _is_safe(address):
            raise SignOnError(f"{address} is not https://", SignOnProblem.AWAY)
        try:
            async with httpx2.AsyncClient(timeout=SECONDS) as client:
                reply = await client.get(address, headers={"Accept": "application/json", **headers})
                reply.raise_for_status()
                found = reply.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise _away(error) from None
        if not isinstance(found, dict):
            raise SignOnError(f"{address} holds no object", SignOnProblem.AWAY)
        return found


def _away(error: Exception) -> SignOnError:
    return SignOnError(f"the provider does not answer: {type(error).__name__}", SignOnProblem.AWAY)


def _named(told: dict[str, Any], what: str, usual: str) -> set[str]:
    """Return what a provider says that it can do, and where it says nothing, what is usual."""
    listed = told.get(what)
    return {str(one) for one in listed} if listed and isinstance(listed, list) else {usual}


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return bool(parts.netloc) and (parts.scheme == "https" or (parts.scheme == "http" and here))
