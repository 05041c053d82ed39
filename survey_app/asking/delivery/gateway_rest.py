"""When a gateway of text messages is left alone, by this process's own clock.

It says so itself (`Retry-After`), or it fails one message after the other: without a key that it
knows again, each of them would wait for somebody who looks whether it arrived.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from survey_app.asking.delivery.mail_server import Verdict
from survey_app.asking.delivery.sms_gateway import TextGateway, TextMessage
from survey_app.asking.errors import SmsGatewayDown

MOST_IN_A_ROW: Final = 10
"""Messages that may fail one after the other, for one cause."""
FIRST_REST: Final = 600.0
LONGEST_REST: Final = 3600.0
IN_A_ROW: Final = "in a row"


@dataclass(slots=True)
class GatewayRest:
    """Until when nothing is sent, and what failed last; one for all that a process sends."""

    until: float = 0.0
    cause: str = ""
    number: int = 0
    allowed: int = MOST_IN_A_ROW
    next_rest: float = FIRST_REST

    @property
    def holds(self) -> bool:
        """Whether the gateway is to be left alone now."""
        return time.monotonic() < self.until

    def begin(self, seconds: float) -> None:
        """Leave it alone for so long."""
        self.until = time.monotonic() + seconds

    def note(self, verdict: Verdict, cause: str) -> None:
        """Count what failed for one cause since anything was taken."""
        if verdict is Verdict.ACCEPTED:
            self.cause, self.number = "", 0
            self.allowed, self.next_rest = MOST_IN_A_ROW, FIRST_REST
        elif verdict is Verdict.NEVER:
            self.number = self.number + 1 if cause == self.cause else 1
            self.cause = cause

    def check(self) -> None:
        """Stop before another message fails.

        Raises
        ------
        SmsGatewayDown
            After too many; the next time one alone is tried, and each rest is twice as long.
        """
        if self.number < self.allowed:
            return
        rest, self.number, self.allowed = self.next_rest, 0, 1
        self.next_rest = min(2 * rest, LONGEST_REST)
        raise SmsGatewayDown(IN_A_ROW, rest=rest)


gateway_rest: Final = GatewayRest()


@dataclass(frozen=True, slots=True)
class StoppingGateway:
    """A gateway that is asked no more once it fails everything."""

    gateway: TextGateway
    rest: GatewayRest

    async def send(self, message: TextMessage) -> tuple[Verdict, str]:
        """Hand one message over, as the gateway does.

        Raises
        ------
        SmsGatewayDown
            If the gateway takes nothing, or failed too many before; this one did not go then.
        """
        self.rest.check()
        verdict, code = await self.gateway.send(message)
        self.rest.note(verdict, code)
        return verdict, code
