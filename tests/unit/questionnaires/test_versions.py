"""Two versions side by side: each item is told once, with the words of both, and what follows."""

import json
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from questionnaires.editions import edition, instrument_versions
from questionnaires.errors import UnknownFormError, UnknownVersionError
from questionnaires.identity import item_identities, same
from questionnaires.loader import load_library
from questionnaires.model import Block
from questionnaires.strategy_maps import moves_between
from questionnaires.versions import Length, WordChange, compare_versions
from survey_app.cli import barometer
from tests.first_versions import first_versions
from tests.second_version import PULSE, change, second_version

LIBRARY = load_library(first_versions())
MAIN = LIBRARY.questionnaire("verdipuls.main")
TRY_1 = MAIN.item("vp.try.1")


def with_item(name, **fields):
    items = tuple(replace(one, **fields) if one.id == name else one for one in MAIN.items)
    return replace(MAIN, items=items)


def without(name):
    blocks = tuple(
        replace(one, items=tuple(item for item in one.items if item != name))
        for one in MAIN.form.blocks
    )
    scales = tuple(
        replace(one, items=tuple(item for item in one.items if item != name)) for one in MAIN.scales
    )
    return replace(
        MAIN,
        form=replace(MAIN.form, blocks=blocks, minutes=4),
        items=tuple(one for one in MAIN.items if one.id != name),
        scales=scales,
    )


def the(difference, name):
    [found] = [one for one in difference.items if one.id == name]
    return found


def test_a_version_compared_with_itself_changes_nothing():
    found = compare_versions(MAIN, MAIN)
    assert found.alike
    assert not found.touched
    assert not found.statements
    assert [one.kind for one in found.items] == ["same"] * MAIN.question_count
    assert [one.id for one in found.items] == [one.id for one in MAIN.items]


def test_other_words_are_told_in_the_language_they_stand_in_with_those_of_both():
    text = {**TRY_1.text, "nn": "Eit anna spørsmål."}
    found = compare_versions(MAIN, with_item("vp.try.1", text=text, version=2))
    item = the(found, "vp.try.1")
    assert (item.kind, item.structure) == ("reworded", ("version",))
    assert item.words == (WordChange("text", "nn", TRY_1.text["nn"], "Eit anna spørsmål."),)
    assert len(found.of_kind("same")) == MAIN.question_count - 1
    assert {one.code for one in found.touched} == {"KI", "KI-kjerne"}
    assert {one.effect for one in found.touched} == {"reworded"}


def test_a_language_that_only_one_version_has_changes_nothing():
    found = compare_versions(MAIN, with_item("vp.try.1", text={**TRY_1.text, "se": "Ođđa."}))
    assert found.alike


@pytest.mark.parametrize(
    ("fields", "structure"),
    [
        ({"options": "tillit11"}, "options"),
        ({"reversed": True}, "reversed"),
        ({"presentation": "select"}, "presentation"),
    ],
)
def test_other_answers_are_another_scale_whatever_became_of_the_words(fields, structure):
    new = with_item("vp.try.1", text={**TRY_1.text, "nb": "Noe annet."}, **fields)
    new = replace(new, options={**new.options, "tillit11": LIBRARY.options["tillit11"]})
    item = the(compare_versions(MAIN, new), "vp.try.1")
    assert item.kind == "rescaled"
    assert structure in item.structure
    assert ("text", "nb") in {(one.part, one.language) for one in item.words}


def test_an_answer_called_otherwise_is_another_scale_of_every_item_that_offers_it():
    options = MAIN.options[TRY_1.options]
    first = options.options[0]
    renamed = replace(first, label={**first.label, "en": "Not at all"})
    new = replace(options, options=(renamed, *options.options[1:]))
    found = compare_versions(MAIN, replace(MAIN, options={**MAIN.options, options.id: new}))
    using = [one.id for one in MAIN.items if one.options == options.id]
    assert [one.id for one in found.of_kind("rescaled")] == using
    word = WordChange("option", "en", first.label["en"], "Not at all", first.code)
    assert word in the(found, "vp.try.1").words


def test_the_sentence_before_a_block_counts_as_words_of_each_item_in_it():
    blocks = (Block({"nb": "Tenk på enheten din."}, MAIN.form.blocks[0].items, None),)
    form = replace(MAIN.form, blocks=(*blocks, *MAIN.form.blocks[1:]))
    found = compare_versions(MAIN, replace(MAIN, form=form))
    assert [one.id for one in found.of_kind("reworded")] == list(blocks[0].items)


def test_a_question_is_told_as_asked_of_others_where_what_decides_it_has_other_words():
    public = LIBRARY.questionnaire("omdomme")
    words = dict.fromkeys(public.item("om.fil.3").text, "?")
    items = (
        replace(one, text=words, version=2) if one.id == "om.fil.3" else one for one in public.items
    )
    found = compare_versions(public, replace(public, items=tuple(items)))
    item = the(found, "om.pla.1")
    assert (item.kind, item.words, item.structure) == ("redirected", (), ("filter",))
    assert the(found, "om.evn.1").kind == "same"


