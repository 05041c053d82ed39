"""A version brings sets of answers of its own; what was asked before stays as it was."""

from dataclasses import replace

import pytest

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.laid_over import assess, lay_over
from questionnaires.authoring.numbering import numbered
from questionnaires.authoring.option_sets import (
    WrittenAnswer,
    WrittenSet,
    give_set,
    own_sets,
    read_set,
    remove_set,
    write_set,
)
from questionnaires.authoring.take_file_back import take_file_back
from questionnaires.authoring.version_files import OPTIONS, begin_version, read_version_files
from questionnaires.editions import edition
from questionnaires.loader import content_hashes, load_library
from questionnaires.versions import compare_versions
from tests.first_versions import first_versions

FIRST = first_versions()

OFTEN = WrittenSet(
    "scale",
    tuple(
        WrittenAnswer({"nb": nb, "nn": nn, "en": en})
        for nb, nn, en in (
            ("Aldri", "Aldri", "Never"),
            ("Av og til", "Av og til", "Sometimes"),
            ("Ofte", "Ofte", "Often"),
        )
    ),
    {"not_applicable": {"nb": "Vet ikke", "nn": "Veit ikkje", "en": "Don't know"}},
)


@pytest.fixture
def first():
    return read_version_files(FIRST, "verdipuls", 1)


@pytest.fixture
def second():
    return begin_version(FIRST, "verdipuls", "2021-1")


def test_a_set_is_written_read_and_given_to_a_question(first, second):
    files = give_set(write_set(second, "ofte3", OFTEN), "ofte3", ["vp.try.1"])
    assert own_sets(files) == ("ofte3",)
    found = assess(FIRST, numbered(files, [first]))
    options = found.library.options["ofte3"]
    assert [(one.code, one.stored) for one in options.options] == [
        ("1", 1),
        ("2", 2),
        ("3", 3),
        ("vi", -2),
    ]
    assert found.problems == ()
    assert found.library.items["vp.try.1"].version == 2


def test_the_version_that_was_asked_keeps_its_answers_and_the_new_one_is_rescaled(
    first, second, tmp_path
):
    files = numbered(give_set(write_set(second, "ofte3", OFTEN), "ofte3", ["vp.try.1"]), [first])
    root = lay_over(FIRST, [files], tmp_path / "content", release=True)
    before, after = content_hashes(FIRST), content_hashes(root)
    assert {name: after[name] for name in before} == before
    old, new = (edition("verdipuls.k1", version, root) for version in (1, 2))
    told = compare_versions(old.questionnaire, new.questionnaire)
    assert {one.id: one.kind for one in told.items}["vp.try.1"] == "rescaled"


def test_a_changed_word_changes_its_line_alone(second):
    files = write_set(second, "ofte3", OFTEN)
    files = files.with_text(OPTIONS, f"# kept\n{files.texts[OPTIONS]}")
    answers = (WrittenAnswer({"nb": "Ikke", "nn": "Aldri", "en": "Never"}), *OFTEN.answers[1:])
    said = WrittenSet("scale", answers, OFTEN.missing)
    lines = zip(
        files.texts[OPTIONS].splitlines(),
        write_set(files, "ofte3", said).texts[OPTIONS].splitlines(),
        strict=True,
    )
    assert [new.strip() for old, new in lines if old != new] == [
        '{code = "1", value = 1, label = {nb = "Ikke", nn = "Aldri", en = "Never"}},'
    ]


@pytest.mark.parametrize("name", ["enig5", "ambassador11", "d.fylke", "hendelse4", "in.off.rolle"])
def test_a_set_that_is_copied_is_the_same_set(second, name):
    known = load_library(FIRST).options[name]
    files = write_set(second, "copy", read_set(known))
    copy = assess(FIRST, files).library.options["copy"]
    assert (copy.options, copy.stem, copy.low_label, copy.high_label) == (
        known.options,
        known.stem,
        known.low_label,
        known.high_label,
    )


