"""A gateway of text messages over HTTP: one request for each message, and what its answers mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Protocol, Self

import httpx2

from survey_app.asking.delivery.mail_server import Verdict
from survey_app.asking.errors import SmsGatewayDown, SmsLost
from survey_app.shared.bounded_reply import AT_MOST, OK, ServiceReply, ask_service
from survey_app.shared.sms_settings import SmsSettings, body_of, headers_of, is_accepted

PATIENCE: Final = 30.0  # seconds for each step until a message is handed over
LARGEST: Final = 1_000_000  # bytes of an answer; none says that much
LONGEST_REST: Final = 3600.0
USUAL_REST: Final = 60.0
# RFC 9110 and 6585: the request as such is refused, whoever it is for
_REFUSED_US: Final = frozenset({401, 402, 403, 404, 405, 407, 413, 415, 421})
_TOO_FAST: Final = frozenset({429, 503})
# RFC 9110: some say with these where one sees what became of a request that was carried out
_ELSEWHERE: Final = frozenset({302, 303})
_OF_THEM: Final = range(400, 500)
# nothing was handed over: nobody there, a proxy that lets nobody through, a request that is none
_NOT_HANDED_OVER: Final = (
    httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError,
    httpx2.LocalProtocolError, httpx2.UnsupportedProtocol,
)  # fmt: skip
CODE: Final = "sms "  # before what is noted of a message
UNKNOWN: Final = "unknown"
UNREADABLE: Final = "unreadable"
_PAGE: Final = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A message as it is handed over; ``key`` is the same whenever it is tried again."""

    to: str
    text: str
    key: str


class TextGateway(Protocol):
    """What sends text messages: one at a time, and says what became of each."""

    async def send(self, message: TextMessage) -> tuple[Verdict, str]:
        """Hand one message over; the code says why it was not taken, and holds no number."""


class HttpGateway:
    """A gateway that takes JSON, in the manner that the settings describe.

    Parameters
    ----------
    chosen : SmsSettings
        With address and sender.
    """

    def __init__(self, chosen: SmsSettings) -> None:
        self._chosen = chosen
        self._client = httpx2.AsyncClient(
            # once it is handed over, as long as any answer may take: a slow one is an answer
            timeout=httpx2.Timeout(PATIENCE, read=AT_MOST),
            headers=headers_of(chosen.sms_headers),
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def send(self, message: TextMessage) -> tuple[Verdict, str]:
        """Hand one message over.

        Returns
        -------
        (Verdict, str)
            And a code where it was not taken. ``NEVER`` with ``sms unknown``: no answer came, the
            message may be on its way, and the gateway does not know one that comes twice.

        Raises
        ------
        SmsLost
            If no answer came, or a fault of the gateway's, and it knows one that comes twice: it
            is tried again with the same key.
        SmsGatewayDown
            If the gateway takes no message of ours just now.
        """
        body = body_of(self._chosen.sms_body, self._values(message))
        try:
            reply = await ask_service(
                self._client,
                self._chosen.sms_method,
                self._chosen.sms_url or "",
                largest=LARGEST,
                json=body,
            )
        except _NOT_HANDED_OVER as error:
            raise SmsGatewayDown(type(error).__name__) from None
        except (httpx2.HTTPError, TimeoutError) as error:
            return self._without_answer(type(error).__name__)
        return self._verdict(reply)

    def _values(self, message: TextMessage) -> dict[str, str]:
        return {
            "to": message.to,
            "digits": message.to.removeprefix("+"),
            "text": message.text,
            "sender": self._chosen.sms_sender or "",
            "id": message.key,
        }

    def _verdict(self, reply: ServiceReply) -> tuple[Verdict, str]:
        code = reply.status
        if code in OK:
            try:
                said = _said(reply, self._chosen.sms_accepted)
            except ValueError:
                # neither that it was taken nor that it was refused
                return self._without_answer(UNREADABLE)
            if is_accepted(said, self._chosen.sms_accepted):
                return Verdict.ACCEPTED, ""
            return Verdict.NEVER, f"{CODE}refused"
        if code in _TOO_FAST:
            raise SmsGatewayDown(str(code), rest=_rest(reply))
        if code in _REFUSED_US or code not in _OF_THEM:
            # a fault of the gateway's: some take a message and fail afterwards
            if code in _REFUSED_US or (code < min(_OF_THEM) and code not in _ELSEWHERE):
                raise SmsGatewayDown(str(code))
            return self._without_answer(str(code))
        return Verdict.NEVER, f"{CODE}{code}"

    def _without_answer(self, reason: str) -> tuple[Verdict, str]:
        if self._chosen.sms_idempotent:
            raise SmsLost(reason, f"{CODE}{UNKNOWN}")
        return Verdict.NEVER, f"{CODE}{UNKNOWN}"


def _said(reply: ServiceReply, wanted: str) -> object:
    """Read what an answer says; where nothing is ``wanted`` of it, it has to be no web page.

    Raises
    ------
    ValueError
        If it says nothing that can be read: a page for people may come from whatever stands
        between us and the gateway, and from a gateway that is closed.
    """
    if not wanted:
        if _PAGE.match(reply.content):
            raise ValueError("a web page")
        return None
    said: object = reply.json()
    return said


def _rest(reply: ServiceReply) -> float:
    wanted = reply.headers.get("retry-after", "")
    return min(float(wanted), LONGEST_REST) if wanted.isdecimal() else USUAL_REST
