"""Two surveys of the public, held and published, of which the second names a group otherwise."""

import json
from collections import Counter

import pytest

from questionnaires.content import SETTING
from questionnaires.model import NOT_ASKED
from survey_app.publications.regrouped import GROUP, variable_of
from survey_app.publishing.computing.compute import compute
from survey_app.publishing.inputs.wave_inputs import read_inputs
from survey_app.settings import Settings
from tests.first_versions import write_first_versions
from tests.publishing_builders import SmallAgency, rows
from tests.regrouped_survey import CONTACT
from tests.reworded_version import a_second_version

GROSS = 2500
WORK = """
[work]
item = "d.arbeid"
weighted = true
title = { nb = "Arbeid", nn = "Arbeid", en = "Work" }
word = { nb = "arbeid", nn = "arbeid", en = "work" }
"""


async def test_a_group_of_other_words_is_left_out_of_all_that_is_read_of_earlier_waves(
    database, tmp_path, monkeypatch
):
    monkeypatch.setenv(SETTING, str(write_first_versions(tmp_path / "first")))
    settings = Settings(data_dir=tmp_path / "data")
    agency = await SmallAgency(settings, public_waves=2).imported()
    first, second = agency.halves
    await agency.fielding.hold_public(first, gross=GROSS)
    await agency.fielding.finish(first)
    other = a_second_version(tmp_path / "second", CONTACT, instrument="omdomme")
    monkeypatch.setenv(SETTING, str(other))
    await agency.fielding.hold_public(second, gross=GROSS)
    await agency.fielding.finish(second)
    [_, stored] = await rows("SELECT content FROM publications.publication ORDER BY sequence")
    content = json.loads(stored["content"])
    assert [(row["variable"], row["since"]) for row in content["regrouped"]] == [
        ("contact", second.key)
    ]
    compared = Counter(variable_of(row["domain"]) for row in content["changes"])
    assert compared["channel"]
    assert not compared["contact"]
    inputs = await read_inputs(second.key, version=1)
    assert [one.regrouped for one in inputs.earlier] == [{"contact"}]
    shown = inputs.past.shown
    groups = set(shown.loc[shown["level"] == GROUP, "domain"].map(variable_of))
    assert "channel" in groups
    assert "contact" not in groups


async def test_a_group_that_other_answers_make_is_left_out_and_waves_keep_their_own(
    database, tmp_path, monkeypatch
):
    monkeypatch.setenv(SETTING, str(write_first_versions(tmp_path / "first")))
    settings = Settings(data_dir=tmp_path / "data")
    agency = await SmallAgency(settings, public_waves=2).imported()
    first, second = agency.halves
    await agency.fielding.hold_public(first, gross=GROSS)
    await agency.fielding.finish(first)
    narrow = write_first_versions(tmp_path / "second")
    file = narrow / "background.toml"
    text = file.read_text(encoding="utf-8")
    other = text.replace('item = "om.fil.2"\nyes = ["1", ', 'item = "om.fil.2"\nyes = [')
    assert other != text
    file.write_text(other, encoding="utf-8")
    monkeypatch.setenv(SETTING, str(narrow))
    [earlier] = await rows("SELECT content FROM publications.publication ORDER BY sequence")
    # made again with the content of now, it is what it was
    inputs = await read_inputs(first.key, version=1)
    assert inputs.data.background.variables["contact"].yes == ("1", "2", "3", "4", "5")
    assert json.loads(compute(inputs).content) == json.loads(earlier["content"])
    # also where an answer that it is weighted by makes no group any more
    without = write_first_versions(tmp_path / "third") / "background.toml"
    fewer = text.replace(', "5" = "75+"', "")
    assert fewer != text
    without.write_text(fewer, encoding="utf-8")
    monkeypatch.setenv(SETTING, str(without.parent))
    inputs = await read_inputs(first.key, version=1)
    assert json.loads(compute(inputs).content) == json.loads(earlier["content"])
    monkeypatch.setenv(SETTING, str(narrow))
    await agency.fielding.hold_public(second, gross=GROSS)
    # it is open while the content begins to weight by work, which a sample is told to be dropped
    weighting = write_first_versions(tmp_path / "fourth") / "background.toml"
    weighting.write_text(other.replace('["d.arbeid"]', "[]") + WORK, encoding="utf-8")
    monkeypatch.setenv(SETTING, str(weighting.parent))
    await agency.fielding.finish(second)
    inputs = await read_inputs(second.key, version=1)
    assert set(inputs.data.answers["d.arbeid"]) == {NOT_ASKED}
    [_, stored] = await rows("SELECT content FROM publications.publication ORDER BY sequence")
    content = json.loads(stored["content"])
    assert [(row["variable"], row["since"]) for row in content["regrouped"]] == [
        ("contact", second.key)
    ]
    compared = {variable_of(row["domain"]) for row in content["changes"]}
    assert "channel" in compared
    assert "contact" not in compared


