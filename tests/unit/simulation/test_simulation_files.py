"""Campaigns of the demo are files that can be read, whatever the agency's language says."""

import tomllib
from datetime import date
from types import SimpleNamespace

from survey_app.simulation import files
from survey_app.simulation.calendar import open_pulse, public_calendar, staff_calendar

TODAY = date(2026, 11, 25)


def test_texts_with_quotes_and_backslashes_stand_in_the_file_as_they_are(monkeypatch):
    said = SimpleNamespace(gettext=lambda text: f'"{text}" \\ {{demo}}')
    monkeypatch.setattr(files, "translator", lambda _language: said)
    staff = tomllib.loads(
        files.staff_campaign(staff_calendar(1, panels=False, today=TODAY), open_pulse(today=TODAY))
    )
    public = tomllib.loads(files.public_campaign(public_calendar(1, today=TODAY)))
    assert staff["help"] == '"bedriftshelsetjenesten (demo)" \\ {demo}'
    assert staff["sender"] == '"HR-avdelingen (demo)" \\ {demo} <hr@demo.invalid>'
    assert public["contact"] == (
        '"Kommunikasjonsavdelingen (demo)" \\ {demo}, kommunikasjon@demo.invalid'
    )
    assert public["legal_basis"].startswith('"Personvernforordningen')
