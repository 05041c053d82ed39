"""What will be sent and shown of a wave, written by the code that sends and shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Final

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.answering.promise import deleted_in
from survey_app.answering.surveys import Survey, example_survey
from survey_app.asking.campaigns.key_holders import key_holders
from survey_app.asking.campaigns.labels import dated_title
from survey_app.asking.campaigns.promised import promised
from survey_app.asking.campaigns.queries import (
    CampaignRow,
    WaveRow,
    find_campaign,
    frozen_questionnaire,
)
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.campaigns.states import State
from survey_app.asking.cards.sheet import CardSheet, card_sheet
from survey_app.asking.delivery.compose import EXAMPLE_TOKEN, Envelope, Recipient, compose
from survey_app.asking.delivery.mailbox import Paragraph, paragraphs_of
from survey_app.asking.delivery.sms_text import Size, size_of, sms_text
from survey_app.asking.invitations.tokens import TOKEN_CHARACTERS
from survey_app.asking.letters.letter import Wording
from survey_app.asking.letters.wording import LetterWave, Promise, wording
from survey_app.settings import Settings
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, Language, languages, translator
from survey_app.shared.mail_headers import sender_of
from survey_app.waves.asks import questionnaire_of

BY_LETTER: Final = frozenset({"sample", "list"})
# what is sent may still be looked at while some of it is to come
SHOWN: Final = frozenset({State.DRAFT, State.OPEN})
UNIT: Final = N_("enheten din")
# in the place of a personal link, where signs are counted
AS_LONG: Final = "x" * TOKEN_CHARACTERS


@dataclass(frozen=True, slots=True)
class Preview:
    """A wave with all that its texts are filled in from."""

    wave: WaveRow
    campaign: CampaignRow
    questionnaire: Questionnaire
    two_holders: bool
    settings: Settings

    @property
    def minimum_group(self) -> int:
        """The k that is frozen, or would be."""
        return self.wave.minimum_group or self.settings.minimum_group


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail as it is read; ``days`` are those on which it goes out."""

    kind: str
    days: tuple[date, ...]
    sender: str
    subject: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text message as it is read, and how many parts it goes in."""

    kind: str
    days: tuple[date, ...]
    text: str
    size: Size


async def preview_of(login: Login, wave: WaveRow, settings: Settings) -> Preview:
    """Read what a wave's texts are filled in from: frozen where it is open, else as planned."""
    content = await frozen_questionnaire(login, wave)
    if content is not None:
        questionnaire = Questionnaire.from_json(content)
    else:
        questionnaire = await questionnaire_of(login, wave)
    holders = wave.trustees or await key_holders(login, wave.id)
    campaign = await find_campaign(login, wave.campaign)
    return Preview(wave, campaign, questionnaire, bool(holders), settings)


def by_mail(wave: WaveRow) -> bool:
    """Tell whether a wave invites by mail: all of the staff, a part of it, or a list."""
    return wave.population == "staff" or wave.invite == "list"


def kinds_of(wave: WaveRow) -> tuple[str, ...]:
    """Name the mails that a wave sends; all its reminders are one text."""
    if not by_mail(wave):
        return ()
    return ("invitation", "reminder") if wave.reminder_days else ("invitation",)


def example_mail(preview: Preview, recipient: Recipient, *, now: datetime) -> EmailMessage:
    """Write a mail of the wave to somebody who was not invited.

    Raises
    ------
    NoSender
        If the campaign's sender holds no e-mail address.
    """
    messages, base_url = load_library().messages, preview.settings.answering_url
    return compose(_envelope(preview), recipient, messages, base_url=base_url, now=now)


def example_text(preview: Preview, recipient: Recipient) -> str:
    """Write a text message of the wave to somebody who was not invited."""
    messages, base_url = load_library().messages, preview.settings.answering_url
    return sms_text(_envelope(preview), recipient, messages, base_url=base_url)


