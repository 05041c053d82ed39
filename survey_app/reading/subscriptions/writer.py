"""Write the letter to a subscriber: composed as they would see it on the day it is sent."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Final
from urllib.parse import urlsplit

from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.publications import shelf
from survey_app.publications.errors import NotOnShelfError, RetractedError
from survey_app.publications.retractions import Retraction
from survey_app.reading.exports.names import file_name, media_type
from survey_app.reading.reports.choices import OF_ROLE, whole_asked_for
from survey_app.reading.reports.compose import NoReport, Order, compose_report
from survey_app.reading.reports.content import Report
from survey_app.reading.reports.press import PRESS, BusyError, PressError
from survey_app.reading.scope import place as place_of
from survey_app.reading.scope import visible
from survey_app.reading.subscriptions.envelope import File, LetterEnvelope, mail_of
from survey_app.reading.subscriptions.letter import letter, retraction_letter
from survey_app.reading.waves import published, wave_of
from survey_app.shared.i18n import Language, as_language, first_language
from survey_app.subscriptions.send_letters import Due, NothingToTellError
from survey_app.subscriptions.stop_link import stop_token

log = logging.getLogger("barometer.subscriptions")
STOP: Final = "/subscriptions/stop"


@dataclass(frozen=True, slots=True)
class _Written:
    """What many letters have in common."""

    report: Report
    picture: bytes
    attached: File | None


class Writer:
    """Writes the letters of one run; what several readers get alike is made once."""

    def __init__(self, base_url: str, secret: bytes) -> None:
        self._base_url = base_url.rstrip("/")
        self._secret = secret
        self._made: dict[tuple[object, ...], _Written] = {}

    async def write(self, due: Due, now: datetime) -> EmailMessage:
        """Write one letter.

        Raises
        ------
        NothingToTellError
            If the reader may not see the place any more, or no report is made of the survey.
        """
        try:
            order = await _order(due, now)
        except RetractedError as error:
            return self._retraction(due, error.retraction, now)
        codes = tuple(place.code for place in order.allowed)
        key = (due.publication, order.place.code, codes, order.lang, due.attachment)
        if key not in self._made:
            self._made[key] = await _written(order, due.attachment)
        made = self._made[key]
        stop = self._stop(due, order.lang)
        cid = f"trend.{due.letter}@{urlsplit(self._base_url).hostname}" if made.picture else ""
        told = letter(made.report, self._base_url, stop, cid)
        envelope = LetterEnvelope(due.letter, due.email, due.sender, order.lang, stop, now)
        return mail_of(told, envelope, cid=cid, picture=made.picture, attached=made.attached)

    def _retraction(self, due: Due, back: Retraction, now: datetime) -> EmailMessage:
        """Say that figures were taken back to whoever was told of them."""
        if due.publication != back.publication:
            raise NothingToTellError  # what was taken back while its letter waited
        lang = as_language(due.language)
        stop = self._stop(due, lang)
        told = retraction_letter(back, lang, self._base_url, stop)
        envelope = LetterEnvelope(due.letter, due.email, due.sender, lang, stop, now)
        return mail_of(told, envelope, cid="", picture=b"")

    def _stop(self, due: Due, lang: Language) -> str:
        query = "" if lang == first_language() else f"?lang={lang}"
        return f"{self._base_url}{STOP}/{stop_token(due.subscription, self._secret)}{query}"


async def _order(due: Due, at: datetime) -> Order:
    reader = SignedIn(
        str(due.account), due.email, Role(due.role), due.unit, as_language(due.language), ""
    )
    if due.population not in OF_ROLE.get(reader.role, ()):
        raise NothingToTellError
    try:
        wave = wave_of(await shelf.find_head(str(due.publication), at=at))
        shown = await published(wave, at)
        staff = due.population == "staff"
        where = place_of(reader, shown, due.place, "") if staff else whole_asked_for(shown)
    except (NotOnShelfError, ForeignPage) as error:
        raise NothingToTellError from error
    return Order(wave, shown, where, visible(reader, shown), reader.language, at)


async def _written(order: Order, attachment: str) -> _Written:
    try:
        report = await compose_report(order)
    except NoReport as error:
        raise NothingToTellError from error
    picture = await _pressed("trend", report.trend, report.lang) if report.trend else b""
    attached = None
    if attachment and (content := await _pressed(attachment, report)):
        name = file_name(order.wave, attachment, order.lang, unit=order.place.code)
        attached = File(name, media_type(attachment), content)
    return _Written(report, picture, attached)


async def _pressed(what: str, *arguments: object) -> bytes:
    """Let the press write; a letter goes without what cannot be made."""
    try:
        return await PRESS.write(what, *arguments)
    except (BusyError, PressError) as error:
        log.warning("a letter goes without %s: %s", what, error)
        return b""
