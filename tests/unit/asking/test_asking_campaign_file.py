"""The campaign file: what is read, and a sentence with its key for each mistake."""

from dataclasses import replace
from datetime import date

import pytest

from questionnaires.loader import load_library
from survey_app.asking.campaigns import wave_checks
from survey_app.asking.campaigns.campaign_file import read_campaign
from survey_app.asking.campaigns.campaign_toml import write_campaign
from survey_app.asking.campaigns.campaign_warnings import campaign_warnings
from survey_app.asking.errors import CampaignProblems
from tests.first_versions import first_versions
from tests.reworded_version import a_second_version

CAMPAIGN = """
key = "verdipuls"
form = "verdipuls.k2"
population = "staff"
legal_basis = "GDPR article 6 (1) f"
retention_days = 1825
discussed_on = 2026-01-12
sender = "HR-avdelingen <hr@example.org>"
contact = "hr@example.org"
release = "09:00"
title = { nb = "Verdipuls", nn = "Verdipuls", en = "Verdipuls" }
purpose = { nb = "Følge verdiene", nn = "Følgje verdiane" }

[[waves]]
key = "verdipuls-2026-k2"
invite = "panel:B"
opens_on = 2026-05-12
closes_on = 2026-05-26
results_on = 2026-06-09
reminder_days = [4, 10]
"""


def sentences(text):
    with pytest.raises(CampaignProblems) as caught:
        read_campaign(text, load_library())
    return [problem.sentence for problem in caught.value.problems]


def told(text, library=None):
    with pytest.raises(CampaignProblems) as caught:
        read_campaign(text, library or load_library())
    return {problem.column: problem.sentence for problem in caught.value.problems}


def test_a_campaign_is_read_with_its_waves():
    campaign = read_campaign(CAMPAIGN, load_library())
    (wave,) = campaign.waves
    assert (campaign.key, campaign.retention_days, campaign.discussed_on) == (
        "verdipuls", 1825, date(2026, 1, 12),
    )  # fmt: skip
    assert (wave.kind, wave.invite, wave.reminder_days) == ("pulse", "panel:B", (4, 10))


def test_a_day_of_results_far_after_closing_is_refused_until_it_has_come(monkeypatch):
    far = CAMPAIGN.replace("2026-06-09", "2026-12-12")
    monkeypatch.setattr(wave_checks, "today", lambda: date(2026, 12, 11))
    assert "results_on" in next(iter(told(far)))
    # a wave of before the limit: its campaign can be written again, and it cannot be moved
    monkeypatch.setattr(wave_checks, "today", lambda: date(2026, 12, 12))
    assert read_campaign(far, load_library()).waves[0].results_on == date(2026, 12, 12)


def test_of_a_closed_wave_whose_results_come_late_the_import_says_what_waits(monkeypatch):
    far = CAMPAIGN.replace("2026-06-09", "2026-12-12")
    monkeypatch.setattr(wave_checks, "today", lambda: date(2026, 12, 11))
    key = read_campaign(CAMPAIGN, load_library()).waves[0].key
    campaign = read_campaign(far, load_library(), over={key})
    assert campaign.waves[0].results_on == date(2026, 12, 12)
    # what else is wrong with it is told as before
    with pytest.raises(CampaignProblems, match="after the day of closing"):
        read_campaign(CAMPAIGN.replace("2026-06-09", "2026-05-26"), load_library(), over={key})
    [late] = [one for one in campaign_warnings(campaign) if "183" in one]
    assert key in late
    assert "barometer wave results" in late
    # what has come holds up nothing
    monkeypatch.setattr(wave_checks, "today", lambda: date(2026, 12, 12))
    assert not [one for one in campaign_warnings(campaign) if "183" in one]


@pytest.mark.parametrize("waves", ["3", "true", "2026-01-01", "[{ key = [1] }]"])
def test_whatever_stands_in_the_place_of_waves_is_told_as_a_mistake(waves):
    head = CAMPAIGN.partition("[[waves]]")[0]
    assert "waves" in str(told(f"{head}waves = {waves}\n"))


@pytest.mark.parametrize("invite", ["proportional:900", "neyman:25", "rotation:2/3:5"])
def test_a_part_of_the_staff_that_is_drawn_is_written_with_how_many(invite):
    (wave,) = read_campaign(CAMPAIGN.replace("panel:B", invite), load_library()).waves
    assert wave.invite == invite


def test_a_wave_with_both_wordings_names_the_version_of_the_old_and_is_written_back(tmp_path):
    library = load_library(a_second_version(tmp_path / "content"))
    text = CAMPAIGN.replace('invite = "panel:B"', 'invite = "panel:B"\noverlap = "v1"')
    campaign = read_campaign(text, library)
    assert campaign.waves[0].overlap == "v1"
    assert read_campaign(write_campaign(campaign), library) == campaign
    assert "overlap" not in write_campaign(read_campaign(CAMPAIGN, library))
    first = load_library(first_versions())
    assert "there is only one" in told(text, first)["waves[1].overlap"]


