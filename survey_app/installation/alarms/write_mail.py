"""The mail about alarms: plain text and HTML that say the same, and nothing of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from survey_app.asking.delivery.html_mail import html_mail
from survey_app.installation.alarms.alarm import KeptAlarm
from survey_app.installation.alarms.words import say_alarm
from survey_app.settings import Settings
from survey_app.shared.clock import OSLO
from survey_app.shared.i18n import N_, as_language, translator
from survey_app.shared.mail_headers import new_mail, sender_of
from survey_app.shared.numbers import long_date, time_of_day

PAGE: Final = "/settings/health"
_ONE: Final = N_("Verdibarometer: %(title)s")
_MORE: Final = N_("Verdibarometer: %(title)s, og mer som må ses på")
_OVER: Final = N_("Verdibarometer: I orden igjen: «%(title)s»")
_SINCE: Final = N_("Siden %(day)s %(time)s.")
_FROM_TO: Final = N_("I orden igjen: «%(title)s». Det varte fra %(began)s til %(ended)s.")
_LAST: Final = N_(
    "Du får høyst én slik e-post i timen, én om dagen så lenge noe varer, og én når det er over. "
    "Her står alt, og her kan du slutte å få dem:\n%(link)s"
)
_BUTTON: Final = N_("Se hvordan det står til")
_DEMO: Final = N_("Demodata – ikke ekte resultater")


def write_alarm_mail(
    letter: UUID,
    address: str,
    language: str,
    lasting: Sequence[KeptAlarm],
    over: Sequence[KeptAlarm],
    *,
    sender: str,
    chosen: Settings,
    now: datetime,
) -> EmailMessage:
    """Write one mail.

    Parameters
    ----------
    letter : UUID
        Its id, from which the message's own is made.
    address, language : str
        The reader's.
    lasting, over : sequence of KeptAlarm
        What is wrong, the new ones first, and what no longer is.
    sender : str
    chosen : Settings
    now : datetime
        The mail's date.
    """
    language = as_language(language)
    _ = translator(language).gettext
    ordered = sorted(lasting, key=lambda one: one.told_at is not None)
    base_url = chosen.base_url.rstrip("/")
    link = f"{base_url}{PAGE}"
    parts = [_paragraph(one, language) for one in ordered]
    parts += [_ended(one, language) for one in over]
    parts.append(_(_LAST) % {"link": link})
    body = "\n\n".join(parts)
    subject = _subject(ordered, over, language)
    banner = _(_DEMO) if chosen.demo else ""
    mail = new_mail()
    mail["From"] = formataddr(sender_of(sender))
    mail["To"] = address
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{letter}@{urlsplit(base_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    plain = "\n\n".join(filter(None, [banner, body.replace("**", "")]))
    mail.set_content(f"{plain}\n", cte="quoted-printable")
    html = html_mail(subject, body, language, button=(link, _(_BUTTON)), notice=banner)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    # last: setting a body takes away every header that tells of content
    mail["Content-Language"] = language
    return mail


def _subject(lasting: Sequence[KeptAlarm], over: Sequence[KeptAlarm], language: str) -> str:
    _ = translator(language).gettext
    if lasting:
        text = _ONE if len(lasting) == 1 else _MORE
        return _(text) % {"title": say_alarm(lasting[0], language).title}
    return _(_OVER) % {"title": say_alarm(over[0], language).title}


def _paragraph(alarm: KeptAlarm, language: str) -> str:
    _ = translator(language).gettext
    words = say_alarm(alarm, language)
    since = _(_SINCE) % {
        "day": long_date(alarm.began_at.astimezone(OSLO), language),
        "time": time_of_day(alarm.began_at.astimezone(OSLO), language),
    }
    return f"**{words.title}.** {since}\n{words.means}\n{words.do}"


def _ended(alarm: KeptAlarm, language: str) -> str:
    _ = translator(language).gettext
    ended = alarm.ended_at or alarm.began_at
    return _(_FROM_TO) % {
        "title": say_alarm(alarm, language).title,
        "began": _moment(alarm.began_at, language),
        "ended": _moment(ended, language),
    }


def _moment(at: datetime, language: str) -> str:
    local = at.astimezone(OSLO)
    return f"{long_date(local, language)} {time_of_day(local, language)}"
