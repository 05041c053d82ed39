"""What happened to units and questions, and what may be said of imported figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from survey_app.earlier.lineage import Book, Lineage, UnitEvent
from survey_app.earlier.model import MeasureChange, Source, SourceFigure, SourceMeasure
from survey_app.reading.names import own
from survey_app.reading.rows import Estimate
from survey_app.reading.sentences import Finding
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, interval, listed

REASONS: Final = {
    "merger": N_("slått sammen"),
    "split": N_("delt"),
    "rename": N_("nytt navn"),
    "moved": N_("flyttet ut"),
    "closed": N_("lagt ned"),
    "reorganised": N_("omorganisert"),
    "other": N_("endret"),
}
CHANGES: Final = {
    "break": N_("brudd"),
    "reworded": N_("ny ordlyd"),
    "linked": N_("koblet"),
}
COMPARABLE: Final = {
    "same": N_("samme spørsmål"),
    "similar": N_("lignende spørsmål"),
    "other": N_("andre spørsmål"),
}
_UNLIKE: Final = {
    "same": N_(
        "Spørsmålene er de samme, men undersøkelsene er gjort på hver sin måte. "
        "At det sto %(old)s før og %(new)s etterpå, sier ikke hva som har endret seg."
    ),
    "similar": N_(
        "Spørsmålene ligner, men er ikke de samme. "
        "At det sto %(old)s før og %(new)s etterpå, sier ikke hva som har endret seg."
    ),
    "other": N_(
        "Den tidligere undersøkelsen hadde andre spørsmål. "
        "At det sto %(old)s før og %(new)s etterpå, sier ingenting om utviklingen."
    ),
}
_SIGN: Final = "uncertain"


def digits(source: Source, year: int) -> int:
    """Return how many decimals a value was given with, at most one."""
    whole = source.whole_until is not None and year <= source.whole_until
    return 0 if whole and source.scale == (0.0, 100.0) else 1


def as_given(source: Source, figure: SourceFigure, lang: Language) -> str:
    """Write a value as its source gave it."""
    return decimal(figure.value, lang, digits(source, figure.year))


def uncertainty(figure: SourceFigure, lang: Language) -> str:
    """Write the interval of a value, or that it is not known."""
    if figure.low is None or figure.high is None:
        return translator(lang).gettext(N_("ikke oppgitt"))
    return interval(figure.low, figure.high, lang)


def event_text(event: UnitEvent, book: Book, lang: Language) -> str:
    """Say what happened to a unit in one year."""
    say = translator(lang).gettext
    reasons = dict.fromkeys(say(REASONS[one.reason]) for one in event.changes)
    text = f"{event.year}: {listed(tuple(reasons), lang)}."
    before = before_names(event, book, lang)
    if before:
        text += " " + say(N_("Før: %(names)s.")) % {"names": listed(before, lang)}
    if event.breaks:
        text += " " + say(N_("Linjen er brutt."))
    return text


def before_names(event: UnitEvent, book: Book, lang: Language) -> list[str]:
    """Name the units that a unit came from; its own name is no news."""
    codes = dict.fromkeys(one.previous for one in event.changes if one.previous)
    return [
        own(book.units[code].name, lang)
        for code in codes
        if code in book.units and code != event.changes[0].unit
    ]


def change_text(change: MeasureChange, lang: Language) -> str:
    """Say what happened to a measure."""
    word = translator(lang).gettext(CHANGES[change.kind])
    note = own(change.note, lang)
    return f"{change.year}: {word}; {note}." if note else f"{change.year}: {word}."


def not_subtracted(
    measure: SourceMeasure, figure: SourceFigure, estimate: Estimate, lang: Language
) -> Finding:
    """Say that an earlier figure and one of ours have no difference that means anything."""
    say = translator(lang).gettext
    bold = say(N_("De gamle og de nye tallene kan ikke trekkes fra hverandre."))
    values = {
        "old": decimal(figure.value, lang, 0),
        "new": decimal(estimate.mean or 0.0, lang, 0),
    }
    rest = say(_UNLIKE[measure.comparable or "other"]) % values
    return Finding(_SIGN, Markup("<b>{}</b> {}").format(bold, rest))


def what_it_showed(source: Source, lineage: Lineage, lang: Language) -> Finding:
    """Tell the first and the last value of the newest unbroken run, and no verdict."""
    say = translator(lang).gettext
    run = lineage.runs[-1]
    first, last = run[0], run[-1]
    values = {
        "first": decimal(first.value, lang, 0),
        "from": first.year,
        "last": decimal(last.value, lang, 0),
        "to": last.year,
        "name": own(source.title, lang),
    }
    if len(run) > 1:
        bold = say(N_("%(name)s viste %(first)s i %(from)s og %(last)s i %(to)s.")) % values
    else:
        bold = say(N_("%(name)s viste %(last)s i %(to)s.")) % values
    text = _why_no_verdict(run, lang)
    if len(lineage.runs) > 1:
        text += " " + say(N_("Serien er brutt, så det som står før, er ikke regnet med."))
    return Finding(_SIGN, Markup("<b>{}</b> {}").format(bold, text))


def _why_no_verdict(run: Sequence[SourceFigure], lang: Language) -> str:
    say = translator(lang).gettext
    first, last = run[0], run[-1]
    if first.low is None or last.low is None:
        return say(N_("Usikkerheten er ikke oppgitt. Derfor sier vi ikke om det har endret seg."))
    text = say(N_("Usikkerheten var %(first)s og %(last)s. Vi har ikke svarene bak, "
                  "og sier derfor ikke om det har endret seg."))  # fmt: skip
    return text % {"first": uncertainty(first, lang), "last": uncertainty(last, lang)}


def beside_the_median(
    book: Book, unit: str, measure: str, lineage: Lineage, lang: Language
) -> Finding | None:
    """Put a unit's newest value beside the median, without a verdict."""
    if not lineage.figures:
        return None
    say = translator(lang).gettext
    last = lineage.figures[-1]
    middle = next((one for one in book.medians(measure) if one[0] == last.year), None)
    values = {
        "name": own(book.units[unit].name, lang),
        "value": decimal(last.value, lang, 0),
        "year": last.year,
    }
    bold = say(N_("%(name)s hadde %(value)s i %(year)s.")) % values
    if middle is None:
        return Finding(_SIGN, Markup("<b>{}</b>").format(bold))
    _, level, count = middle
    text = say(N_("Medianen for %(count)s enheter var %(median)s.")) % {
        "count": count,
        "median": decimal(level, lang, 0),
    }
    if last.low is None:
        text += " " + say(
            N_("Usikkerheten er ikke oppgitt, så vi sier ikke om forskjellen er sikker.")
        )
    return Finding(_SIGN, Markup("<b>{}</b> {}").format(bold, text))