def test_an_open_link_has_nobody_to_draw_halves_among():
    text = CAMPAIGN.replace('"staff"', '"open"').replace("verdipuls.k2", "omdomme.open", 1)
    text = text.replace('invite = "panel:B"', 'invite = "open"\noverlap = "v1"')
    assert "nobody to draw halves among" in " ".join(sentences(text))


def test_an_open_link_has_nobody_to_draw_modules_for():
    library = load_library()
    form = library.forms["omdomme.open"]
    blocks = (*form.blocks[:-1], replace(form.blocks[-1], module="last"))
    split = replace(library, forms={**library.forms, form.id: replace(form, blocks=blocks)})
    text = CAMPAIGN.replace('"staff"', '"open"').replace("verdipuls.k2", "omdomme.open", 1)
    text = text.replace('invite = "panel:B"', 'invite = "open"')
    with pytest.raises(CampaignProblems) as caught:
        read_campaign(text, split)
    assert "nobody to draw modules for" in " ".join(map(str, caught.value.problems))


def test_cards_are_for_staff_and_are_written_back():
    text = CAMPAIGN.replace('invite = "panel:B"', 'invite = "panel:B"\ncards = true')
    campaign = read_campaign(text, load_library())
    assert campaign.waves[0].cards
    assert read_campaign(write_campaign(campaign), load_library()) == campaign
    assert "cards" not in write_campaign(read_campaign(CAMPAIGN, load_library()))
    text = text.replace('"staff"', '"open"').replace("verdipuls.k2", "omdomme.open", 1)
    assert "only staff get cards" in " ".join(sentences(text.replace('"panel:B"', '"open"')))


def test_labels_are_whole_expressions_in_three_languages():
    (wave,) = read_campaign(CAMPAIGN, load_library()).waves
    assert wave.labels == {
        "name": {
            "nb": "Mai 2026, kortmåling",
            "nn": "Mai 2026, kortmåling",
            "en": "May 2026, pulse survey",
        },
        "since": {"nb": "siden mai 2026", "nn": "sidan mai 2026", "en": "since May 2026"},
        "short": {"nb": "mai", "nn": "mai", "en": "May"},
        "in": {"nb": "i mai 2026", "nn": "i mai 2026", "en": "in May 2026"},
        "year": 2026,
    }  # fmt: skip


def test_an_agency_may_write_its_own_labels():
    own = '[waves.labels]\nname = { nb = "Våren 2026", nn = "Våren 2026", en = "Spring 2026" }\n'
    (wave,) = read_campaign(CAMPAIGN + own, load_library()).waves
    assert wave.labels["name"]["en"] == "Spring 2026"
    assert wave.labels["since"]["nb"] == "siden mai 2026"


