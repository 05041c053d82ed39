"""What is known of the population: dated files, read with every mistake named."""

from datetime import date

import pytest

from questionnaires import population
from questionnaires.loader import load_library
from questionnaires.population import FOLDER, PopulationError, read_population, unknown_codes
from tests.agencies import FIRST

COUNT = (FIRST / FOLDER / "2024-01-01.toml").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(population, "FOLDER", tmp_path)
    return tmp_path


def test_the_newest_count_that_is_not_later_than_the_day_is_used(folder):
    for year in (2024, 2025, 2026):
        text = COUNT.replace("2024-01-01", f"{year}-01-01")
        (folder / f"{year}.toml").write_text(text, encoding="utf-8")
    assert read_population(date(2025, 6, 1)).dated.year == 2025
    assert read_population(date(2020, 6, 1)).dated.year == 2024
    assert read_population().dated.year == 2026
    assert read_population(date(2025, 6, 1)).is_old(date(2028, 2, 1))
    assert not read_population(date(2025, 6, 1)).is_old(date(2027, 2, 1))


def test_where_no_shares_of_men_are_known_half_of_each_age_are(folder):
    before, _, rest = COUNT.partition("[men_in_age]")
    text = f"{before}[men_in_age]\n\n[education]{rest.partition('[education]')[2]}"
    (folder / "2024.toml").write_text(text, encoding="utf-8")
    cells = read_population().age_gender
    # 19.2 per cent of adults are of the first age
    assert cells["1:1"] == cells["1:2"] == pytest.approx(0.096)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("dated = 2024-01-01", "dated = 2024", "dated must be a day"),
        ('"1" = 22.0', '"1" = 32.0', "the shares of education add up to 110, not to 100"),
        ('"03" = 717_710', '"03" = 0', "county.03 must be a number above zero"),
        ("adults = 4_450_000", "", "adults is missing"),
        (
            "adults = 4_450_000",
            "adults = 1.5",
            "adults must be a whole number of people above zero",
        ),
        ("[age]", "[age", "is not valid TOML"),
        ("[education]", "adult = 1\n[education]", "men_in_age.adult is no age of .age."),
        ("[county] # residents, by county number", "[x]", "county is missing"),
        ('"1" = 22.0', '"1" = [22.0]', "education.1 must be a number above zero"),
        ("source = ", "source = 0 # ", "source must name the table and its agency"),
        ("approximate = true", "approximate = 1", "approximate must be true or false"),
        ('"1" = 51.3', '"1" = 100.0', "men_in_age.1 must be below 100"),
        ('"1" = 51.3', '"1" = 120', "men_in_age.1 must be below 100"),
        ('"03" = 717_710', f'"03" = 1{"0" * 400}', "county.03 must be below 10,000,000,000"),
        ("dated = 2024-01-01", "dated = 2024-01-01T00:00:00", "dated must be a day"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong_and_where(folder, old, new, sentence):
    (folder / "wrong.toml").write_text(COUNT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PopulationError, match=f"wrong.toml.*{sentence}"):
        read_population()


def test_a_folder_in_the_place_of_a_count_is_named(folder):
    (folder / "2026-01-01.toml").mkdir()
    with pytest.raises(PopulationError, match=r"2026-01-01\.toml cannot be read"):
        read_population()


def test_what_an_agency_notes_for_itself_is_no_mistake(folder):
    (folder / "noted.toml").write_text(f'note = "by table 07459"\n{COUNT}', encoding="utf-8")
    assert read_population().adults == 4_450_000


def test_a_county_that_the_count_does_not_know_is_named_before_a_wave_opens(folder):
    form = load_library().questionnaire("omdomme")
    assert unknown_codes(_whole(folder), form) == []
    (folder / "short.toml").write_text(
        COUNT.replace('"56" = 75_053', "").replace("2024-01-01", "2025-01-01"), encoding="utf-8"
    )
    (sentence,) = unknown_codes(population._read(folder / "short.toml"), form)
    assert "2025-01-01 has no share for «56» of d.fylke" in sentence


def _whole(folder):
    path = folder / "whole.toml"
    path.write_text(COUNT, encoding="utf-8")
    return population._read(path)
