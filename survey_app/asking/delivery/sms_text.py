"""Write one text message, in the person's language, and say how many parts it is sent in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from questionnaires.messages import Messages
from survey_app.asking.delivery.compose import Envelope, Recipient, values_of
from survey_app.shared.i18n import N_, as_language, translator

# 3GPP TS 23.038: the default alphabet, and what takes two of its places
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWO_PLACES: Final = frozenset("\f^{}\\[~]|€")
ONE_PART, EACH_PART = 160, 153
# one sign that the alphabet has not would make all of a text take twice the room
_PLAIN: Final = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "–": "-", "—": "-", "«": '"', "»": '"', "“": '"', "”": '"',
     "’": "'", "…": "..."}
)  # fmt: skip
ONE_PART_OTHER, EACH_PART_OTHER = 70, 67
EXAMPLE: Final = N_("Prøve")


@dataclass(frozen=True, slots=True)
class Size:
    """How long a message is, as gateways count and bill it."""

    signs: int
    parts: int
    basic: bool
    """Whether the alphabet of text messages has every sign; else each takes twice the room."""


def size_of(text: str) -> Size:
    """Count a message.

    Examples
    --------
    >>> size_of("å" * 160), size_of("å" * 161).parts, size_of("«") == Size(1, 1, False)
    (Size(signs=160, parts=1, basic=True), 2, True)
    >>> size_of("€" * 80).signs, size_of("š" * 71).parts
    (160, 2)
    """
    if set(text) <= _BASIC | _TWO_PLACES:
        signs = len(text) + sum(sign in _TWO_PLACES for sign in text)
        return Size(signs, _parts(signs, ONE_PART, EACH_PART), basic=True)
    # outside the first plane a sign takes two of UTF-16
    signs = len(text.encode("utf-16-le")) // 2
    return Size(signs, _parts(signs, ONE_PART_OTHER, EACH_PART_OTHER), basic=False)


def _parts(signs: int, one: int, each: int) -> int:
    return 1 if signs <= one else -(-signs // each)


def sms_text(envelope: Envelope, recipient: Recipient, messages: Messages, *, base_url: str) -> str:
    """Write an invitation or a reminder.

    Parameters
    ----------
    envelope, recipient
        What it is about, and whom it is for.
    messages : Messages
        The texts of ``questionnaires/messages``.
    base_url : str
        Address in front of ``/answer/…``, without a slash at its end.
    """
    key = _message_key(envelope, recipient)
    language = messages.language_of(key, as_language(recipient.language))
    text = messages.text(key, language, **values_of(envelope, recipient, base_url, language, ""))
    text = text.strip().translate(_PLAIN)
    marks = []
    if envelope.demo:
        marks.append("DEMO")
    if recipient.example:
        marks.append(translator(language).gettext(EXAMPLE))
    return ": ".join([*marks, text])


def _message_key(envelope: Envelope, recipient: Recipient) -> str:
    if recipient.kind == "invitation":
        return "sms.staff"
    return "sms.reminder_all" if recipient.may_have_answered(envelope) else "sms.reminder"
