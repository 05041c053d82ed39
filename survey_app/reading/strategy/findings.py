"""What the statements did since they were first measured, counted in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from markupsafe import Markup

from survey_app.reading.levels import ChangeCell
from survey_app.reading.sentences import Finding
from survey_app.reading.strategy.rows import StatementLine
from survey_app.shared.i18n import N_, Language, first_language, quoted, translator
from survey_app.shared.numbers import limit

# How each verdict since the first wave is told of all statements together.
_TOLD: Final = {
    "down": (
        N_("<b>Ett utsagn har gått ned</b> siden første måling: %(names)s."),
        N_("<b>%(n)s utsagn har gått ned</b> siden første måling: %(names)s."),
    ),
    "up": (
        N_("<b>Ett utsagn har økt</b> siden første måling: %(names)s."),
        N_("<b>%(n)s utsagn har økt</b> siden første måling: %(names)s."),
    ),
    "steady": (
        N_(
            "<b>Ett utsagn er uendret</b> siden første måling. Forskjellen er mindre enn"
            " %(margin)s poeng blant dem som svarte."
        ),
        N_(
            "<b>%(n)s utsagn er uendret</b> siden første måling. Forskjellene er mindre enn"
            " %(margin)s poeng blant dem som svarte."
        ),
    ),
    # neither unchanged nor unknown: which way it went is known
    "slight": (
        N_(
            "<b>Ett utsagn ligger litt høyere eller lavere</b> enn ved første måling. Retningen er"
            " sikker, men anslaget er under grensen på %(margin)s poeng, så det regnes ikke som"
            " endret."
        ),
        N_(
            "<b>%(n)s utsagn ligger litt høyere eller lavere</b> enn ved første måling. Retningen"
            " er sikker, men anslagene er under grensen på %(margin)s poeng, så de regnes ikke som"
            " endret."
        ),
    ),
    "uncertain": (
        N_("<b>Ett utsagn er vi ikke sikre på.</b> Det regnes ikke som endret."),
        N_("<b>%(n)s utsagn er vi ikke sikre på.</b> De regnes ikke som endret."),
    ),
}
# Of statements whose level is of a survey before: it asked more of their questions.
_LATER: Final = {
    "down": N_(
        "<b>Noe har gått ned i en nyere måling</b> som stilte noen av spørsmålene: under %(names)s."
    ),
    "up": N_(
        "<b>Noe har økt i en nyere måling</b> som stilte noen av spørsmålene: under %(names)s."
    ),
}
_NAMED: Final = 3  # statements that one sentence may quote
# Whose answers, where staff and the public answered otherwise.
_AMONG: Final = {"staff": N_("(blant de ansatte)"), "public": N_("(i befolkningen)")}


def count_movements(rows: Iterable[StatementLine], lang: Language) -> tuple[Finding, ...]:
    """Count the statements by what they did since they were first measured.

    Before, name those of which a question has moved since in a survey that did not ask all of them.
    """
    rows = tuple(rows)
    by_sign: dict[str, dict[Markup, str]] = {}
    margins: dict[str, float] = {}
    for row in rows:
        for sign, margin in _margins(row):
            margins[sign] = max(margin, margins.get(sign, 0.0))
        for sign, who in verdicts_of_first(row).items():
            name = _quoted(row.statement.text.rstrip("."))
            by_sign.setdefault(sign, {})[name] = (
                translator(lang).gettext(_AMONG[who]) if who else ""
            )
    found = _moved_later(rows, lang)
    for sign, (one, many) in _TOLD.items():
        texts = by_sign.get(sign, {})
        if texts:
            named = [
                name + (f" {who}" if who else "") for name, who in list(texts.items())[:_NAMED]
            ]
            names = _first_named(named, len(texts), lang)
            pattern = translator(lang).gettext(one if len(texts) == 1 else many)
            # the patterns are ours and hold only <b>; Markup escapes what is put in
            values = {"n": len(texts), "names": names, "margin": limit(margins[sign], lang)}
            text = Markup(pattern) % values  # noqa: S704
            found.append(Finding(sign, text))
    return tuple(found)


def _moved_later(rows: Iterable[StatementLine], lang: Language) -> list[Finding]:
    found = []
    for sign, pattern in _LATER.items():
        moved = dict.fromkeys(
            _quoted(row.statement.text.rstrip("."))
            for row in rows
            for item in row.later
            if item.row is not None and item.row.first is not None and item.row.first.sign == sign
        )
        if moved:
            names = _first_named(list(moved)[:_NAMED], len(moved), lang)
            # the pattern is ours and holds only <b>; Markup escapes what is put in
            told = Markup(translator(lang).gettext(pattern)) % {"names": names}  # noqa: S704
            found.append(Finding(sign, told))
    return found


def _first_named(names: Sequence[Markup], of: int, lang: Language) -> Markup:
    """List names, and say where there are more."""
    more = Markup(" ") + translator(lang).gettext(N_("og flere")) if of > len(names) else ""
    return Markup(", ").join(names) + more


def _quoted(text: str) -> Markup:
    """Quote the strategy, marked with the language that it is written in."""
    first = first_language()
    return Markup('<span lang="%s">%s</span>') % (first, quoted(text, first))


def _margins(row: StatementLine) -> Iterator[tuple[str, float]]:
    """Give each sign of a statement with the smallest change that matters where it was given."""
    for line in row.standings:
        if line.first is not None:
            yield _sign(line.first), line.first.margin


def _sign(change: ChangeCell) -> str:
    return "slight" if change.small else change.sign


def verdicts_of_first(row: StatementLine) -> dict[str, str]:
    """Return a statement's signs, each with whose it is where staff and the public differ."""
    signs: dict[str, list[str]] = {}
    for line in row.standings:
        if line.first is not None:
            signs.setdefault(_sign(line.first), []).append(line.population)
    return {sign: who[0] if len(signs) > 1 else "" for sign, who in signs.items()}