def test_a_retired_and_a_new_item_are_told_with_indices_statements_and_length():
    shorter = without("vp.try.2")
    gone, come = compare_versions(MAIN, shorter), compare_versions(shorter, MAIN)
    assert [one.id for one in gone.of_kind("retired")] == ["vp.try.2"]
    assert gone.items[-1].id == "vp.try.2"
    assert [one.id for one in come.of_kind("new")] == ["vp.try.2"]
    assert (gone.before, gone.after) == (Length(32, 5), Length(31, 4))
    [index] = gone.touched
    assert (index.code, index.effect, index.removed) == ("KI", "recomposed", ("vp.try.2",))
    lost = {one.statement: one.lost for one in gone.statements}
    assert lost == dict.fromkeys(MAIN.item("vp.try.2").statements, ("vp.try.2",))
    assert {one.statement: one.gained for one in come.statements} == lost


def test_a_tie_that_does_not_hold_makes_no_statement_lose_an_item():
    [statement, *_] = MAIN.item("vp.try.2").statements
    found = compare_versions(MAIN, without("vp.try.2"), weak={("vp.try.2", statement)})
    assert statement not in {one.statement for one in found.statements}


def test_an_item_goes_on_with_a_statement_that_means_the_same_in_the_next_strategy():
    moves = moves_between(LIBRARY.strategy_maps, "2021-1", "2027-1")
    reworded = next(move for move in moves if move.became == "reworded")
    [name] = [one.id for one in MAIN.items if reworded.before[0] in one.statements]
    others = tuple(one for one in MAIN.item(name).statements if one not in reworded.before)
    new = replace(
        with_item(name, statements=(*reworded.after, *others)), strategy_revision="2027-1"
    )
    assert compare_versions(MAIN, new, moves=moves).statements == ()
    told = {one.statement: (one.gained, one.lost) for one in compare_versions(MAIN, new).statements}
    assert told == {reworded.after[0]: ((name,), ()), reworded.before[0]: ((), (name,))}
    assert moves_between(LIBRARY.strategy_maps, "2021-1", "2031-1") == ()


def test_every_item_is_called_the_same_exactly_where_its_identity_is():
    new = with_item("vp.sik.1", note={"nb": "Svar om det siste året."})
    asked, asks = item_identities(MAIN), item_identities(new)
    for one in compare_versions(MAIN, new).items:
        assert (one.kind == "same") == same(asked[one.id], asks[one.id])


# -- versions as the content holds them ----------------------------------------------------------


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    """The content with a second version: one item reworded."""
    return second_version(tmp_path_factory.mktemp("content") / "questionnaires")


@pytest.mark.parametrize("form", LIBRARY.forms)
def test_the_version_that_is_asked_is_the_form_as_it_is_asked(form):
    newest = instrument_versions(form)[-1]
    asked = load_library().questionnaire(form)
    assert edition(form, newest).questionnaire.hash == asked.hash


def test_an_earlier_version_of_a_form_is_what_it_was(second):
    assert instrument_versions("verdipuls.k1", second) == (1, 2)
    assert edition("verdipuls.k1", 1, second).questionnaire.hash == (
        LIBRARY.questionnaire("verdipuls.k1").hash
    )
    assert edition("verdipuls.k1", 2, second).questionnaire.item("vp.try.1").version == 2


def test_what_only_an_earlier_version_asked_stands_in_the_form_that_forms_toml_names(second):
    root = second.parent / "retired"
    shutil.copytree(second, root)
    for language in ("nb", "nn", "en"):
        text = root / f"{PULSE}/v1/text.{language}.toml"
        with text.open("a", encoding="utf-8") as file:
            file.write('\n[item."vp.gml.1"]\ntext = "Et spørsmål."\n')
    with (root / f"{PULSE}/v1/instrument.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[item]]\nid = "vp.gml.1"\nversion = 1\noptions = "enig5"\ntradition = "own"\n'
            'statements = ["verdi.trygghet.1"]\n'
        )
    released = root / "released.toml"
    kept = [line for line in released.read_text().splitlines() if f"{PULSE}/v1" not in line]
    released.write_text("\n".join(kept))
    assert edition("verdipuls.k1", 1, root).unplaced == ("vp.gml.1",)

    told = second.parent / "told"
    shutil.copytree(root, told)
    change(
        told / "forms.toml",
        '[["verdipuls.k1".block]]',
        '[["verdipuls.k1".earlier]]\nversion = 1\nminutes = 3\nitems = ["vp.gml.1"]\n\n'
        '[["verdipuls.k1".block]]',
    )
    then = edition("verdipuls.k1", 1, told)
    assert (then.questionnaire.items[-1].id, then.questionnaire.form.minutes) == ("vp.gml.1", 3)
    assert not then.unplaced