def _envelope(preview: Preview) -> Envelope:
    wave, campaign = preview.wave, preview.campaign
    return Envelope(
        campaign=campaign.key,
        population=campaign.population,
        sender=campaign.sender,
        contact=campaign.contact,
        demo=campaign.demo,
        remind_everybody=campaign.remind_everybody,
        minimum_group=preview.minimum_group,
        closes_on=wave.closes_on,
        results_on=wave.results_on,
        questionnaire=preview.questionnaire.to_json(),
        wave=wave.key,
        key_list_hash=wave.key_list_hash,
        at_once=campaign.release == AT_ONCE,
    )


def shown_mails(preview: Preview, language: Language, *, now: datetime) -> list[ShownMail]:
    """Return the mails of a wave in one language, with a link that opens nothing.

    Raises
    ------
    NoSender
        If the campaign's sender holds no e-mail address.
    """
    wave = preview.wave
    shown = []
    for kind in kinds_of(wave):
        recipient = Recipient(wave.id, kind, "", language, EXAMPLE_TOKEN)
        mail = example_mail(preview, recipient, now=now)
        # a name with brackets stands between quotation marks in the mail, and on no screen
        name, address = sender_of(str(mail["From"]))
        sender = f"{name} <{address}>" if name else address
        subject = str(mail["Subject"])
        shown.append(ShownMail(kind, _days(wave, kind), sender, subject, paragraphs_of(mail)))
    return shown


def shown_texts(preview: Preview, language: Language) -> list[ShownText]:
    """Return the text messages of a wave in one language, counted as those that are sent."""
    wave = preview.wave
    shown = []
    for kind in kinds_of(wave) if wave.sms else ():
        real = example_text(preview, Recipient(wave.id, kind, "", language, AS_LONG))
        text = example_text(preview, Recipient(wave.id, kind, "", language, EXAMPLE_TOKEN))
        shown.append(ShownText(kind, _days(wave, kind), text, size_of(real)))
    return shown


def _days(wave: WaveRow, kind: str) -> tuple[date, ...]:
    if kind == "invitation":
        return (wave.opens_on,)
    return tuple(wave.opens_on + timedelta(days=day) for day in wave.reminder_days)


def shown_letters(preview: Preview, language: Language, *, today: date) -> list[Wording]:
    """Return the words of the first and the second letter, where the wave writes letters."""
    if preview.wave.invite not in BY_LETTER:
        return []
    letter = _on_paper(preview)
    messages = load_library().messages
    key = promised(invited=True, two_holders=preview.two_holders)
    promise = Promise(messages.in_all_languages(key), {one: deleted_in(one) for one in languages()})
    return [
        wording(
            letter,
            language,
            messages,
            promise,
            second=second,
            answering_url=preview.settings.answering_url,
            today=today,
        )
        for second in (False, True)
    ]


def shown_card(preview: Preview, language: Language) -> CardSheet | None:
    """Return what the cards of a wave say, where it has cards."""
    if not preview.wave.cards:
        return None
    messages, answering_url = load_library().messages, preview.settings.answering_url
    return card_sheet(_on_paper(preview), language, messages, answering_url=answering_url)


def _on_paper(preview: Preview) -> LetterWave:
    wave, campaign = preview.wave, preview.campaign
    return LetterWave(
        id=wave.id,
        key=wave.key,
        population=campaign.population,
        heading=dated_title(campaign.title, wave.labels),
        purpose=campaign.purpose,
        legal_basis=campaign.legal_basis,
        sender=campaign.sender,
        contact=campaign.contact,
        demo=campaign.demo,
        remind_everybody=campaign.remind_everybody,
        closes_on=wave.closes_on,
        results_on=wave.results_on,
        minutes=preview.questionnaire.form.minutes,
        key_list_hash=wave.key_list_hash,
        at_once=campaign.release == AT_ONCE,
        sms=wave.sms,
    )


def shown_survey(preview: Preview, language: Language) -> Survey:
    """Return the wave as its respondents meet it, with no unit's name."""
    return example_survey(
        preview.wave,
        preview.campaign,
        preview.questionnaire,
        minimum_group=preview.minimum_group,
        minimum_comments=preview.settings.minimum_comments,
        two_holders=preview.two_holders,
        unit=translator(language).gettext(UNIT),
    )