@pytest.mark.parametrize(
    ("values", "kept", "more"),
    [
        ((5, 4, 3, 2, 1), (5, 4, 3, 2, 1), 0),  # the best first, as files may have it
        ((0, 25, 50), (0, 25, 50), 75),
        ((5, 4, 2), (5, 4, 3), 2),  # one was taken out between
        ((1, 2, 4), (1, 2, 3), 4),
        ((0, 25, 50, 100), (0, 25, 50, 75), 100),
        ((3,), (3,), 4),
    ],
)
def test_a_scale_goes_on_the_way_that_it_counts(second, values, kept, more):
    """Counted upwards from the first, a set that counts down would tell the opposite."""
    words = {"nb": "Svar", "nn": "Svar", "en": "Answer"}
    answers = tuple(WrittenAnswer(words, f"a{one}", one) for one in values)
    new = WrittenAnswer(words)
    for said, stored in (answers, kept), ((*answers, new), (*kept, more)):
        files = write_set(second, "copy", WrittenSet("scale", said))
        options = assess(FIRST, files).library.options["copy"].options
        assert tuple(one.value for one in options) == stored
        codes = {one.value: one.code for one in options}
        assert all(codes[one] == f"a{one}" for one in set(values) & set(kept) - {3})


@pytest.mark.parametrize(
    ("values", "new", "stored"),
    [((2, 1), 2, [4, 3, 2, 1]), ((100, 75, 50, 25, 0), 1, [125, 100, 75, 50, 25, 0])],
)
def test_a_scale_that_counts_down_has_no_value_below_0(second, values, new, stored):
    """Values below 0 are those of answers that are none, and no form would take them."""
    words = {"nb": "Svar", "nn": "Svar", "en": "Answer"}
    answers = [WrittenAnswer(words, str(one), one) for one in values]
    files = write_set(
        second, "copy", WrittenSet("scale", (*answers, *[WrittenAnswer(words)] * new))
    )
    options = assess(FIRST, files).library.options["copy"].options
    assert [one.value for one in options] == stored
    assert [one.code for one in options] == [str(one) for one in stored]


def test_no_two_answers_of_a_scale_get_one_code(second):
    words = {"nb": "Svar", "nn": "Svar", "en": "Answer"}
    coded = [("1", 5), ("2", 4), ("4", 2), ("5", 1)]  # backwards, and one was taken out
    answers = tuple(WrittenAnswer(words, code, value) for code, value in coded)
    files = write_set(second, "copy", WrittenSet("scale", answers))
    options = assess(FIRST, files).library.options["copy"].options
    assert len({one.code for one in options}) == 4


def test_an_answer_added_before_the_old_one_goes_has_a_number_of_its_own(second):
    # as a group whose answer means something else than before is told to be renewed
    known = load_library(FIRST).options["d.fylke"]
    before = read_set(known)
    new = WrittenAnswer({"nb": "Ny", "nn": "Ny", "en": "New"})
    both = write_set(second, "copy", replace(before, answers=(*before.answers, new)))
    said = read_set(assess(FIRST, both).library.options["copy"])
    *others, old, added = said.answers
    kept = write_set(both, "copy", replace(said, answers=(*others, added)))
    codes = [one.code for one in assess(FIRST, kept).library.options["copy"].options]
    assert added.code in codes
    assert old.code not in codes
    assert known.option(added.code) is None


def test_a_set_that_a_question_has_is_not_taken_out(second):
    files = give_set(write_set(second, "ofte3", OFTEN), "ofte3", ["vp.try.1"])
    with pytest.raises(AuthoringError, match="options_in_use"):
        remove_set(files, "ofte3")
    files = give_set(files, "enig5", ["vp.try.1"])
    assert remove_set(files, "ofte3") == second


def test_a_set_under_a_name_that_was_asked_is_told_before_it_is_released(second):
    assert [one.file for one in assess(FIRST, write_set(second, "enig5", OFTEN)).problems]


def test_the_file_of_sets_is_taken_back_as_it_was_changed(first, second):
    files = write_set(second, "ofte3", OFTEN)
    text = files.texts[OPTIONS].replace("Often", "Frequently")
    assert take_file_back(files, OPTIONS, text.encode(), [first]).texts[OPTIONS] == text
    for wrong in (b"x = 1", b"[ofte3]\noptions = 3", b"[ofte3]\noptions = [1]"):
        with pytest.raises(AuthoringError, match="unreadable"):
            take_file_back(files, OPTIONS, wrong, [first])
