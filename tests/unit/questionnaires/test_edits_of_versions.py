"""A version is written by edits of its files, and they differ by the edits alone."""

import difflib
import tomllib

import pytest

from questionnaires.authoring.edits import (
    Traits,
    Words,
    add_item,
    asked_order,
    describe_item,
    forms_of,
    move_item,
    place_item,
    retire_item,
    reword_item,
)
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.laid_over import assess, lay_over
from questionnaires.authoring.numbering import numbered, read_items
from questionnaires.authoring.version_files import VersionFiles, begin_version, read_version_files
from questionnaires.editions import edition
from questionnaires.errors import QuestionnaireErrors
from questionnaires.loader import load_library
from tests.first_versions import first_versions

FIRST = first_versions()
AGREE = Traits("enig5", ("verdi.apenhet.1",))
LANGUAGES = ("nb", "nn", "en")
NEAREST = {
    "nb": "Nærmeste lederen min lytter til innspill fra de ansatte.",
    "nn": "Den næraste leiaren min lyttar til innspel frå dei tilsette.",
    "en": "My immediate manager listens to input from staff.",
}


@pytest.fixture
def first():
    return read_version_files(FIRST, "verdipuls", 1)


@pytest.fixture
def second():
    return begin_version(FIRST, "verdipuls", "2021-1")


def changed(before, after):
    """Lines taken out and put in, by file."""
    found = {}
    for name in before.texts:
        lines = difflib.ndiff(before.texts[name].splitlines(), after.texts[name].splitlines())
        if told := [line for line in lines if line[0] in "+-"]:
            found[name] = told
    return found


def version_of(files, item):
    return next(one.value.version for one in read_items(files).items if one.value.id == item)


def in_all_languages(files, item, words=NEAREST):
    for language, text in words.items():
        files = reword_item(files, item, language, Words(text))
    return files


def test_a_version_begins_as_the_one_before_it_with_its_number(first, second):
    assert changed(first, second) == {"instrument.toml": ["- version = 1", "+ version = 2"]}
    assert assess(FIRST, second).problems == ()


def test_what_is_only_read_is_not_read_to_be_changed(first, monkeypatch):
    documents = {name: first.document(name).unwrap() for name in first.texts}
    # to keep comments and order costs eight times as much
    monkeypatch.delattr("tomlkit.parse")
    assert {name: first.table(name) for name in first.texts} == documents
    assert read_items(first).items
    assert all(asked_order(first, form) for form in forms_of(first))
    assert read_version_files(FIRST, "verdipuls", 1) == first


def test_a_reworded_item_changes_one_line_of_one_file(second):
    after = reword_item(second, "vp.apn.1", "nb", Words(NEAREST["nb"]))
    assert changed(second, after) == {
        "text.nb.toml": [
            '- text = "Lederen min lytter til innspill fra de ansatte."',
            f'+ text = "{NEAREST["nb"]}"',
        ]
    }


def test_help_and_note_come_and_go_without_a_trace(second):
    words = Words("Lederen min lytter til innspill fra de ansatte.")
    helped = reword_item(
        second, "vp.apn.1", "nb", Words(words.text, help=" Den\nnærmeste. ", note="x")
    )
    assert changed(second, helped) == {"text.nb.toml": ['+ help = "Den nærmeste."', '+ note = "x"']}
    assert reword_item(helped, "vp.apn.1", "nb", words) == second


def test_the_number_of_a_changed_item_rises_once_and_goes_back_with_its_words(first, second):
    assert numbered(second, [first]) == second
    once = numbered(reword_item(second, "vp.apn.1", "nb", Words("Lederen min lytter.")), [first])
    twice = numbered(
        reword_item(once, "vp.apn.1", "nb", Words("Lederen min hører etter.")), [first]
    )
    assert [version_of(one, "vp.apn.1") for one in (once, twice)] == [2, 2]
    assert version_of(twice, "vp.apn.2") == 1
    old = Words("Lederen min lytter til innspill fra de ansatte.")
    assert numbered(reword_item(twice, "vp.apn.1", "nb", old), [first]) == second


def test_a_version_whose_numbers_hold_is_not_written_again(first, second):
    assert numbered(second, [first]) is second


def test_a_language_that_comes_later_is_no_new_wording(first, second):
    sami = '[item."vp.apn.1"]\ntext = "Mu jođiheaddji guldala."\n'
    later = type(second)(second.key, 2, {**second.texts, "text.se.toml": f'title = "x"\n{sami}'})
    assert version_of(numbered(later, [first]), "vp.apn.1") == 1


def test_a_third_version_has_a_number_of_its_own_for_words_of_its_own(first, second):
    second = numbered(in_all_languages(second, "vp.apn.1"), [first])
    structure = second.texts["instrument.toml"].replace("version = 2\n", "version = 3\n", 1)
    third = type(second)(second.key, 3, {**second.texts, "instrument.toml": structure})
    assert version_of(numbered(third, [first, second]), "vp.apn.1") == 2
    third = reword_item(third, "vp.apn.1", "en", Words("My manager hears what staff say."))
    assert version_of(numbered(third, [first, second]), "vp.apn.1") == 3


