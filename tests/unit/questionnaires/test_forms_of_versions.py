"""What a form asks is written with the version, and what it asked before is kept in mind."""

import pytest

from questionnaires.authoring.edits import asked_order, move_item, place_item
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.form_edits import (
    ask_in,
    begin_block,
    give_to_module,
    go_without,
    join_block,
    keep_modules_in_mind,
    own_intro,
    stop_asking,
    write_intro,
    write_minutes,
)
from questionnaires.authoring.laid_over import assess, lay_over
from questionnaires.authoring.option_sets import give_set
from questionnaires.authoring.stems import keep_stems
from questionnaires.authoring.take_file_back import take_file_back
from questionnaires.authoring.version_files import begin_version, read_version_files
from questionnaires.editions import edition
from questionnaires.loader import content_hashes
from questionnaires.parsing.forms import FORMS
from survey_app.running.authoring import item_routes
from tests.first_versions import first_versions

FIRST = first_versions()

K1 = "verdipuls.k1"
WORDS = {
    "nb": "Tenk på den siste måneden.",
    "nn": "Tenk på den siste månaden.",
    "en": "This month.",
}


@pytest.fixture
def first():
    return read_version_files(FIRST, "verdipuls", 1)


@pytest.fixture
def second():
    return begin_version(FIRST, "verdipuls", "2021-1")


def asked_in(files, version, folder):
    root = lay_over(FIRST, [files], folder / f"content-{version}", release=True)
    return edition(K1, version, root).questionnaire


def test_a_form_that_asks_more_and_less_keeps_in_mind_what_it_asked(first, second, tmp_path):
    files = stop_asking(ask_in(second, "vp.try.2", K1, first), "vp.nyt.5", K1, first)
    assert assess(FIRST, files).problems == ()
    asked = asked_order(files, K1)
    assert "vp.try.2" in asked
    assert "vp.nyt.5" not in asked
    before = edition(K1, 1).questionnaire.form.items
    assert set(asked_in(files, 1, tmp_path).form.items) == set(before)
    assert asked_in(files, 2, tmp_path).form.items == asked


def test_a_question_that_is_asked_too_takes_no_stem_from_others(first, second):
    files = ask_in(second, "vp.hen.1", K1, first)  # with other answers than the last block has
    form = assess(FIRST, files).library.forms[K1]
    before = assess(FIRST, second).library.forms[K1]
    assert [block.stem for block in form.blocks[:-1]] == [block.stem for block in before.blocks]
    assert form.blocks[-1].items == ("vp.hen.1",)


def stems(files, form):
    """Give the sentence above each item of a form."""
    blocks = assess(FIRST, files).library.forms[form].blocks
    return {item: block.stem for block in blocks for item in block.items}


def test_a_question_that_gets_other_answers_takes_no_stem_from_those_beside_it(second):
    before = stems(second, K1)
    item = next(one for one in asked_order(second, K1) if one.startswith("vp.apn"))
    assert before[item]
    files = keep_stems(give_set(second, "inntrykk5", [item]), second)
    after = stems(files, K1)
    assert asked_order(files, K1) == asked_order(second, K1)
    assert {one: stem for one, stem in after.items() if one != item} == {
        one: stem for one, stem in before.items() if one != item
    }


def test_a_question_that_is_moved_among_others_takes_no_stem_from_them(second):
    before = stems(second, K1)
    moved = move_item(second, "vp.amb.1", K1, "up")
    assert stems(moved, K1) != before
    files = keep_stems(moved, second)
    assert asked_order(files, K1) == asked_order(moved, K1) != asked_order(second, K1)
    assert stems(files, K1) == before
    # those that it passes do not stay behind alone, each in a part of its own
    for way in ("up", "up", "up", "down", "down"):
        files = keep_stems(move_item(files, "vp.amb.1", K1, way), files)
    blocks = [one["items"] for one in files.table(FORMS)[K1]["block"]]
    assert [one for one in blocks if len(one) == 1] == [["vp.amb.1"]]
    assert stems(files, K1) == before
    # of what another instrument asks the answers are not known here: it stays by itself as well
    main = "verdipuls.main"
    order = asked_order(second, main)
    among = place_item(second, "vp.amb.1", main, order.index("aa.2") + 1)
    assert stems(keep_stems(among, second), main) == stems(second, main)


