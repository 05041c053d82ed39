"""Made-up staff of an agency whose register has no unit, or whose texts are in no English."""

import shutil

from questionnaires.content import SETTING
from survey_app.asking.people.import_people import read_register
from survey_app.commands.waves import promised_line
from survey_app.simulation.files import register_csv
from survey_app.simulation.plain_staff import make_plain_staff
from tests.agencies import SECOND


def test_a_register_of_the_agency_alone_gives_a_demo_the_units_of_its_types(tmp_path, monkeypatch):
    content = shutil.copytree(SECOND, tmp_path / "content")
    register = content / "demo" / "register.csv"
    head, agency, *_ = register.read_text(encoding="utf-8").splitlines()
    register.write_text(f"{head}\n{agency}\n", encoding="utf-8")
    monkeypatch.setenv(SETTING, str(content))
    made = make_plain_staff(300, seed=3)
    assert {unit.kind for unit in made.agency.units} >= {"skole", "sykehjem"}
    assert len(read_register(register_csv(made.agency)).people) == 300


def test_who_opens_a_wave_is_told_its_promise_where_nothing_is_written_in_english(monkeypatch):
    monkeypatch.setenv(SETTING, str(SECOND))
    assert promised_line("promise.worker").startswith("its form promises: Svaret ditt blir låst")
