"""What a letter says: the headline, the findings and the way to the page, as text and as HTML."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from survey_app.publications.retractions import Retraction
from survey_app.reading.reports.content import Report
from survey_app.reading.reports.paper import coloured
from survey_app.reading.subscriptions.picture import HEIGHT, WIDTH, alternative
from survey_app.reading.waves import told_taken_back
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, inside_date, interval, signed, whole_interval
from survey_app.shared.pages import render

SIGNS: Final = {
    "up": "▲",
    "down": "▼",
    "steady": "=",
    "uncertain": "±",
    "differs": "≠",
    "level": "•",
}
MOST: Final = 4  # findings: the rest stands on the page
_TAG: Final = re.compile(r"<[^>]+>")
_NEW: Final = N_("Nye tall")
_CORRECTED: Final = N_("Rettede tall")
_TAKEN_BACK: Final = N_("Tall er trukket tilbake")
_RELY_NOT: Final = N_(
    "Bruk ikke tallene derfra, heller ikke de som står i e-poster, rapporter og filer du har fra "
    "før. Du får beskjed når de er rettet."
)
_READ_ON: Final = N_("Se tallene som gjelder")
_SILENT: Final = N_(
    "Spennet tar høyde for at de som ikke svarte, kan ligge inntil %(points)s poeng fra dem som "
    "svarte."
)
_WHY: Final = N_("Du får denne e-posten fordi du har bedt om den i Verdibarometer.")
_STOP: Final = N_("Slutt å sende meg nye tall herfra")
_READ: Final = N_("Se alle tallene")
_REPORT: Final = N_("Rapport, lysbilder og tabeller")
_SIGN_IN: Final = N_("Du må logge inn for å se dem.")


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter without its envelope."""

    subject: str
    text: str
    html: str
    alternative: str


def letter(report: Report, base_url: str, stop: str, cid: str) -> LetterText:
    """Write a letter about a report.

    Parameters
    ----------
    report : Report
        Composed for who gets the letter: it holds what they may see.
    base_url : str
        Of the site, without a slash at its end.
    stop : str
        The address that stops the subscription.
    cid : str
        By which the picture is found in the mail; empty where there is none.
    """
    gettext = translator(report.lang).gettext
    head = gettext(_CORRECTED if report.wave.correction else _NEW)
    wave = report.wave.label("name", report.lang)
    told = alternative(report)
    context = {
        "r": report,
        "head": head,
        "wave": wave,
        "corrected": report.wave.corrected(report.lang),
        "taken_back": report.wave.of_others(report.lang),
        "demo": report.demo,
        "page": page_address(report, base_url),
        "files": files_address(report, base_url),
        "stop": stop,
        "cid": cid,
        "alternative": told,
        "width": WIDTH,
        "height": HEIGHT,
        "signs": SIGNS,
        "silent": _silent(report),
        "findings": report.findings[:MOST],
        "why": gettext(_WHY),
        "stop_text": gettext(_STOP),
        "read": gettext(_READ),
        "report_text": gettext(_REPORT),
        "sign_in": gettext(_SIGN_IN),
    }
    made = coloured(render("subscriptions/letter.html", report.lang, context))
    subject = f"{head}: {report.title} – {inside_date(wave, report.lang)}"
    return LetterText(subject, _text(report, context), made, told)


def retraction_letter(back: Retraction, lang: Language, base_url: str, stop: str) -> LetterText:
    """Write a letter that says of figures that they were taken back, and gives none."""
    gettext = translator(lang).gettext
    head, said = gettext(_TAKEN_BACK), told_taken_back(back, lang)
    context = {
        "head": head,
        "said": said,
        "rest": gettext(_RELY_NOT),
        "demo": back.demo,
        "stop": stop,
        "page": f"{base_url}/?{urlencode({'lang': lang})}",
        "read": gettext(_READ_ON),
        "why": gettext(_WHY),
        "stop_text": gettext(_STOP),
    }
    parts = [gettext("Demodata – ikke ekte resultater")] if back.demo else []
    parts += [
        f"{head}\n{said}",
        str(context["rest"]),
        f"{context['read']}:\n{context['page']}",
        f"--\n{context['why']}\n{context['stop_text']}:\n{stop}",
    ]
    made = coloured(render("subscriptions/retraction.html", lang, context))
    wave = in_language(back.labels["name"], lang)
    subject = f"{head}: {inside_date(wave, lang)}"
    return LetterText(subject, "\n\n".join(parts) + "\n", made, "")


def page_address(report: Report, base_url: str) -> str:
    """Return where the figures stand."""
    query = {"wave": report.wave.key, "lang": report.lang}
    if report.kind == "reputation":
        return f"{base_url}/reputation?{urlencode(query)}"
    return f"{base_url}/culture?{urlencode({'unit': place_code(report), **query}, quote_via=quote)}"


def files_address(report: Report, base_url: str) -> str:
    """Return where reports, slides and tables of them are made."""
    query = {"publication": report.wave.publication, "language": report.lang}
    if report.kind != "reputation":
        query["unit"] = place_code(report)
    return f"{base_url}/reports?{urlencode(query, quote_via=quote)}"


def place_code(report: Report) -> str:
    """Return the place that was asked for, also where another's figures stand in its place."""
    return report.asked.code


def _text(report: Report, context: dict[str, object]) -> str:
    """Say the same without a picture and without colours."""
    gettext = translator(report.lang).gettext
    parts = [gettext("Demodata – ikke ekte resultater")] if report.demo else []
    parts.append(f"{context['head']}: {report.title}\n{context['wave']}")
    if context["corrected"]:
        parts.append(str(context["corrected"]))
    parts += report.wave.of_others(report.lang)
    if report.hidden:
        parts.append(f"{report.hidden.reason}. {report.hidden.sentence}")
    parts.append(_headline(report))
    if context["silent"]:
        parts.append(str(context["silent"]))
    parts += [_plain(f"{SIGNS.get(one.sign, '?')} {one.text}") for one in report.findings[:MOST]]
    if report.other_margins:
        parts.append(report.other_margins)
    if context["alternative"]:
        parts.append(str(context["alternative"]))
    parts += [
        f"{context['read']}:\n{context['page']}",
        f"{context['report_text']}:\n{context['files']}",
        str(context["sign_in"]),
        f"--\n{context['why']}\n{context['stop_text']}:\n{context['stop']}",
    ]
    return "\n\n".join(parts) + "\n"


def _headline(report: Report) -> str:
    gettext, lang, row = translator(report.lang).gettext, report.lang, report.headline
    name = report.headline_name
    if report.hidden:
        name = f"{name}, {report.hidden.place}"
    if row.estimate is None:
        return f"{name}: {row.hidden}"
    found = row.estimate
    of = gettext("av 100. Usikkerhet: %(interval)s") % {
        "interval": whole_interval(found.least or 0.0, found.most or 0.0, lang)
    }
    said = f"{name}: {decimal(found.mean or 0.0, lang, 0)} {of}"
    if row.latest:
        cell = row.latest
        size = f"{signed(cell.difference, lang)} ({interval(cell.low, cell.high, lang)})"
        said += f"\n{SIGNS.get(cell.sign, '?')} {cell.word} {cell.since}: {size}"
    return said


def _silent(report: Report) -> str:
    """Say why the range of the level is wider than the band in the picture; empty if it is not."""
    found = report.headline.estimate
    if not report.within or found is None or found.range_low is None:
        return ""
    points = decimal(report.within, report.lang, 0)
    return translator(report.lang).gettext(_SILENT) % {"points": points}


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text))