def test_questions_that_get_the_same_other_answers_stay_together(second):
    block = assess(FIRST, second).library.forms[K1].blocks[0]
    files = keep_stems(give_set(second, "inntrykk5", block.items), second)
    assert files == give_set(second, "inntrykk5", block.items)


def test_a_part_that_begins_anew_stays_in_its_module(second):
    document = second.document("forms.toml")
    document[K1]["block"][0]["module"] = "a"
    items = document[K1]["block"][0]["items"]
    files = begin_block(second.with_document("forms.toml", document), str(items[1]), K1)
    assert [one.get("module") for one in files.table("forms.toml")[K1]["block"][:2]] == ["a", "a"]


def test_what_is_taken_back_leaves_no_trace(first, second):
    less = stop_asking(second, "vp.nyt.5", K1, first)
    more = ask_in(second, "vp.try.2", K1, first)
    again = ask_in(less, "vp.nyt.5", K1, first), stop_asking(more, "vp.try.2", K1, first)
    for files in again:
        assert asked_order(files, K1) == asked_order(second, K1)
        form = assess(FIRST, files).library.forms[K1]
        assert form.items == assess(FIRST, second).library.forms[K1].items
        table = files.table("forms.toml")[K1]
        assert not [one for one in table["earlier"] if one.get("items") or one.get("without")]


def test_a_block_is_parted_and_joined_and_gets_a_text_of_its_own(second):
    files = begin_block(second, "vp.apn.1", K1)
    files = write_intro(files, "vp.apn.1", K1, WORDS)
    assessment = assess(FIRST, files)
    assert assessment.problems == ()
    blocks = assessment.library.forms[K1].blocks
    assert [block.items[0] for block in blocks[:3]] == ["vp.try.1", "vp.apn.1", "vp.amb.1"]
    assert blocks[1].intro == WORDS
    assert blocks[0].intro is None
    assert own_intro(files, "intro.verdipuls.v2.1") == WORDS
    joined = join_block(write_intro(files, "vp.apn.1", K1, {}), "vp.apn.1", K1)
    assert joined.texts == second.texts


def test_a_text_that_others_have_is_copied_and_not_changed(second, tmp_path):
    main = "verdipuls.main"
    files = write_intro(second, "vp.hen.1", main, WORDS)
    root = lay_over(FIRST, [files], tmp_path / "content")
    own = assess(FIRST, files).library
    assert own.forms[main].blocks[4].intro == WORDS
    assert own.forms[main].help == assess(FIRST, second).library.forms[main].help
    before = content_hashes(FIRST)
    assert before.items() <= content_hashes(root).items()


def test_no_text_has_what_a_form_cannot_fill_in(second):
    with pytest.raises(AuthoringError, match="unknown_placeholder"):
        write_intro(second, "vp.hen.1", "verdipuls.main", {"nb": "Svar her: {{lenke}}"})


def test_the_file_of_texts_holds_no_others(first, second):
    files = write_intro(second, "vp.hen.1", "verdipuls.main", WORDS)
    name = "messages.nb.toml"
    good = files.texts[name].replace("måneden", "uka")
    assert "uka" in take_file_back(files, name, good.encode(), [first]).texts[name]
    for wrong in (
        b'[mail.invitation]\nsubject = "x"',
        b'[intro]\n"omdomme.v1.1" = "x"',
        b'[intro]\n"verdipuls.v2.1" = "{{lenke}}"',
    ):
        with pytest.raises(AuthoringError, match="unreadable"):
            take_file_back(files, name, wrong, [first])


def test_reasons_not_to_be_asked_are_a_table(first, second):
    wrong = "not_asked = 1\n" + second.texts[FORMS].partition("[not_asked]")[0]
    with pytest.raises(AuthoringError, match="unreadable"):
        take_file_back(second, FORMS, wrong.encode(), [first])


def test_minutes_that_are_promised_are_kept_in_mind_too(first, second, tmp_path):
    files = write_minutes(second, K1, 4, first)
    assert asked_in(files, 1, tmp_path).form.minutes == 2
    assert asked_in(files, 2, tmp_path).form.minutes == 4
    with pytest.raises(AuthoringError, match="not_minutes"):
        write_minutes(second, K1, 0, first)


