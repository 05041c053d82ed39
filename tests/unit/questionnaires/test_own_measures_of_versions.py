"""A version brings scales and indices of its own; what was measured before stays as it was."""

from dataclasses import replace

import pytest

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.laid_over import assess, lay_over
from questionnaires.authoring.own_measures import (
    WrittenMeasure,
    own_measures,
    read_measure,
    remove_measure,
    write_measure,
)
from questionnaires.authoring.take_file_back import take_file_back
from questionnaires.authoring.version_files import INDICES, begin_version
from questionnaires.differences import index_differences
from questionnaires.editions import edition
from questionnaires.identity import identities
from questionnaires.loader import content_hashes, load_library
from tests.first_versions import first_versions

FIRST = first_versions()
ROOM = WrittenMeasure(
    "ROM",
    "staff",
    title={"nb": "Rom for ro", "nn": "Rom for ro", "en": "Room for calm"},
    short={"nb": "Ro"},
    about={"nb": "Om ro.", "nn": "Om ro.", "en": "About calm."},
    items=("vp.try.2", "vp.apn.2", "vp.nyt.2"),
    placed=True,
)
BOTH = WrittenMeasure(
    "SAM2",
    "staff",
    title={"nb": "Samlet", "nn": "Samla", "en": "Together"},
    about=ROOM.about,
    parts={"ROM": 2, "SIK": 1},
)


@pytest.fixture
def second():
    return begin_version(FIRST, "verdipuls", "2021-1")


@pytest.fixture
def written(second):
    return write_measure(write_measure(second, ROOM), BOTH)


def released(files, folder, content=FIRST):
    return lay_over(content, [files], folder / "laid", release=True)


def test_they_are_written_as_somebody_would_by_hand(second, written):
    # by the first agency's own file, with its spaces and a line for each long text
    assert written.texts[INDICES] == (
        'strategy_revision = "2021-1"\n\n'
        '[ROM]\npopulation = "staff"\n'
        'title = { nb = "Rom for ro", nn = "Rom for ro", en = "Room for calm" }\n'
        'short = { nb = "Ro", nn = "Rom for ro", en = "Room for calm" }\n'
        'about.nb = "Om ro."\nabout.nn = "Om ro."\nabout.en = "About calm."\n\n'
        '[SAM2]\npopulation = "staff"\nbrought_by = "verdipuls/v2"\n'
        'parts = { ROM = "2/3", SIK = "1/3" }\nequal_parts = { ROM = "1/2", SIK = "1/2" }\n'
        'title = { nb = "Samlet", nn = "Samla", en = "Together" }\n'
        'short = { nb = "Samlet", nn = "Samla", en = "Together" }\n'
        'about.nb = "Om ro."\nabout.nn = "Om ro."\nabout.en = "About calm."\n'
    )
    assert written.texts["measures.toml"] == '[staff]\nalone = ["ROM"]\n'
    added = '[[scale]]\ncode = "ROM"\nitems = ["vp.try.2", "vp.apn.2", "vp.nyt.2"]\n\n'
    assert written.texts["instrument.toml"].replace(added, "") == second.texts["instrument.toml"]
    title = '[scale."ROM"]\ntitle = "Rom for ro"\n\n'
    assert written.texts["text.nn.toml"].replace(title, "") == second.texts["text.nn.toml"]
    assert (read_measure(written, "ROM"), read_measure(written, "SAM2")) == (ROOM, BOTH)


def test_any_signs_in_a_name_are_kept(second):
    said = {"nb": 'Ro «og» "mer" \\ {x}', "nn": "#1 = [a]", "en": "ja'; å"}
    files = write_measure(second, replace(ROOM, title=said, short={}, about=said))
    found = read_measure(files, "ROM")
    assert (found.title, found.about) == (said, said)
    assert write_measure(files, found) == files
    titles = [one.title for one in assess(FIRST, files).library.indices.values()]
    assert said in titles


@pytest.mark.parametrize("placed", [True, False])
def test_the_name_of_another_measure_is_refused_wherever_they_stand(second, placed):
    known = load_library(FIRST).indices["KI"].title
    files = write_measure(second, replace(ROOM, title=known, placed=placed))
    told = {(one.file, one.key) for one in assess(FIRST, files).problems}
    assert told == {("measures.toml", "called ROM")}


def test_written_again_nothing_changes_and_taken_out_all_is_as_before(second, written):
    assert write_measure(write_measure(written, ROOM), BOTH) == written
    with pytest.raises(AuthoringError, match="scale_in_use"):
        remove_measure(written, "ROM")
    assert remove_measure(remove_measure(written, "SAM2"), "ROM") == second