@pytest.mark.parametrize(
    ("opened", "changed", "groups"),
    [
        ("", lambda text: text.replace("[age]", WORK + "\n[age]"), 5),
        ("", lambda text: text.replace(', "5" = "75+"', "") + WORK, 4),
        (WORK.replace("true", "false"), lambda text: text + WORK, 5),
    ],
    ids=["the plan tells it", "the population tells it", "it was a group without a weight"],
)
async def test_a_wave_that_kept_no_groups_stores_nothing_that_it_was_told_to_drop(
    database, tmp_path, monkeypatch, opened, changed, groups
):
    first = write_first_versions(tmp_path / "first") / "background.toml"
    before = first.read_text(encoding="utf-8")
    first.write_text(before.replace('["d.arbeid"]', "[]") + opened if opened else before)
    monkeypatch.setenv(SETTING, str(first.parent))
    agency = await SmallAgency(Settings(data_dir=tmp_path / "data"), public_waves=1).imported()
    [wave] = agency.halves
    await agency.fielding.hold_public(wave, gross=GROSS)
    # as the last version left it, open while the content begins to weight by work
    await rows("UPDATE asking.wave SET as_opened = NULL")
    file = write_first_versions(tmp_path / "second") / "background.toml"
    text = file.read_text(encoding="utf-8").replace('["d.arbeid"]', "[]")
    file.write_text(changed(text), encoding="utf-8")
    monkeypatch.setenv(SETTING, str(file.parent))
    await agency.fielding.finish(wave)
    answers = (await read_inputs(wave.key, version=1)).data.answers
    assert set(answers["d.arbeid"]) == {NOT_ASKED}
    assert set(answers["d.utd"]) > {1, 2, 3, 4}  # it is weighted by education, then and now
    [stored] = await rows("SELECT content FROM publications.publication")
    estimates = json.loads(stored["content"])["estimates"]
    shown = {row["domain"] for row in estimates}
    assert len([one for one in shown if one.startswith("age:")]) == groups
    assert "education:1" in shown
    assert ("work:1" in shown) == bool(opened)  # planned, and of nobody
    of_work = [row for row in estimates if row["domain"].startswith("work:")]
    assert {row["status"] for row in of_work} <= {"suppressed_primary"}


async def test_what_stands_before_a_question_is_part_of_it(database, tmp_path, monkeypatch):
    """The definition that contact and channels are asked after says another thing than before."""
    first_content = write_first_versions(tmp_path / "first")
    monkeypatch.setenv(SETTING, str(first_content))
    settings = Settings(data_dir=tmp_path / "data")
    agency = await SmallAgency(settings, public_waves=2).imported()
    first, second = agency.halves
    await agency.fielding.hold_public(first, gross=GROSS)
    await agency.fielding.finish(first)
    other = write_first_versions(tmp_path / "second")
    said = other / "messages" / "nb.toml"
    words = said.read_text(encoding="utf-8")
    was = '[definition]\nagency = "Kriminalomsorgen driver'
    assert words.count(was) == 1
    said.write_text(words.replace(was, f"{was} i dag"), encoding="utf-8")
    monkeypatch.setenv(SETTING, str(other))
    await agency.fielding.hold_public(second, gross=GROSS)
    await agency.fielding.finish(second)
    [before, after] = await rows("SELECT content FROM publications.publication ORDER BY sequence")
    then, content = json.loads(before["content"]), json.loads(after["content"])
    assert {row["variable"] for row in content["regrouped"]} == {"contact", "channel"}
    compared = Counter(variable_of(row["domain"]) for row in content["changes"])
    assert not compared["contact"]
    assert not compared["channel"]
    asked = [{row["code"]: row["identity"] for row in one["measures"]} for one in (then, content)]
    moved = {code for code, own in asked[1].items() if asked[0].get(code, own) != own}
    # what is measured under it breaks, and nothing else does
    assert moved == {row["measure"] for row in content["breaks"]}
    assert "TI" not in moved