def test_a_form_asks_something(second):
    *others, last = asked_order(second, K1)
    files = second
    for item in others:
        files = stop_asking(files, item, K1)
    with pytest.raises(AuthoringError, match="empty_form"):
        stop_asking(files, last, K1)


def test_how_a_form_was_divided_before_is_kept_in_mind(first, second, tmp_path, monkeypatch):
    main = "verdipuls.main"
    modules = {"vp.hen.1": "hendelser", "vp.amb.1": "arbeid", "aa.1": "arbeid"}

    def with_modules(files, before, names):
        for item, module in names.items():
            files = give_to_module(files, item, main, module)
        return keep_modules_in_mind(files, main, before)

    files = with_modules(second, first, modules)
    assert "version = 1\nmodules = {}" in files.texts[FORMS]
    assert keep_modules_in_mind(files, main, first) == files
    assert with_modules(files, first, dict.fromkeys(modules, "")) == second
    root = lay_over(FIRST, [files], tmp_path / "second", release=True)
    undivided = edition(main, 1, FIRST).questionnaire
    assert edition(main, 1, root).questionnaire == undivided
    divided = edition(main, 2, root).questionnaire
    assert divided.form.modules == ("arbeid", "hendelser")
    # and of a version after it, of which everybody is asked all again
    third = begin_version(root, "verdipuls", "2021-1")
    before = read_version_files(root, "verdipuls", 2)
    third = with_modules(third, before, dict.fromkeys(modules, ""))
    again = lay_over(root, [third], tmp_path / "third", release=True)
    asked = [edition(main, one, again).questionnaire for one in (1, 2, 3)]
    assert asked == [undivided, divided, undivided]
    # a question that is taken out of the version was in its module
    monkeypatch.setattr(item_routes, "earlier_versions", lambda _files: (before,))
    fewer = item_routes._without(begin_version(root, "verdipuls", "2021-1"), "vp.hen.2")
    without = lay_over(root, [fewer], tmp_path / "without", release=True)
    assert edition(main, 2, without).questionnaire.form.module_of == divided.form.module_of


def test_an_item_that_is_moved_takes_no_other_into_a_module(second):
    main = "verdipuls.main"
    files = give_to_module(second, "vp.amb.1", main, "anbefaling")
    before = asked_order(files, main)

    def module(files):
        blocks = files.table(FORMS)[main]["block"]
        return [item for one in blocks if one.get("module") for item in one["items"]]

    # over the module and beyond: of blocks that kept their sizes it would hold vp.opf.1
    last = before.index("vp.opf.1") + 1
    moved = place_item(files, "vp.try.1", main, last)
    assert asked_order(moved, main)[last - 1] == "vp.try.1"
    assert set(asked_order(moved, main)) == set(before)
    assert module(moved) == ["vp.amb.1"]
    assert module(move_item(files, "vp.sik.1", main, "down")) == ["vp.amb.1", "vp.sik.1"]
    emptied = move_item(files, "vp.amb.1", main, "down")
    assert module(emptied) == []
    assert place_item(files, "vp.try.1", main, 1) == files


def test_a_part_is_given_to_a_module_in_one_line_and_back_to_all_in_none(second):
    main = "verdipuls.main"
    files = give_to_module(second, "vp.hen.1", main, "trygghet")
    files = go_without(give_to_module(files, "aa.1", main, "arbeid"), main, ["SIK"])
    said = files.texts[FORMS]
    assert 'intro = "help.staff"\nmodule = "trygghet"\nitems = ["vp.hen.1", "vp.hen.2"]' in said
    assert 'first_wave_without = ["vp.opf.1"]\nwithout_indices = ["SIK"]\n\n[["verdip' in said
    added = ('module = "trygghet"\n', 'module = "arbeid"\n', 'without_indices = ["SIK"]\n')
    for one in added:
        said = said.replace(one, "", 1)
    assert said == second.texts[FORMS]
    files = go_without(files, main, [])
    for item in ("vp.hen.1", "aa.1"):
        files = give_to_module(files, item, main, "")
    assert files == second
    with pytest.raises(AuthoringError, match="not_a_module"):
        give_to_module(second, "vp.hen.1", main, "én / to")