@pytest.mark.parametrize(
    ("old", "new", "key", "part"),
    [
        ('"verdipuls.k2"', '"verdipuls.k9"', "form", "is none of"),
        ('"verdipuls.k2"', '"omdomme"', "waves[1].form", "made for public"),
        ('"staff"', '"everyone"', "population", "is none of"),
        ('"panel:B"', '"panel:D"', "waves[1].invite", "is none of"),
        ('"panel:B"', '""', "waves[1].invite", "is missing"),
        ('key = "verdipuls"', 'key = ""', "key", "is missing"),
        ('"panel:B"', '"neyman:0"', "waves[1].invite", "how many are drawn"),
        ('"panel:B"', '"rotation:2/3"', "waves[1].invite", "2, 3, 4, 6 or 12"),
        ('"panel:B"', '"rotation:5/5:1"', "waves[1].invite", "fewer are asked than there are"),
        ("2026-05-26", "2026-05-20", "waves[1].closes_on", "at least 14 days"),
        ("2026-05-26", "2026-05-01", "waves[1].closes_on", "before it opens"),
        ("2026-06-09", "2026-05-26", "waves[1].results_on", "after the day of closing"),
        ("[4, 10]", "[10, 4]", "waves[1].reminder_days", "rising"),
        ("[4, 10]", "[4, 40]", "waves[1].reminder_days", "within the field period"),
        ("opens_on = 2026-05-12", 'opens_on = "12.5."', "waves[1].opens_on", "must be a date"),
        ("opens_on = 2026-05-12\n", "", "waves[1].opens_on", "is missing"),
        ("retention_days = 1825", 'retention_days = "5 years"', "retention_days", "whole number"),
        ("= 1825", "= 40_000", "retention_days", "at most 36500 days"),
        ("opens_on = 2026-05-12", "opens_on = 0001-05-12", "waves[1].opens_on", "2000 to 2100"),
        ("2026-05-26", "2062-05-26", "waves[1].closes_on", "is the year right"),
        ("2026-06-09", "2062-06-09", "waves[1].results_on", "is the year right"),
        ("HR-avdelingen <hr@example.org>", "HR-avdelingen", "sender", "needs an address"),
        ("hr@example.org>", "høst@example.org>", "sender", "other letters than a to z"),
        ('"09:00"', '"9 o\'clock"', "release", "either"),
        ('nn = "Verdipuls", en', "en", "title.nn", "Language Act"),
        ("legal_basis", "legal_bases", "legal_bases", "misspelt"),
        ('key = "verdipuls"', 'key = "Verdi puls"', "key", "small letters"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_key(old, new, key, part):
    found = told(CAMPAIGN.replace(old, new))
    assert part in found.get(key, ""), found


def test_of_a_wave_that_would_close_before_it_opens_nothing_is_said_of_its_reminders():
    # «between day 1 and day -11» would be no advice
    found = told(CAMPAIGN.replace("2026-05-26", "2026-05-01"))
    assert set(found) == {"waves[1].closes_on"}


def test_what_is_not_toml_is_told_with_its_line():
    assert "line 2" in told("key = 'a'\n = 3")[""]


def test_what_would_keep_a_wave_from_opening_is_warned_of_at_once():
    text = CAMPAIGN.replace("retention_days = 1825\n", "").replace(', nn = "Følgje verdiane"', "")
    warnings = campaign_warnings(read_campaign(text, load_library()))
    *kept, reminder = warnings
    assert [warning.split("»")[0] for warning in kept] == ["«purpose", "«retention_days"]
    # the fourth day after a Tuesday
    assert reminder.endswith("reminds on 2026-05-16, a day off")


def test_a_wave_in_july_is_warned_of():
    text = CAMPAIGN.replace("2026-05-12", "2026-06-30").replace("2026-05-26", "2026-07-14")
    text = text.replace("2026-06-09", "2026-08-01")
    assert any("July" in one for one in campaign_warnings(read_campaign(text, load_library())))


KEYS = ("CrAHEj44Y6uxyz16xB1It5v5dpf11-CGN0wiHq888Ak", "A" * 43)
HOLDERS = """trustees = [
  {{ name = "Hovedtillitsvalgt", public_key = "{}" }},
  {{ name = "HR-sjef", public_key = "{}" }},
]
"""


def test_a_wave_may_name_two_key_holders():
    (wave,) = read_campaign(CAMPAIGN + HOLDERS.format(*KEYS), load_library()).waves
    assert [one.name for one in wave.trustees] == ["Hovedtillitsvalgt", "HR-sjef"]
    assert wave.trustees[0].as_json()["public_key"] == KEYS[0]
    assert read_campaign(CAMPAIGN, load_library()).waves[0].trustees == ()


@pytest.mark.parametrize(
    ("holders", "part"),
    [
        (HOLDERS.format(KEYS[0], KEYS[0]), "the same key"),
        (HOLDERS.format(KEYS[0], "short"), "public key of «HR-sjef» is not one"),
        ('trustees = ["a.pub.json", "b.pub.json"]', "needs a name"),
        ('trustees = [{ name = "HR", public_key = "' + KEYS[0] + '" }]', "exactly two"),
        ('trustees = "HR"', "must be a list"),
    ],
)
def test_key_holders_that_could_not_lock_are_told(holders, part):
    assert part in told(CAMPAIGN + holders)["waves[1].trustees"]


def test_a_key_stands_in_one_wave_only():
    second = CAMPAIGN[CAMPAIGN.index("[[waves]]") :].replace("2026-05", "2026-09")
    second = second.replace("2026-06", "2026-10").replace("-k2", "-k3")
    text = CAMPAIGN + HOLDERS.format(*KEYS) + second + HOLDERS.format(KEYS[0], "B" * 43)
    assert "stands in another wave too" in told(text)["waves"]


def test_labels_are_short_and_of_one_line_and_their_year_is_one():
    long = "x" * 81
    own = f'[waves.labels]\nname = {{ nb = "{long}", nn = "a", en = "b" }}\n'
    assert set(told(CAMPAIGN + own)) == {"waves[1].labels.name.nb"}
    lines = '[waves.labels]\nname = { nb = "V\\nåren\\u200b", nn = "Våren", en = "Spring" }\n'
    (wave,) = read_campaign(CAMPAIGN + lines, load_library()).waves
    assert wave.labels["name"]["nb"] == "V åren"
    assert set(told(CAMPAIGN + "[waves.labels]\nyear = 999999\n")) == {"waves[1].labels.year"}
    assert set(told(CAMPAIGN + "[waves.labels]\nshot = 1\n")) == {"waves[1].labels.shot"}
