"""Mailboxes in Altinn: a letter is handed over to Altinn 3 Correspondence, as a PDF with a message.

https://docs.altinn.studio/correspondence
"""

from __future__ import annotations

from typing import Final

import httpx2

from survey_app.asking.digital_post.maskinporten import Maskinporten
from survey_app.asking.digital_post.ports import DigitalLetter, DigitalPostDown
from survey_app.shared.digital_post_settings import DigitalPostSettings

SERVICE: Final = "Altinn"
SCOPE: Final = "altinn:serviceowner altinn:correspondence.write"
UPLOAD: Final = "/correspondence/api/v1/correspondence/upload"
EXCHANGE: Final = "/authentication/api/v1/exchange/maskinporten"
FILE: Final = "brev.pdf"
_LANGUAGES: Final = frozenset({"nb", "nn", "en"})
_USUAL: Final = "nb"
_CONFLICT: Final = 409  # of a key that was used: the letter is there already
# about the receiver; all else that is refused is about us
_OF_THEM: Final = frozenset({400, 404, 422})
# what the service says of one that it did not put into a mailbox
_NOT_TAKEN: Final = frozenset({"Reserved", "Failed"})


class AltinnMailbox:
    """Hands letters over, each with a key that Altinn never takes twice."""

    def __init__(
        self, chosen: DigitalPostSettings, client: httpx2.AsyncClient, tokens: Maskinporten
    ) -> None:
        self._chosen, self._client, self._tokens = chosen, client, tokens
        self._exchanged: dict[str, str] = {}

    async def send(self, letter: DigitalLetter) -> bool:
        """Hand one over, once; False where its receiver cannot get it and needs paper.

        Raises
        ------
        DigitalPostDown
            If it is not known what became of it, or Altinn takes nothing of ours.
        """
        try:
            reply = await self._client.post(
                f"{self._chosen.altinn_url}{UPLOAD}",
                headers=self._headers(await self._token()),
                data=self._form(letter),
                files={"Attachments": (FILE, letter.pdf, "application/pdf")},
            )
        except httpx2.HTTPError as error:
            raise DigitalPostDown(SERVICE, type(error).__name__) from None
        if reply.status_code == _CONFLICT:
            return True
        if reply.status_code in _OF_THEM:
            return False
        if not reply.is_success:
            raise DigitalPostDown(SERVICE, str(reply.status_code))
        return _status(reply) not in _NOT_TAKEN

    async def _token(self) -> str:
        """Return Altinn's own token for Maskinporten's, exchanged once for each of these."""
        given = await self._tokens.token(SCOPE)
        if given not in self._exchanged:
            try:
                reply = await self._client.get(
                    f"{self._chosen.altinn_url}{EXCHANGE}", headers=self._headers(given)
                )
                reply.raise_for_status()
            except httpx2.HTTPStatusError as error:
                raise DigitalPostDown(SERVICE, str(error.response.status_code)) from None
            except httpx2.HTTPError as error:
                raise DigitalPostDown(SERVICE, type(error).__name__) from None
            self._exchanged = {given: reply.text.strip().strip('"')}
        return self._exchanged[given]

    def _headers(self, token: str) -> dict[str, str]:
        own = (
            {"Ocp-Apim-Subscription-Key": self._chosen.altinn_key}
            if self._chosen.altinn_key
            else {}
        )
        return {"Authorization": f"Bearer {token}", "Accept": "application/json", **own}

    def _form(self, letter: DigitalLetter) -> dict[str, str]:
        sender = f"0192:{self._chosen.organisation_number}"
        language = letter.language if letter.language in _LANGUAGES else _USUAL
        message, attachment = "Correspondence.Content", "Correspondence.Content.Attachments[0]"
        return {
            "Recipients[0]": f"urn:altinn:person:identifier-no:{letter.national_id}",
            "IdempotentKey": str(letter.key),
            "Correspondence.ResourceId": self._chosen.altinn_resource or "",
            "Correspondence.Sender": sender,
            "Correspondence.SendersReference": str(letter.key),
            # who has reserved themselves since we asked gets paper
            "Correspondence.IgnoreReservation": "false",
            f"{message}.Language": language,
            f"{message}.MessageTitle": letter.title,
            f"{message}.MessageSummary": letter.summary,
            f"{message}.MessageBody": letter.body,
            f"{attachment}.FileName": FILE,
            f"{attachment}.DisplayName": letter.title,
            f"{attachment}.SendersReference": str(letter.key),
            f"{attachment}.IsEncrypted": "false",
            "Correspondence.Notification.NotificationTemplate": "GenericAltinnMessage",
            "Correspondence.Notification.NotificationChannel": "EmailPreferred",
            "Correspondence.Notification.SendReminder": "false",
        }


def _status(reply: httpx2.Response) -> str:
    try:
        return str(reply.json()["correspondences"][0]["status"])
    except (ValueError, KeyError, IndexError, TypeError):
        raise DigitalPostDown(SERVICE, "an answer that cannot be read") from None
