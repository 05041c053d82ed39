"""What a reader may choose among: publications, places, formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.publications import shelf
from survey_app.publications.errors import NotOnShelfError, RetractedError
from survey_app.publications.records import has_record
from survey_app.reading.exports.find import POPULATIONS
from survey_app.reading.names import place_options
from survey_app.reading.published import Published
from survey_app.reading.reports.compose import REPORTED
from survey_app.reading.retracted import refuse_retracted
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.scope import own_units, visible
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import N_, Language, translator

STAFF: Final = ("staff",)
PUBLIC: Final = ("public", "open", "candidates", "stakeholders")
# whose surveys a role may take out: those of its pages
OF_ROLE: Final = {
    Role.HR: STAFF,
    Role.COMMUNICATIONS: PUBLIC,
    Role.LEADER: STAFF,
    Role.REPRESENTATIVE: STAFF,
    Role.ANALYST: POPULATIONS,
}
FORMS: Final = (
    ("pdf", "PDF", N_("til å lese og skrive ut")),
    ("sheet", N_("Ark til tavla"), N_("en enhet på én side: tall, spørsmål og tiltak, som PDF")),
    ("pptx", "PowerPoint", N_("figurer og tabeller som kan endres")),
    ("xlsx", "Excel", N_("alle tabeller, med merknader")),
    ("csv", "CSV", N_("alle tall i én tabell, for programmer")),
    ("csv-excel", "CSV for Excel", N_("det samme, med semikolon og desimalkomma")),
    ("parquet", "Parquet", N_("det samme, med typer")),
    ("json-stat", "JSON-stat", N_("en kube for statistikkprogrammer")),
    ("ddi", "DDI-Codebook", N_("spørsmålene, slik et dataarkiv vil ha dem")),
)


@dataclass(frozen=True, slots=True)
class ReportForm:
    """What the form offers, and what is chosen in it; ``recorded`` waves go into an archive.

    ``named``: whether the address names the wave, and it is not the newest for want of one.
    """

    waves: list[tuple[str, str]]
    wave: Wave
    places: list[tuple[str, str]]
    place: str
    forms: tuple[tuple[str, str, str], ...]
    form: str
    recorded: bool
    named: bool


async def waves_to_take_out(reader: SignedIn, at: datetime) -> list[tuple[str, Wave]]:
    """Return the released waves that a reader may take out, the newest first, each with whose."""
    found = [
        (population, wave)
        for population in OF_ROLE.get(reader.role, ())
        for wave in await waves(population, at)
    ]
    return sorted(found, key=lambda pair: (pair[1].closed_on, pair[1].key), reverse=True)


async def find_named(
    reader: SignedIn, known: Sequence[tuple[str, Wave]], publication: str, at: datetime
) -> tuple[str, Wave] | None:
    """Find a wave by its key or a publication; one that was corrected leads to the newest.

    Raises
    ------
    RetractedError
        If its figures were taken back, and the reader could take them out.
    """
    whose = OF_ROLE.get(reader.role, ())
    for population, wave in known:
        if publication in {wave.publication, wave.key}:
            return population, wave
    try:
        key = (await shelf.find_head(publication, at=at)).wave_key
    except NotOnShelfError:
        if publication:
            await refuse_retracted(publication, whose, at)
        return None
    except RetractedError as error:
        if error.retraction.population in whose:
            raise
        return None
    return next((pair for pair in known if pair[1].key == key), None)


async def lay_out_form(
    reader: SignedIn, publication: str, unit: str | None, form: str, lang: Language, at: datetime
) -> ReportForm | None:
    """Lay out the form; ``None`` where there is nothing to take out yet.

    A place that the chosen wave does not have, or a format that it is not made in, is left for the
    first that it has.
    """
    known = await waves_to_take_out(reader, at)
    if not known:
        return None
    named = await find_named(reader, known, publication, at)
    population, wave = named or known[0]
    shown = await published(wave, at)
    places = place_options(visible(reader, shown), lang) if population == "staff" else []
    codes = [code for code, _ in places]
    mine = own_units(reader, shown)
    start = mine[0].code if mine else ""
    chosen = unit if unit in codes else start
    forms = tuple(one for one in FORMS if _made(one[0], population, shown.domain(chosen)))
    titles = {one.publication: _title(p, one, lang) for p, one in known}
    return ReportForm(
        waves=[(one.publication, titles[one.publication]) for _, one in known],
        wave=wave,
        places=places,
        place=chosen,
        forms=forms,
        form=form if form in {one[0] for one in forms} else forms[0][0],
        recorded=await has_record(wave.key),
        named=named is not None,
    )


def _made(form: str, population: str, place: Domain | None) -> bool:
    """Tell whether there is such a file: a sheet is of one unit, a report of staff or public."""
    if form == "sheet":
        return population == "staff" and place is not None and place.level == "unit"
    return population in REPORTED or form not in {"pdf", "pptx"}


_POPULATIONS: Final = {
    "staff": N_("Ansatte"),
    "public": N_("Befolkningen"),
    "open": N_("Åpen lenke"),
    "candidates": N_("Kandidater"),
    "stakeholders": N_("Interessenter"),
}


def _title(population: str, wave: Wave, lang: Language) -> str:
    _ = translator(lang).gettext
    corrected = f" ({_('rettet')})" if wave.correction else ""
    return f"{_(_POPULATIONS[population])}: {wave.label('name', lang)}{corrected}"


def whole_asked_for(shown: Published) -> Domain:
    """Return the whole that was asked."""
    return next(d for d in shown.domains if d.level == AGENCY)
