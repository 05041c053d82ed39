"""The contact and reservation register (KRR), as Digdir's lookup service tells it.

https://docs.digdir.no/docs/Kontaktregisteret/oppslagstjenesten_rest
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import batched
from typing import Any, Final

import httpx2

from survey_app.asking.digital_post.maskinporten import Maskinporten
from survey_app.asking.digital_post.ports import DigitalPostDown
from survey_app.shared.bounded_reply import OK, ask_service
from survey_app.shared.digital_post_settings import DigitalPostSettings

SERVICE: Final = "the contact and reservation register"
SCOPE: Final = "krr:global/kontaktinformasjon.read"
MOST_AT_ONCE: Final = 1000
LARGEST: Final = 10_000_000  # bytes of an answer about so many: each has a certificate at most


class Krr:
    """Asks about a thousand people at a time. Addresses that it tells are not read."""

    def __init__(
        self, chosen: DigitalPostSettings, client: httpx2.AsyncClient, tokens: Maskinporten
    ) -> None:
        self._address = chosen.krr_url or ""
        self._client, self._tokens = client, tokens

    async def reachable(self, national_ids: Collection[str]) -> frozenset[str]:
        """Return those who have not reserved themselves and can be told that a letter came.

        Raises
        ------
        DigitalPostDown
            If it cannot be asked, or does not answer for everybody.
        """
        found: set[str] = set()
        for some in batched(sorted(set(national_ids)), MOST_AT_ONCE):
            told = await self._ask(some)
            if {number for number, _ in told} != set(some):
                # who is not spoken of may have reserved themselves
                raise DigitalPostDown(SERVICE, "its answer leaves somebody out")
            # of whom it says two things, the one that forbids counts
            found |= set(some) - {number for number, reachable in told if not reachable}
        return frozenset(found)

    async def _ask(self, national_ids: tuple[str, ...]) -> list[tuple[str, bool]]:
        """Return what it says of each, as often as it says something."""
        token = await self._tokens.token(SCOPE)
        try:
            reply = await ask_service(
                self._client,
                "POST",
                self._address,
                largest=LARGEST,
                headers={"Authorization": f"Bearer {token}"},
                json={"personidentifikatorer": list(national_ids)},
            )
        except (httpx2.HTTPError, TimeoutError) as error:
            raise DigitalPostDown(SERVICE, type(error).__name__) from None
        if reply.status not in OK:
            raise DigitalPostDown(SERVICE, str(reply.status))
        try:
            return [
                (str(person["personidentifikator"]), _is_reachable(person))
                for person in reply.json()["personer"]
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DigitalPostDown(SERVICE, type(error).__name__) from None


def _is_reachable(person: Mapping[str, Any]) -> bool:
    """Tell it of one person; what is not said counts as no (eForvaltningsforskriften 15 a, 32).

    Examples
    --------
    >>> said = {"reservasjon": "NEI", "status": "AKTIV", "varslingsstatus": "KAN_VARSLES"}
    >>> _is_reachable(said), _is_reachable(said | {"reservasjon": "JA"})
    (True, False)
    >>> _is_reachable(said | {"varslingsstatus": "KAN_IKKE_VARSLES"}), _is_reachable({})
    (False, False)
    """
    return (
        person.get("reservasjon") == "NEI"
        and person.get("status") == "AKTIV"
        and person.get("varslingsstatus") == "KAN_VARSLES"
    )
