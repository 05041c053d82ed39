"""The simulated agency as the files that a real one imports: a register and its campaigns."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from survey_app.simulation.agency import ROOT, region_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey_app.simulation.agency import Agency
    from survey_app.simulation.calendar import SimulatedWave

RELEASE: Final = "09:00"
COMMENTED: Final = 2  # main waves that asked for comments
AGENCY_NAME: Final = "Kriminalomsorgen (demo)"

_STAFF: Final = """\
key = "verdipuls"
form = "verdipuls.main"
population = "staff"
legal_basis = "Personvernforordningen artikkel 6 nr. 1 e, arbeidsmiljøloven kapittel 4 (demodata)"
retention_days = 1825
discussed_on = {discussed}
sender = "HR-avdelingen (demo) <hr@demo.invalid>"
contact = "HR-avdelingen (demo), hr@demo.invalid"
help = "bedriftshelsetjenesten (demo)"
release = "{release}"
open_results = true
comment_days = 1095

[comment]
nb = "Vi vil vite hva som skal til for å bli bedre på åpne beslutninger."
nn = "Vi vil vite kva som skal til for å bli betre på opne avgjerder."
en = "We want to know what it takes to become better at open decisions."

[title]
nb = "Verdipuls"
nn = "Verdipuls"
en = "Values pulse"

[purpose]
nb = "Å måle hvordan verdiene trygghet, åpenhet og nytenking leves på arbeidsplassen"
nn = "Å måle korleis verdiane tryggleik, openheit og nytenking blir levde på arbeidsplassen"
en = "To measure how the values of safety, openness and innovation are lived at work"
"""

_PUBLIC: Final = """\
key = "{key}"
form = "{form}"
population = "{population}"
legal_basis = "Personvernforordningen artikkel 6 nr. 1 e (demodata)"
retention_days = 1825
sender = "Kommunikasjonsavdelingen (demo) <kommunikasjon@demo.invalid>"
contact = "Kommunikasjonsavdelingen (demo), kommunikasjon@demo.invalid"
help = ""
release = "{release}"
open_results = true

[title]
nb = "{nb}"
nn = "{nn}"
en = "{en}"

[purpose]
nb = "{purpose_nb}"
nn = "{purpose_nn}"
en = "{purpose_en}"
"""


_TRUST: Final = {
    "purpose_nb": "Å måle tillit, troverdighet og åpenhet i befolkningen",
    "purpose_nn": "Å måle tillit, truverd og openheit i befolkninga",
    "purpose_en": "To measure trust, credibility and openness among residents",
}


def register_csv(agency: Agency) -> str:
    """Write units and people as the register's CSV; nobody has a name."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["kind", "code", "name", "type", "parent", "email", "language", "unit"])
    rows.writerow(["unit", ROOT, AGENCY_NAME, "agency", "", "", "", ""])
    rows.writerows(
        ["unit", region, region_name(region), "region", ROOT, "", "", ""]
        for region in agency.regions
    )
    rows.writerows(
        ["unit", unit.code, unit.name, unit.kind, unit.region, "", "", ""] for unit in agency.units
    )
    rows.writerows(
        [
            "person", agency.number(person), "", "", "", agency.email(person),
            str(agency.language[person]), agency.units[unit].code,
        ]
        for person, unit in enumerate(agency.unit)
    )  # fmt: skip
    return text.getvalue()


def staff_campaign(history: Sequence[SimulatedWave], pulse: SimulatedWave) -> str:
    """Write the staff campaign with its waves; only the one that is open sends mail."""
    first = (*history, pulse)[0]
    head = _STAFF.format(discussed=first.opens_on.isoformat(), release=RELEASE)
    asked = [wave for wave in history if wave.main][-COMMENTED:]
    past = "".join(_wave(wave, "4, 10", comment=wave in asked) for wave in history)
    # no reminders: they would reach all who were not mailed
    return head + past + _wave(pulse, "", comment=True)


def public_campaign(waves: Sequence[SimulatedWave]) -> str:
    """Write the campaign of half-year waves, invited by letter."""
    head = _PUBLIC.format(
        key="omdomme", form="omdomme", population="public", release=RELEASE,
        nb="Omdømmemåling", nn="Omdømemåling", en="Reputation survey", **_TRUST,
    )  # fmt: skip
    return head + "".join(_wave(wave, "") for wave in waves)


def candidate_campaign(wave: SimulatedWave) -> str:
    """Write the campaign that applicants and others who have shown interest may answer."""
    head = _PUBLIC.format(
        key="kandidat", form=wave.form, population="candidates", release=RELEASE,
        nb="Kandidatundersøkelse", nn="Kandidatundersøking", en="Candidate survey",
        purpose_nb="Å måle hvordan kriminalomsorgen virker som arbeidsplass på dem som søker",
        purpose_nn="Å måle korleis kriminalomsorga verkar som arbeidsplass på dei som søkjer",
        purpose_en="To measure how the Correctional Service strikes those who apply as a workplace",
    )  # fmt: skip
    return head + _wave(wave, "")


def open_campaign(wave: SimulatedWave) -> str:
    """Write the campaign that anybody may answer."""
    head = _PUBLIC.format(
        key="apen-omdomme", form=wave.form, population="open", release=RELEASE,
        nb="Si din mening om kriminalomsorgen", nn="Sei di meining om kriminalomsorga",
        en="Have your say about the Correctional Service", **_TRUST,
    )  # fmt: skip
    return head + _wave(wave, "")


def _wave(wave: SimulatedWave, reminders: str, *, comment: bool = True) -> str:
    without = "" if comment else "comment = false\n"
    return f"""
[[waves]]
key = "{wave.key}"
form = "{wave.form}"
invite = "{wave.invite}"
opens_on = {wave.opens_on.isoformat()}
closes_on = {wave.closes_on.isoformat()}
results_on = {wave.results_on.isoformat()}
reminder_days = [{reminders}]
{without}"""