def test_other_options_and_direction_raise_the_number_and_what_is_measured_does_not(first, second):
    other = Traits("inntrykk5", ("verdi.apenhet.1",), core=True)
    assert version_of(numbered(describe_item(second, "vp.apn.1", other), [first]), "vp.apn.1") == 2
    turned = Traits("enig5", ("verdi.apenhet.1",), core=True, reversed=True, reason="Because.")
    files = numbered(describe_item(second, "vp.apn.1", turned), [first])
    assert version_of(files, "vp.apn.1") == 2
    assert changed(second, files)["instrument.toml"][-2:] == [
        "+ reversed = true",
        '+ reason = "Because."',
    ]
    traced = Traits("enig5", ("verdi.apenhet.1", "verdi.apenhet.2"), core=True)
    assert version_of(numbered(describe_item(second, "vp.apn.1", traced), [first]), "vp.apn.1") == 1


def test_an_item_is_added_to_its_scale_and_its_forms_and_is_asked_when_it_has_words(second):
    files = add_item(
        second, "vp.apn.6", AGREE, after="vp.apn.5", forms=["verdipuls.main"], scale="APN"
    )
    told = assess(FIRST, files).problems
    assert {one.missing_in for one in told} == set(LANGUAGES)
    files = in_all_languages(files, "vp.apn.6")
    assessed = assess(FIRST, files)
    assert assessed.problems == ()
    asked = assessed.library.forms["verdipuls.main"].items
    assert asked[asked.index("vp.apn.5") + 1] == "vp.apn.6"
    assert assessed.library.scales["APN"].items[-1] == "vp.apn.6"


def test_the_last_item_may_be_followed_by_a_new_one_that_diffs_well(second):
    files = add_item(second, "vp.ny.1", AGREE, after="bg.ansiennitet", forms=["verdipuls.main"])
    assert changed(second, files)["instrument.toml"] == [
        "+ ",
        "+ [[item]]",
        '+ id = "vp.ny.1"',
        "+ version = 1",
        '+ options = "enig5"',
        '+ statements = ["verdi.apenhet.1"]',
        '+ tradition = "EGEN"',
    ]
    files = in_all_languages(files, "vp.ny.1")
    assert changed(second, files)["text.nn.toml"] == [
        "+ ",
        '+ [item."vp.ny.1"]',
        f'+ text = "{NEAREST["nn"]}"',
    ]


def test_a_retired_item_leaves_forms_scales_and_texts_and_nothing_else_changes(second):
    files = retire_item(second, "vp.sik.5")
    assert "vp.sik.5" not in "".join(files.texts.values())
    library = assess(FIRST, files).library
    assert library.scales["SIK"].items == ("vp.sik.1", "vp.sik.2", "vp.sik.3", "vp.sik.4")
    assert all(line[0] == "-" for line in changed(second, files)["text.en.toml"])


def test_what_others_need_of_a_retired_item_is_told(second):
    told = [str(one) for one in assess(FIRST, retire_item(second, "vp.amb.1")).problems]
    assert "arbeidsplass/v1/instrument.toml: scale AAS items: «vp.amb.1» is not an item" in told[1]


@pytest.mark.parametrize(
    ("key", "item", "form"),
    [("verdipuls", "vp.sik.4", "verdipuls.main"), ("arbeidsplass", "aa.5", "verdipuls.main")],
)
def test_files_that_no_page_writes_keep_no_item_from_being_retired(key, item, form):
    """What goes with outcomes, what stands beside what, and forms of other instruments name it."""
    begun = begin_version(FIRST, key, "2021-1")
    found = assess(FIRST, retire_item(begun, item, begun))
    assert found.problems == ()
    assert item in assess(FIRST, begun).library.forms[form].items
    assert item not in found.library.forms[form].items
    assert found.library.retired == {item}


def test_which_answers_stand_alone_may_still_be_said_of_a_retired_item():
    begun = begin_version(FIRST, "omdomme", "2021-1")
    told = assess(FIRST, retire_item(begun, "om.fil.3", begun)).problems
    # only what is asked by its answers is left in need of it
    assert {one.file for one in told} == {"forms.toml", f"{begun.directory}/instrument.toml"}


def test_forms_keep_in_mind_what_they_asked_with_the_version_before(tmp_path, first, second):
    files = retire_item(retire_item(second, "vp.nyt.5", first), "vp.sik.2", first)
    assert assess(FIRST, retire_item(second, "vp.nyt.5", first)).problems == ()
    root = lay_over(FIRST, [files], tmp_path / "content")
    then = tomllib.loads((root / "forms.toml").read_text())["verdipuls.main"]["earlier"]
    assert then == [{"version": 1, "items": ["vp.nyt.5", "vp.sik.2"]}]
    back = add_item(files, "vp.sik.2", AGREE, after="vp.sik.1", forms=["verdipuls.main"])
    main = tomllib.loads(back.texts["forms.toml"])["verdipuls.main"]
    assert main["earlier"] == [{"version": 1, "items": ["vp.nyt.5"]}]
    with_new = add_item(second, "vp.ny.1", AGREE, after="vp.nyt.5", forms=["verdipuls.k1"])
    assert "earlier" not in retire_item(with_new, "vp.ny.1", first).texts["forms.toml"]


