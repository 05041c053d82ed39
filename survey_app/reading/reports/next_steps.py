"""What somebody may do now, for whoever reads the first page alone: a few sentences by rule.

The first follows from what the message says, the second from which table helps further; none says
what has caused anything, since no figure does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from survey_app.reading.culture.heatmap_table import Heatmap
from survey_app.reading.sentences import Finding
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed

_BY_SIGN: Final = {
    "up": N_("Fortell dem som svarte, hva som er blitt bedre, og hva dere gjør videre."),
    "down": N_(
        "Finn ut hva som ligger bak nedgangen før dere velger tiltak: Målingen sier ikke hvorfor."
    ),
    "steady": N_("Tallet alene gir ikke grunn til å endre kurs."),
    "uncertain": N_("Vent med å konkludere: Endringen er for usikker til å handle på alene."),
    "differs": N_(
        "Snakk om forskjellen med dem det gjelder: Målingen sier ikke hvorfor den er der."
    ),
}
_PATH: Final = N_("Fortell om hele forløpet når tallet omtales, ikke bare om den siste målingen.")
_LOWER: Final = N_(
    "%(count)s enheter er lavere enn etaten på minst ett mål. Begynn med å snakke med dem: De står "
    "i tabellen «%(table)s»."
)
_ONE_LOWER: Final = N_(
    "Én enhet er lavere enn etaten på minst ett mål. Begynn med å snakke med den: Den står i "
    "tabellen «%(table)s»."
)
_NONE_LOWER: Final = N_(
    "Ingen enheter er sikkert lavere enn etaten. Tallene gir ikke grunn til å peke ut noen."
)
_FALLEN: Final = N_(
    "Noe har gått ned i %(names)s: Hva det er, og siden når, står under «Regioner og enheter»."
)
_QUESTIONS: Final = N_(
    "Gå gjennom spørsmålene i rapporten sammen, og velg ett eller to som dere vil gjøre noe med."
)
_RECOGNISE: Final = N_(
    "Bruk tallene for det enheten er en del av, som utgangspunkt: Kjenner dere dere igjen?"
)
_GROUPS: Final = N_(
    "Bruk tallene for grupper til å velge hvem dere vil nå, ikke til å rangere dem."
)
_ACTIONS: Final = N_(
    "Skriv ned hva dere gjør, under «Tiltak», så de som svarte, kan se hva som kom ut av det."
)
_RANGE: Final = N_("Ta med usikkerheten når tallet gjengis.")


def next_steps(
    kind: str,
    message: Finding | None,
    heatmap: Heatmap | None,
    lang: Language,
    *,
    hidden: bool,
    fallen: Sequence[str] = (),
) -> list[str]:
    """Say what may follow from a report.

    Parameters
    ----------
    kind : {"culture", "unit", "reputation"}
        What the report is of.
    message : Finding, optional
        What the first page says in a sentence.
    heatmap : Heatmap, optional
        The units beside the agency, where the report has them.
    hidden : bool
        Whether a unit's own figures are not shown.
    fallen : sequence of str
        The regions of which something has fallen.
    """
    gettext = translator(lang).gettext
    said = []
    if message is not None and message.judged:
        path = message.headline and kind == "reputation"
        said.append(gettext(_PATH if path else _BY_SIGN.get(message.sign, _BY_SIGN["steady"])))
    if kind == "reputation":
        return [*said, gettext(_GROUPS), gettext(_RANGE)]
    if hidden:
        return [gettext(_RECOGNISE), gettext(_ACTIONS)]
    if kind == "unit":
        said.append(gettext(_QUESTIONS))
    elif heatmap is not None:
        if fallen:
            said.append(gettext(_FALLEN) % {"names": listed(fallen, lang)})
        said += _of_units(heatmap, lang)
    return [*said, gettext(_ACTIONS)]


def _of_units(heatmap: Heatmap, lang: Language) -> list[str]:
    """Say how many units are lower; nothing where none has figures of its own."""
    gettext = translator(lang).gettext
    # an agency without regions has its units in one list
    of_regions = [row for region in heatmap.regions for row in region.units]
    units = [row for row in heatmap.together or of_regions if not row.hidden]
    if not units:
        return []
    count = sum(any(cell.style.startswith("low") for cell in row.cells) for row in units)
    table = gettext(N_("Regioner og enheter") if heatmap.regions else N_("Enheter"))
    if count == 1:
        return [gettext(_ONE_LOWER) % {"table": table}]
    return [gettext(_LOWER) % {"count": count, "table": table} if count else gettext(_NONE_LOWER)]
