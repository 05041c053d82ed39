"""Mails whose headers every program can read.

Python folds a header at 78 characters. An address that is longer it writes as encoded words, which
no mail program takes for an address, and some encoded words it sets beside each other without a
space, so that they are read wrongly. Those two headers are folded here instead.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import parseaddr
from typing import Final

from survey_app.shared.unseen import without_unseen


class _Address(UnstructuredHeader):
    """Stays on one line: RFC 5322 allows 998 characters, RFC 2369 no encoding."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # BaseHeader's


class _Words(UnstructuredHeader):
    """Is encoded as a whole where it has other letters than ASCII."""

    def fold(self, *, policy: Policy) -> str:
        text, name = str(self), self.name  # type: ignore[attr-defined]  # BaseHeader's
        charset = "us-ascii" if text.isascii() else "utf-8"
        folded = Header(text, charset, header_name=name).encode(linesep=policy.linesep)
        return f"{name}: {folded}{policy.linesep}"


def _registry() -> HeaderRegistry:
    made = HeaderRegistry()
    made.map_to_type("list-unsubscribe", _Address)  # type: ignore[arg-type]  # BaseHeader joins
    made.map_to_type("subject", _Words)  # type: ignore[arg-type]  # it in the registry
    return made


_POLICY: Final = EmailPolicy(header_factory=_registry())


def sender_of(text: str) -> tuple[str, str]:
    """Return the name and the address in ``Name <address>``, of which either may be empty.

    What nobody sees goes from both: marks that turn the text around would show another sender.
    """
    return parseaddr(without_unseen(" ".join(text.split())))


def new_mail() -> EmailMessage:
    """Return an empty mail."""
    return EmailMessage(policy=_POLICY)