def test_an_unknown_form_or_version_is_told_with_those_there_are(second):
    with pytest.raises(UnknownFormError, match=r"forms are .*verdipuls\.k1.*; instruments are"):
        edition("verdipuls.k9", 1, second)
    with pytest.raises(UnknownVersionError, match=r"«verdipuls» has no version 3; it has 1, 2"):
        edition("verdipuls", 3, second)


def diff(monkeypatch, root, *words):
    monkeypatch.setenv("BAROMETER_AGENCY", str(root))
    return CliRunner().invoke(barometer, ["questionnaire", "diff", *words])


def test_the_command_tells_two_versions_item_by_item(second, monkeypatch):
    told = diff(monkeypatch, second, "verdipuls.main", "v1", "2").output.splitlines()
    assert told[0] == (
        "verdipuls.main, version 1 and 2: 31 same, 1 reworded, 0 rescaled, 0 redirected, 0 new,"
        " 0 retired"
    )
    assert told[1] == ("32 questions before, 32 after; 5 minutes before, 5 after")
    assert "reworded vp.try.1 (version)" in told
    assert any(line.startswith("  nb text + Der jeg jobber, tør jeg") for line in told)
    assert any(line.startswith("index KI: reworded (reworded vp.try.1). Ask") for line in told)


def test_the_command_writes_json_with_the_words_of_both(second, monkeypatch):
    found = json.loads(diff(monkeypatch, second, "verdipuls", "1", "2", "--json").output)
    assert found.keys() == {
        "key", "from", "to", "before", "after", "items", "indices", "statements", "titles",
        "sensitivity", "unplaced",
    }  # fmt: skip
    [item] = [one for one in found["items"] if one["kind"] != "same"]
    assert item["id"] == "vp.try.1"
    assert item["words"][0]["before"].startswith("Der jeg jobber, kan jeg")
    assert found["after"] == {"questions": 26, "minutes": None}


def test_a_title_that_is_worded_otherwise_is_told_and_breaks_nothing(second, monkeypatch):
    change(second / PULSE / "v2" / "text.nb.toml", 'title = "Trygghet"', 'title = "Trygghet nå"')
    told = diff(monkeypatch, second, "verdipuls", "1", "2").output.splitlines()
    at = told.index("title of scale TRY in nb - Trygghet")
    assert told[at + 1] == "title of scale TRY in nb + Trygghet nå"
    assert not [line for line in told if "title" in line and line not in told[at : at + 2]]


def test_other_care_for_the_figures_is_told_although_the_item_is_asked_alike():
    careful = with_item("vp.opf.1", sensitivity="violence")
    for old, new, told in ((MAIN, careful, ("", "violence")), (careful, MAIN, ("violence", ""))):
        found = compare_versions(old, new)
        assert the(found, "vp.opf.1").kind == "same"
        assert [(one.id, one.before, one.after) for one in found.sensitivity] == [
            ("vp.opf.1", *told)
        ]


def test_the_same_answers_in_another_order_are_told_with_both_orders():
    options = MAIN.option_set(TRY_1)
    turned = replace(options, options=options.options[::-1])
    codes = tuple(one.code for one in options.options)
    found = compare_versions(MAIN, replace(MAIN, options={**MAIN.options, options.id: turned}))
    assert the(found, "vp.try.1").order == (codes, codes[::-1])
    fewer = replace(options, options=options.options[1:])
    others = compare_versions(MAIN, replace(MAIN, options={**MAIN.options, options.id: fewer}))
    # other answers have no order that could be told
    assert the(others, "vp.try.1").order == ()


def test_the_command_tells_the_order_of_answers(second, monkeypatch):
    content = second / "response_options.toml"
    one, rest = content.read_text("utf-8").split("[enig5]", 1)
    block, end = rest.split("options = [", 1)[1].split("\n]", 1)
    turned = "\n".join(block.strip("\n").split("\n")[::-1])
    head = rest.split("options = [", 1)[0]
    content.write_text(
        f"{one}[enig5]{head}options = [{block}\n]\n\n[turned5]{head}options = [\n{turned}\n]{end}",
        encoding="utf-8",
    )
    structure = second / PULSE / "v2" / "instrument.toml"
    text = structure.read_text("utf-8")
    before, after = text.split('id = "vp.try.1"', 1)
    structure.write_text(
        f'{before}id = "vp.try.1"{after.replace("enig5", "turned5", 1)}', encoding="utf-8"
    )
    told = diff(monkeypatch, second, "verdipuls", "1", "2").output.splitlines()
    assert "rescaled vp.try.1 (options, version)" in told
    assert "  answers in the order - 1, 2, 3, 4, 5, vi" in told
    assert "  answers in the order + vi, 5, 4, 3, 2, 1" in told


def test_the_command_refuses_a_version_that_is_none():
    found = CliRunner().invoke(barometer, ["questionnaire", "diff", "verdipuls", "1", "to"])
    assert found.exit_code == 2
    assert "«to» is not a version; write 1 or v1" in found.output
