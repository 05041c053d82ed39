"""Write what a letter says, in one language, from the questionnaires' texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr
from urllib.parse import urlsplit
from uuid import UUID

from markupsafe import Markup, escape

from questionnaires.messages import Messages
from survey_app.asking.campaigns.results_told import told_results
from survey_app.asking.letters.letter import Wording
from survey_app.shared.agency import agency_name, in_language
from survey_app.shared.i18n import Language, first_language, translator
from survey_app.shared.numbers import in_minutes, long_date

CODE = "\0"  # where the code stands in a text: printed large, between two paragraphs
KEPT = "\1{}\2"  # on one line: what is typed must not be broken
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_LEADING = re.compile(r"^[\s,]+")


@dataclass(frozen=True, slots=True)
class LetterWave:
    """The wave that letters invite to, with what its campaign says; texts by language."""

    id: UUID
    key: str
    population: str
    heading: Mapping[str, str]
    purpose: Mapping[str, str]
    legal_basis: str
    sender: str
    contact: str
    demo: bool
    remind_everybody: bool
    closes_on: date
    results_on: date
    minutes: int
    key_list_hash: str
    at_once: bool = False
    """Whether results come as soon as they are computed, and wait for no day."""
    sms: bool = False
    """Whether staff without an e-mail address of their own get text messages."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the answering pages say too, by language: their sentence, and when addresses go."""

    sentence: Mapping[Language, str]
    deleted: Mapping[Language, str]


def wording(
    wave: LetterWave,
    language: Language,
    messages: Messages,
    promise: Promise,
    *,
    second: bool,
    answering_url: str,
    today: date,
) -> Wording:
    """Fill in the text of a first or second letter.

    Parameters
    ----------
    wave : LetterWave
    language : str
    messages : Messages
        The texts of ``questionnaires/messages``.
    promise : Promise
    second : bool
        Whether it is a reminder.
    answering_url : str
        Address in front of ``/kode``, without a slash at its end.
    today : date
        The letter's date.
    """
    key = _key(wave, second=second)
    # a letter is in one language from its head to its foot
    language = messages.language_of(f"letter.{key}.body", language)
    values = _values(wave, language, promise, answering_url)
    paragraphs = messages.text(f"letter.{key}.body", language, **values).strip().split("\n\n")
    at = next(place for place, text in enumerate(paragraphs) if CODE in text)
    before, _, after = paragraphs[at].partition(CODE)
    _ = translator(language).gettext
    return Wording(
        language=language,
        sender=agency_name(language),
        dated=long_date(today, language),
        wave=in_language(wave.heading, language),
        number=_("Brev {row}"),
        heading=messages.text(f"letter.{key}.heading", language),
        opening=tuple(_html(text) for text in paragraphs[:at]),
        before_code=_html(before.strip()),
        after_code=_html(_LEADING.sub("", after)),
        rest=tuple(_html(text) for text in paragraphs[at + 1 : -1]),
        promise=in_language(promise.sentence, language),
        signed=paragraphs[-1],
        purpose=_purpose(wave, language),
        # two lists for one wave would show: people compare (anonymity-design.md 5)
        foot=messages.text("mail.key_list", language, **values) if wave.key_list_hash else "",
        demo=_("Demodata – ikke ekte resultater") if wave.demo else "",
    )


def end_of_typed(language: Language) -> str:
    """Return the end of an address to type that makes its page speak the language of the paper."""
    return f"/{language}" if language != first_language() else ""


def _key(wave: LetterWave, *, second: bool) -> str:
    kind = "reminder" if second else "invitation"
    return kind if wave.population == "public" else f"list_{kind}"


def _values(
    wave: LetterWave, language: Language, promise: Promise, answering_url: str
) -> dict[str, object]:
    # what somebody types has no scheme: browsers add it
    host = urlsplit(answering_url).netloc + urlsplit(answering_url).path
    results = told_results(wave.results_on, language, at_once=wave.at_once)
    return {
        "lenke": KEPT.format(f"**{host}/kode{end_of_typed(language)}**"),
        "kode": CODE,
        "minutter": wave.minutes,
        "varighet": in_minutes(wave.minutes, language),
        "frist": f"**{long_date(wave.closes_on, language)}**",
        "kontakt": wave.contact,
        "slettefrist": in_language(promise.deleted, language),
        "stopp": KEPT.format(f"{host}/stop{end_of_typed(language)}"),
        "personvern": KEPT.format(f"{host}/promise{end_of_typed(language)}"),
        "resultat": results,
        "avsender": parseaddr(wave.sender)[0] or wave.sender,
        "kontrollsum": wave.key_list_hash,
        "nokler": f"{host}/keys/{wave.key}.json",
    }


def _purpose(wave: LetterWave, language: Language) -> str:
    gettext = translator(language).gettext
    purpose = in_language(wave.purpose, language).rstrip(". ")
    return gettext("Formål: {purpose}. Behandlingsgrunnlag: {basis}.").format(
        purpose=purpose, basis=wave.legal_basis.rstrip(". ")
    )


def _html(text: str) -> str:
    written = _BOLD.sub(r"<strong>\1</strong>", str(escape(text)))
    written = written.replace("\1", '<span class="kept">').replace("\2", "</span>")
    return Markup(written.replace("\n", "<br>"))  # noqa: S704 - escaped above
