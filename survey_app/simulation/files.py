"""The simulated agency as the files that a real one imports: a register and its campaigns."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final

from questionnaires.loader import load_library
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, first_language, translator
from survey_app.simulation.agency import ROOT
from survey_app.simulation.asked import asked_forms
from survey_app.simulation.demo_texts import demo_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.simulation.agency import SimulatedAgency
    from survey_app.simulation.calendar import SimulatedWave

RELEASE: Final = "09:00"
COMMENTED: Final = 2  # main waves that asked for comments
COMMENT_DAYS: Final = 1095

_STAFF: Final = """\
key = "{key}"
form = "{form}"
population = "staff"
legal_basis = {basis}
retention_days = 1825
discussed_on = {discussed}
sender = {sender}
contact = {contact}
help = {help}
release = "{release}"
open_results = true
"""

_OUTSIDE: Final = """\
key = "{key}"
form = "{form}"
population = "{population}"
legal_basis = {basis}
retention_days = 1825
sender = {sender}
contact = {contact}
help = ""
release = "{release}"
open_results = true
"""

_STAFF_TEXTS: Final = {
    "basis": N_(
        "Personvernforordningen artikkel 6 nr. 1 e, arbeidsmiljøloven kapittel 4 (demodata)"
    ),
    "who": N_("HR-avdelingen (demo)"),
    "help": N_("bedriftshelsetjenesten (demo)"),
}
_OUTSIDE_TEXTS: Final = {
    "basis": N_("Personvernforordningen artikkel 6 nr. 1 e (demodata)"),
    "who": N_("Kommunikasjonsavdelingen (demo)"),
}


def _in_first_language(texts: Mapping[str, str], mail: str) -> dict[str, str]:
    say = translator(first_language()).gettext
    said = {name: say(text) for name, text in texts.items()}
    who = said.pop("who")
    said |= {"sender": f"{who} <{mail}>", "contact": f"{who}, {mail}"}
    return {name: _quoted(text) for name, text in said.items()}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a text of JSON is one of TOML


def register_csv(agency: SimulatedAgency) -> str:
    """Write units and people as the register's CSV; nobody has a name."""
    text = io.StringIO()
    rows = csv.writer(text)
    name = f"{in_language(load_library().agency.name, first_language())} (demo)"
    rows.writerow(["kind", "code", "name", "type", "parent", "email", "language", "unit"])
    rows.writerow(["unit", ROOT, name, "agency", "", "", "", ""])
    rows.writerows(
        ["unit", region, agency.region_names[region], "region", ROOT, "", "", ""]
        for region in agency.regions
    )
    rows.writerows(
        ["unit", unit.code, unit.name, unit.kind, unit.region or ROOT, "", "", ""]
        for unit in agency.units
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
    forms = asked_forms()
    head = _STAFF.format(
        key=forms.staff_key,
        form=forms.main,
        discussed=first.opens_on.isoformat(),
        release=RELEASE,
        **_in_first_language(_STAFF_TEXTS, "hr@demo.invalid"),
    )
    texts = demo_texts("staff", load_library().forms[forms.main].title)
    asks = "comment" in texts
    if asks:
        head += f"comment_days = {COMMENT_DAYS}\n"
    told = "".join(_table(name, text) for name, text in texts.items())
    asked = [wave for wave in history if wave.main][-COMMENTED:]
    past = "".join(_wave(wave, "4, 10", comment=not asks or wave in asked) for wave in history)
    # no reminders: they would reach all who were not mailed
    return head + told + past + _wave(pulse, "", comment=True)


def public_campaign(waves: Sequence[SimulatedWave]) -> str:
    """Write the campaign of half-year waves, invited by letter."""
    form = asked_forms().public
    return _outside("public", form, form) + "".join(_wave(wave, "") for wave in waves)


def candidate_campaign(wave: SimulatedWave) -> str:
    """Write the campaign that applicants and others who have shown interest may answer."""
    return _outside("candidates", wave.form, wave.form) + _wave(wave, "")


def open_campaign(wave: SimulatedWave) -> str:
    """Write the campaign that anybody may answer."""
    forms = asked_forms()
    return _outside("open", wave.form, f"apen-{forms.public}") + _wave(wave, "")


def _outside(population: str, form: str, key: str) -> str:
    head = _OUTSIDE.format(
        key=key.replace(".", "-"),
        form=form,
        population=population,
        release=RELEASE,
        **_in_first_language(_OUTSIDE_TEXTS, "kommunikasjon@demo.invalid"),
    )
    texts = demo_texts(population, load_library().forms[form].title)
    return head + "".join(_table(name, text) for name, text in texts.items())


def _table(name: str, text: Mapping[str, str]) -> str:
    lines = (f"{language} = {_quoted(one)}\n" for language, one in text.items())
    return f"\n[{name}]\n{''.join(lines)}"


def _wave(wave: SimulatedWave, reminders: str, *, comment: bool = True) -> str:
    more = f'overlap = "{wave.overlap}"\n' if wave.overlap else ""
    more += "" if comment else "comment = false\n"
    return f"""
[[waves]]
key = "{wave.key}"
form = "{wave.form}"
invite = "{wave.invite}"
opens_on = {wave.opens_on.isoformat()}
closes_on = {wave.closes_on.isoformat()}
results_on = {wave.results_on.isoformat()}
reminder_days = [{reminders}]
{more}"""