def test_another_name_and_other_questions_change_their_own_lines(written):
    files = write_measure(written, replace(ROOM, items=ROOM.items[:2], placed=False))
    files = write_measure(
        files, replace(BOTH, title=BOTH.title | {"en": "Both"}, parts={"ROM": 1, "SIK": 1})
    )
    assert 'en = "Both" }' in files.texts[INDICES]
    assert 'parts = { ROM = "1/2", SIK = "1/2" }' in files.texts[INDICES]
    assert "equal_parts" not in files.texts[INDICES]
    assert 'items = ["vp.try.2", "vp.apn.2"]' in files.texts["instrument.toml"]
    assert "measures.toml" not in files.texts


def test_waves_that_ask_all_of_it_have_it_and_no_other_curve_moves(written, tmp_path):
    assert assess(FIRST, written).problems == ()
    before, after = load_library(FIRST), load_library(released(written, tmp_path))
    has = {
        form: {one.code for one in after.questionnaire(form).indices} & {"ROM", "SAM2"}
        for form in ("verdipuls.main", "verdipuls.k1", "verdipuls.k2")
    }
    assert has == {"verdipuls.main": {"ROM", "SAM2"}, "verdipuls.k1": set(), "verdipuls.k2": set()}
    old, new = (one.questionnaire("verdipuls.main") for one in (before, after))
    told = {
        one.code: one.effect for one in index_differences(old, new) if one.effect != "unchanged"
    }
    assert told == {"ROM": "new", "SAM2": "new"}
    kept = identities(old)
    assert {code: one for code, one in identities(new).items() if code in kept} == kept
    assert after.measures.staff.alone == (*before.measures.staff.alone, "ROM")


def test_an_index_of_scales_that_there_were_is_new_in_its_version_also_when_that_is_released(
    second, tmp_path
):
    old_scales = write_measure(second, replace(BOTH, parts={"TRY": 1, "SIK": 1}))
    root = released(old_scales, tmp_path)
    versions = [edition("verdipuls.main", one, root).questionnaire for one in (1, 2)]
    told = {one.code: one.effect for one in index_differences(*versions)}
    assert (told["SAM2"], told["KI"]) == ("new", "unchanged")
    elsewhere = old_scales.texts[INDICES].replace("verdipuls/v2", "verdipuls/v1")
    with pytest.raises(AuthoringError, match="unreadable"):
        take_file_back(old_scales, INDICES, elsewhere.encode(), [])


def test_they_are_frozen_with_the_release(written, tmp_path):
    root = released(written, tmp_path)
    frozen = (root / "released.toml").read_text("utf-8")
    for code in ("ROM", "SAM2"):
        assert (
            f'"indices/2021-1/{code}" = "{content_hashes(root)[f"indices/2021-1/{code}"]}"'
            in frozen
        )
    later = write_measure(begin_version(root, "verdipuls", "2021-1"), replace(ROOM, about={}))
    assert ("indices.toml", "ROM taken") in {
        (one.file, one.key) for one in assess(root, later).problems
    }


def test_under_a_later_strategy_they_stand_among_its_earlier_indices(written, tmp_path):
    agency = lay_over(FIRST, [], tmp_path / "agency")
    (agency / "indices").mkdir()
    present = (agency / INDICES).read_text("utf-8")
    (agency / "indices" / "2021-1.toml").write_text(present, "utf-8")
    (agency / INDICES).write_text(present.replace('"2021-1"', '"2027-1"', 1), "utf-8")
    root = released(written, tmp_path, agency)
    assert "ROM" not in (root / INDICES).read_text("utf-8")
    assert "[ROM]" in (root / "indices" / "2021-1.toml").read_text("utf-8")
    assert "ROM" not in (root / "measures.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (replace(ROOM, code="Ro m"), "not_a_code"),
        (replace(ROOM, code="ROM-lik"), "not_a_code"),
        (replace(ROOM, items=()), "nothing_chosen"),
        (replace(BOTH, parts={"SIK": 1}), "too_few_parts"),
        (replace(BOTH, parts={"SIK": 0, "AMB": 1}), "not_a_weight"),
    ],
)
def test_what_is_no_measure_is_refused(second, said, kind):
    with pytest.raises(AuthoringError, match=kind):
        write_measure(second, said)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"2021-1"', '"2027-1"'),
        ("[ROM]", "[rom]"),
        ('"2/3"', '"2/0"'),
        ('"2/3"', '"-2/3"'),
        ('"2/3"', '"1e999999999"'),  # which would fill the memory
        ('"1/2"', "0.5"),
        ('nb = "Ro",', "nb = 1,"),
        ('[ROM]\npopulation = "staff"', '[ROM]\npopulation = "staff"\nparts = { SAM2 = "1" }'),
    ],
)
def test_a_file_of_measures_that_pages_cannot_go_on_with_is_refused(written, old, new):
    text = written.texts[INDICES]
    assert take_file_back(written, INDICES, text.encode(), []) == written
    with pytest.raises(AuthoringError, match="unreadable"):
        take_file_back(written, INDICES, text.replace(old, new, 1).encode(), [])
    assert own_measures(written) == ("ROM", "SAM2")
