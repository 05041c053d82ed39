"""Access tokens of Maskinporten: a signed grant is exchanged for one (RFC 7523).

https://docs.digdir.no/docs/Maskinporten/maskinporten_protocol_jwtgrant
"""

from __future__ import annotations

import re
import time
import uuid
from typing import Final

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

from survey_app.asking.digital_post.ports import DigitalPostDown
from survey_app.shared.bounded_reply import OK, ask_service
from survey_app.shared.digital_post_settings import DigitalPostSettings, private_key_of

SERVICE: Final = "Maskinporten"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PATIENCE: Final = 30.0  # seconds for an answer to begin, and for each further part of it
LARGEST: Final = 100_000  # bytes of an answer: a token has some thousand
_TOKEN: Final = re.compile(r"[ -;=?-~]+")
_VALID: Final = 100  # seconds; a grant that is valid for more than 120 is refused
_MARGIN: Final = 30.0  # seconds before its end from which on a token is not used any more
_FOREVER: Final = 60.0  # seconds that a token is used which does not say how long it is valid


def is_token(said: str) -> bool:
    """Tell whether what a service gave may stand in a header: a web page is no token.

    Examples
    --------
    >>> is_token("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"), is_token("<html>Pålogging"), is_token("")
    (True, False, False)
    """
    return _TOKEN.fullmatch(said) is not None


class Maskinporten:
    """Tokens for one client, each kept in memory until it runs out."""

    def __init__(self, chosen: DigitalPostSettings, client: httpx2.AsyncClient) -> None:
        self._chosen, self._client = chosen, client
        self._tokens: dict[str, tuple[str, float]] = {}

    async def token(self, scope: str) -> str:
        """Return an access token.

        Raises
        ------
        DigitalPostDown
            If none is given; its reason is a status or a kind of error, and holds no secret.
        """
        token, ends = self._tokens.get(scope, ("", 0.0))
        if time.monotonic() < ends - _MARGIN:
            return token
        issuer = self._chosen.maskinporten_issuer
        form = {"grant_type": GRANT, "assertion": self._grant(issuer, scope)}
        try:
            reply = await ask_service(
                self._client, "POST", f"{issuer}token", largest=LARGEST, data=form
            )
        except (httpx2.HTTPError, TimeoutError) as error:
            raise DigitalPostDown(SERVICE, type(error).__name__) from None
        if reply.status not in OK:
            raise DigitalPostDown(SERVICE, str(reply.status))
        try:
            told = reply.json()
            token = str(told["access_token"])
            ends = time.monotonic() + float(told.get("expires_in", _FOREVER))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DigitalPostDown(SERVICE, type(error).__name__) from None
        if not is_token(token):
            raise DigitalPostDown(SERVICE, "no token")
        self._tokens[scope] = token, ends
        return token

    def _grant(self, issuer: str, scope: str) -> str:
        key: RSAKey = private_key_of(self._chosen.maskinporten_key or "")
        now = int(time.time())
        claims = {
            "aud": issuer,
            "iss": self._chosen.maskinporten_client_id,
            "scope": scope,
            "iat": now,
            "exp": now + _VALID,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
