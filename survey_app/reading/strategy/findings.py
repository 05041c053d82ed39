"""What the statements did since they were first measured, counted in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

from survey_app.reading.sentences import Finding
from survey_app.reading.strategy.rows import StatementRow
from survey_app.shared.i18n import N_, Language, translator

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
            "<b>Ett utsagn er uendret</b> siden første måling. Forskjellen er mindre enn 3 poeng"
            " blant dem som svarte."
        ),
        N_(
            "<b>%(n)s utsagn er uendret</b> siden første måling. Forskjellene er mindre enn"
            " 3 poeng blant dem som svarte."
        ),
    ),
    "uncertain": (
        N_("<b>Ett utsagn er vi ikke sikre på.</b> Det regnes ikke som endret."),
        N_("<b>%(n)s utsagn er vi ikke sikre på.</b> De regnes ikke som endret."),
    ),
}
_NAMED: Final = 3  # statements that one sentence may quote


def findings(rows: Iterable[StatementRow], lang: Language) -> tuple[Finding, ...]:
    """Count the statements by what they did since they were first measured."""
    by_sign: dict[str, list[str]] = {}
    for row in rows:
        for line in row.standings:
            if line.first is not None:
                by_sign.setdefault(line.first.sign, []).append(row.statement.text)
    found = []
    for sign, (one, many) in _TOLD.items():
        texts = list(dict.fromkeys(by_sign.get(sign, ())))
        if texts:
            names = ", ".join(f"«{text.rstrip('.')}»" for text in texts[:_NAMED])
            if len(texts) > _NAMED:
                names += f" {translator(lang).gettext(N_('og flere'))}"
            pattern = translator(lang).gettext(one if len(texts) == 1 else many)
            # the patterns are ours and hold only <b>; Markup escapes what is put in
            text = Markup(pattern) % {"n": len(texts), "names": names}  # noqa: S704
            found.append(Finding(sign, text))
    return tuple(found)
