"""Mailboxes in Altinn: a letter is handed over to Altinn 3 Correspondence, as a PDF with a message.

https://docs.altinn.studio/correspondence
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import httpx2

from survey_app.asking.digital_post.maskinporten import Maskinporten, is_token
from survey_app.asking.digital_post.ports import DigitalLetter, DigitalPostDown, MailboxAnswer
from survey_app.shared.bounded_reply import OK, ServiceReply, ask_service
from survey_app.shared.digital_post_settings import DigitalPostSettings

SERVICE: Final = "Altinn"
SCOPE: Final = "altinn:serviceowner altinn:correspondence.write"
CORRESPONDENCE: Final = "/correspondence/api/v1/correspondence"
UPLOAD: Final = f"{CORRESPONDENCE}/upload"
EXCHANGE: Final = "/authentication/api/v1/exchange/maskinporten"
FILE: Final = "brev.pdf"
LARGEST: Final = 1_000_000  # bytes of an answer: none says that much
_LANGUAGES: Final = frozenset({"nb", "nn", "en"})
_USUAL: Final = "nb"
# https://docs.altinn.studio/correspondence/getting-started/developer-guides/idempotency
_CONFLICT: Final = 409
_KEY_WAS_USED: Final = 1034  # other conflicts say nothing of this letter
# about the receiver; all else that is refused is about us
_OF_THEM: Final = frozenset({400, 404, 422})
# refused before anything is made of it
_REFUSED_US: Final = frozenset({401, 403, 429})
# what the service says of one that it did not put into a mailbox
_NOT_TAKEN: Final = frozenset({"Reserved", "Failed"})
# and of one that is on its way there, lies there or lay there
# https://docs.altinn.studio/correspondence/explanation/status-lifecycle
_TAKEN: Final = frozenset(
    {
        "Initialized", "ReadyForPublish", "Published", "Fetched", "Read", "Replied", "Confirmed",
        "AttachmentsDownloaded", "Archived", "PurgedByRecipient", "PurgedByAltinn",
    }
)  # fmt: skip
_NOT_HANDED_OVER: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class AltinnMailbox:
    """Hands letters over, each with a key that Altinn never takes twice."""

    def __init__(
        self, chosen: DigitalPostSettings, client: httpx2.AsyncClient, tokens: Maskinporten
    ) -> None:
        self._chosen, self._client, self._tokens = chosen, client, tokens
        self._exchanged: dict[str, str] = {}

    async def send(self, letter: DigitalLetter) -> MailboxAnswer:
        """Hand one over, once.

        A key that was used says that something was made under it, not that it lies in a mailbox:
        that is looked up.

        Raises
        ------
        DigitalPostDown
            If Altinn takes nothing of ours, or it is not known what became of the letter.
        """
        reply = await self._ask(
            "POST",
            UPLOAD,
            data=self._form(letter),
            files={"Attachments": (FILE, letter.pdf, "application/pdf")},
        )
        if reply.status == _CONFLICT:
            return await self._conflict(reply, letter.key)
        if reply.status in _OF_THEM:
            return MailboxAnswer.PAPER
        if reply.status not in OK:
            raise _down(reply)
        return _taken(_read(lambda: reply.json()["correspondences"][0]["status"]))

    async def find(self, key: UUID) -> MailboxAnswer | None:
        """Say what became of the letter with a key; None where Altinn has none.

        Raises
        ------
        DigitalPostDown
            If that cannot be asked; the letter may have arrived.
        """
        wanted = {
            "resourceId": self._chosen.altinn_resource or "",
            "role": "Sender",
            "idempotentKey": str(key),
        }
        listed = await self._looked_up(CORRESPONDENCE, params=wanted)
        ids = _read(lambda: [UUID(one) for one in listed.json()["ids"]])
        if len(ids) != 1:
            # a key is of one letter: a list of others would be of one that did not look at the key
            return MailboxAnswer.UNSURE if ids else None
        told = await self._looked_up(f"{CORRESPONDENCE}/{ids[0]}")
        if _read(lambda: told.json()["sendersReference"]) != str(key):
            return MailboxAnswer.UNSURE
        return _taken(_read(lambda: told.json()["status"]))

    async def _conflict(self, reply: ServiceReply, key: UUID) -> MailboxAnswer:
        try:
            was_used = reply.json()["errorCode"] == _KEY_WAS_USED
        except (ValueError, KeyError, TypeError):
            was_used = False
        found = await self.find(key) if was_used else None
        # its key cannot be used again, and nothing is there: nobody but a person knows what to do
        return found or MailboxAnswer.UNSURE

    async def _looked_up(self, path: str, **request: Any) -> ServiceReply:  # noqa: ANN401 - as httpx2's
        try:
            reply = await self._ask("GET", path, **request)
        except DigitalPostDown as error:
            raise DigitalPostDown(SERVICE, error.reason, may_have_arrived=True) from None
        if reply.status not in OK:
            raise DigitalPostDown(SERVICE, str(reply.status), may_have_arrived=True)
        return reply

    async def _ask(self, method: str, path: str, **request: Any) -> ServiceReply:  # noqa: ANN401 - as httpx2's
        headers = self._headers(await self._token())
        address = f"{self._chosen.altinn_url}{path}"
        try:
            return await ask_service(
                self._client, method, address, largest=LARGEST, headers=headers, **request
            )
        except _NOT_HANDED_OVER as error:
            raise DigitalPostDown(SERVICE, type(error).__name__) from None
        except (httpx2.HTTPError, TimeoutError) as error:
            raise DigitalPostDown(SERVICE, type(error).__name__, may_have_arrived=True) from None

    async def _token(self) -> str:
        """Return Altinn's own token for Maskinporten's, exchanged once for each of these."""
        given = await self._tokens.token(SCOPE)
        if given not in self._exchanged:
            address = f"{self._chosen.altinn_url}{EXCHANGE}"
            try:
                reply = await ask_service(
                    self._client, "GET", address, largest=LARGEST, headers=self._headers(given)
                )
            except (httpx2.HTTPError, TimeoutError) as error:
                raise DigitalPostDown(SERVICE, type(error).__name__) from None
            if reply.status not in OK:
                raise DigitalPostDown(SERVICE, str(reply.status))
            token = reply.content.decode(errors="replace").strip().strip('"')
            if not is_token(token):
                raise DigitalPostDown(SERVICE, "no token")
            self._exchanged = {given: token}
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


def _taken(status: object) -> MailboxAnswer:
    said = status if isinstance(status, str) else ""
    if said in _NOT_TAKEN:
        return MailboxAnswer.PAPER
    # what we do not know may mean either: nobody is passed over, or written to twice, for it
    return MailboxAnswer.DELIVERED if said in _TAKEN else MailboxAnswer.UNSURE


def _down(reply: ServiceReply) -> DigitalPostDown:
    arrived = reply.status not in _REFUSED_US
    return DigitalPostDown(SERVICE, str(reply.status), may_have_arrived=arrived)


def _read[T](what: Callable[[], T]) -> T:
    try:
        return what()
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise DigitalPostDown(
            SERVICE, "an answer that cannot be read", may_have_arrived=True
        ) from None