def test_a_retired_item_stands_where_it_was_in_the_version_before(tmp_path, first, second):
    files = retire_item(second, "vp.nyt.5", first)
    root = lay_over(FIRST, [files], tmp_path / "content")
    then = edition("verdipuls.k1", 1, root)
    assert "vp.nyt.5" in then.questionnaire.form.items
    assert then.unplaced == ()


def test_items_change_places_across_blocks_which_keep_their_sizes(second):
    before = asked_order(second, "verdipuls.k1")
    files = move_item(second, "vp.sik.1", "verdipuls.k1", "down")
    assert asked_order(files, "verdipuls.k1")[6:8] == ("vp.amb.1", "vp.sik.1")
    assert move_item(files, "vp.sik.1", "verdipuls.k1", "up") == second
    assert move_item(second, before[0], "verdipuls.k1", "up") == second
    assert move_item(second, before[-1], "verdipuls.k1", "down") == second


def test_an_item_is_put_anywhere_in_its_form_and_blocks_keep_their_sizes(second):
    before = list(asked_order(second, "verdipuls.k1"))
    sizes = [len(one["items"]) for one in second.table("forms.toml")["verdipuls.k1"]["block"]]
    for item, number in ((before[0], 10), (before[9], 1), (before[3], 4), (before[2], 99)):
        files = place_item(second, item, "verdipuls.k1", number)
        rest = [one for one in before if one != item]
        at = min(number, len(before)) - 1
        assert list(asked_order(files, "verdipuls.k1")) == [*rest[:at], item, *rest[at:]]
        blocks = files.table("forms.toml")["verdipuls.k1"]["block"]
        assert [len(one["items"]) for one in blocks] == sizes
    assert place_item(second, before[3], "verdipuls.k1", 4) == second
    # as many lines differ as questions stand elsewhere
    assert place_item(second, before[4], "verdipuls.k1", 4) == move_item(
        second, before[4], "verdipuls.k1", "up"
    )


@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        (lambda one: reword_item(one, "vp.zz.9", "nb", Words("x")), "unknown_item"),
        (lambda one: reword_item(one, "vp.apn.1", "fr", Words("x")), "unknown_language"),
        (lambda one: add_item(one, "VP", AGREE, after="vp.apn.1", forms=[]), "not_an_id"),
        (lambda one: add_item(one, "vp.apn.2", AGREE, after="vp.apn.1", forms=[]), "taken"),
        (
            lambda one: add_item(one, "vp.a", AGREE, after="vp.apn.1", forms=["omdomme"]),
            "unknown_form",
        ),
        (lambda one: move_item(one, "vp.apn.1", "not_asked", "up"), "unknown_form"),
        (lambda one: place_item(one, "aa.1", "verdipuls.k1", 2), "unknown_item"),
        (lambda one: one.with_text("forms.toml", "["), "toml"),
        (lambda one: one.with_text("../agency.toml", ""), "unknown_file"),
    ],
)
def test_what_cannot_be_done_is_told_by_its_kind(second, edit, kind):
    with pytest.raises(AuthoringError) as caught:
        edit(second)
    assert caught.value.kind == kind


def test_a_version_laid_over_the_content_is_asked_and_frozen(tmp_path, first, second):
    files = numbered(in_all_languages(second, "vp.apn.1"), [first])
    root = lay_over(FIRST, [files], tmp_path / "content", release=True)
    library = load_library(root)
    assert library.questionnaire("verdipuls.k1").item("vp.apn.1").text == NEAREST
    assert library.forms == load_library(FIRST).forms
    assert read_version_files(root, "verdipuls", 2) == files
    words = root / "instruments/verdipuls/v2/text.nb.toml"
    words.write_text(words.read_text().replace("Nærmeste", "Næraste"))
    with pytest.raises(QuestionnaireErrors, match="released version has changed"):
        load_library(root)


@pytest.mark.parametrize(
    ("key", "name"),
    [("verdipuls", "../../x.toml"), ("verdipuls", "/etc/x"), ("../verdipuls", "instrument.toml")],
)
def test_files_of_a_version_lie_below_it_whatever_they_are_called(key, name):
    with pytest.raises(AuthoringError):
        VersionFiles(key, 2, {name: ""})


def test_an_instrument_without_a_form_of_its_own_is_written_and_asked_by_others(tmp_path):
    old = read_version_files(FIRST, "arbeidsplass", 1)
    files = begin_version(FIRST, "arbeidsplass", "2021-1")
    for language in LANGUAGES:
        files = reword_item(files, "aa.1", language, Words(NEAREST[language]))
    files = numbered(files, [old])
    assert assess(FIRST, files).problems == ()
    root = lay_over(FIRST, [files], tmp_path / "content", release=True)
    asked = load_library(root).questionnaire("verdipuls.main")
    assert (asked.item("aa.1").version, asked.item("aa.1").text["nb"]) == (2, NEAREST["nb"])
