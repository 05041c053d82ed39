"""What is written for others and read again: the same questions, answers, languages, conditions.

Readers and writers know nothing of one another.
"""

import random
import re
from dataclasses import replace

import pytest

from questionnaires.answers import asked as asked_of
from questionnaires.answers import encode_answers, screened_out
from questionnaires.formats.conditions import Compared
from questionnaires.formats.outline import FileContext
from questionnaires.formats.read import read_foreign
from questionnaires.formats.sentences import ForeignFileError, Why
from questionnaires.formats.take_in import take_in
from questionnaires.formats.to_limesurvey import to_limesurvey
from questionnaires.formats.to_surveyjs import to_surveyjs
from questionnaires.formats.to_toml import to_toml
from questionnaires.formats.to_xlsform import to_xlsform
from questionnaires.loader import load_library
from questionnaires.model import Block, Condition, Option, ResponseOptions
from questionnaires.overlap import both_wordings
from tests.builders_questionnaire import a_questionnaire, an_item
from tests.reworded_version import in_other_words

WRITERS = {
    ".xlsx": to_xlsform,
    ".json": to_surveyjs,
    ".lss": to_limesurvey,
    ".toml": lambda asked, *_: to_toml(asked),
}


@pytest.fixture(params=["verdipuls.main", "omdomme", "kandidat", "interessent.off"])
def asked(request):
    return load_library().questionnaire(request.param)


@pytest.fixture(params=WRITERS)
def suffix(request):
    return request.param


def read_again(asked, suffix):
    written = WRITERS[suffix](asked, "nb", FileContext())
    return read_foreign(f"form{suffix}", written.content), written.lost


def by_code(text):
    """Name languages by their codes, which XLSForms write behind the name."""
    return {name.rpartition("(")[2].strip(")"): words for name, words in text.items()}


def own(name, asked):
    """Find the item that a name stands for, which may have that of its table before it."""
    plain = {item.id.replace(".", ""): item.id for item in asked.items}
    return next((plain[end] for end in (name.replace(".", ""), name.rpartition("_")[2]
                                        .replace(".", "")) if end in plain), None)  # fmt: skip


def test_questions_answers_and_languages_are_read_again_as_they_were_written(asked, suffix):
    found, _ = read_again(asked, suffix)
    assert [own(item.code, asked) for item in found.items] == [item.id for item in asked.items]
    for there, item in zip(found.items, asked.items, strict=True):
        assert by_code(there.text) == dict(item.text)
        assert there.several == (item.presentation == "checkbox")
        assert there.dropdown == (item.presentation == "select")
        options = asked.option_set(item).options
        assert [(one.code, by_code(one.label)) for one in there.options] == [
            (one.code, dict(one.label)) for one in options
        ]


def holds(one, asked, given):
    if not isinstance(one, Compared):
        parts = [holds(part, asked, given) for part in one.parts]
        return all(parts) if one.every else any(parts)
    name, value = one.name, one.value
    if value == "Y":  # one box of several, which LimeSurvey calls by question and code
        name, _, value = name.rpartition("_")
    return (value in given.get(own(name, asked), ())) == (one.operator == "=")


def test_conditions_read_again_ask_the_same_questions(asked, suffix):
    found, lost = read_again(asked, suffix)
    in_words = {one.place for one in lost if one.what == "condition"}
    chance = random.Random(16)
    for _ in range(40):
        given = {}
        for item in asked.items:
            codes = [one.code for one in asked.option_set(item).options]
            most = len(codes) if item.presentation == "checkbox" else 1
            given[item.id] = chance.sample(codes, chance.randint(0, most))
        if screened_out(asked, given):
            continue
        wanted = set(asked_of(asked, encode_answers(asked, given)))
        shown = {
            own(one.code, asked)
            for one in found.items
            if one.condition is None or holds(one.condition, asked, given)
        }
        assert shown - in_words == wanted - in_words


def test_what_is_taken_in_again_has_the_agencys_sets_once_under_their_words_and_ends_as_before(
    suffix,
):
    asked = load_library().questionnaire("omdomme")
    written = WRITERS[suffix](asked, "nb", FileContext()).content
    carried = take_in(f"rundtur{suffix}", written, load_library(), population="public").carried
    ends = carried.screen_out
    assert ends == Condition(ends.item, ("7",), negate=False)
    assert ends.item.replace("_", "") == "rundtur.omfil2"
    sets = {item.id: item.options for item in asked.items}
    rows = {item.id for item in asked.items if asked.option_set(item).low_label}
    for theirs, item in zip(carried.items, asked.items, strict=True):
        # a row of numbers has its words as help where the format has no place for them
        assert theirs.options == sets[item.id] or (item.id in rows and suffix != ".toml")
    stems = {text for one in asked.options.values() for text in (one.stem or {}).values()}
    told = [text for block in carried.blocks for text in block.intro.values()]
    assert not [text for text in told if any(one in text for one in stems) or "part" in text]


def test_of_our_own_file_is_kept_who_answers_what_is_at_the_ends_and_what_counts_as_no_answer():
    nobody = Option("9", None, "prefer_not", {"nb": "Det vil jeg ha for meg selv"})
    answers = [Option(*one, None, {"nb": one[0]}) for one in (("ofte", 4), ("iblant", 2))]
    numbers = [Option(str(one), one, None, {"nb": str(one)}) for one in range(5)]
    few, many, over = {"nb": "Lite"}, {"nb": "Mye"}, {"nb": "Hvor ofte?"}
    often = ResponseOptions("ofte", "scale", (*answers, nobody), over, None, None)
    forgot = Option("8", None, "prefer_not", {"nb": "Husker ikke"})
    row = ResponseOptions("rad", "scale", (*numbers, nobody, forgot), None, few, many)
    decides = Condition("a.1", ("ofte",), negate=False)
    note = {"nb": "Bare de som svarte «ofte»."}
    items = (
        replace(an_item("a.1", "ofte"), text={"nb": "En"}),
        replace(an_item("a.2", "rad"), text={"nb": "To"}, note=note, filter=(decides,)),
    )
    built = a_questionnaire(items)
    blocks = tuple(
        Block(stem, (item.id,), None) for stem, item in zip((over, None), items, strict=True)
    )
    form = replace(built.form, blocks=blocks, title={"nb": "Rundtur"})
    asked = replace(built, options={"ofte": often, "rad": row}, form=form)
    carried = take_in("rundtur.toml", to_toml(asked).content, load_library()).carried
    choice, found = carried.options
    stored = [(one.value, one.missing) for one in choice.options]
    assert stored == [(4, None), (2, None), (None, "prefer_not")]
    assert (found.range, found.low_label, found.high_label) == ((0, 4), few, many)
    # two that mean the same have one place, and what has none is told
    assert [one.label for one in found.options] == [nobody.label]
    assert any(str(one).startswith("a.2: «Husker ikke»: a row has") for one in carried.losses)
    assert carried.blocks[0].intro == over
    last = carried.items[-1]
    assert (last.note, last.help) == (note, {})
    assert last.filter == (replace(decides, item="rundtur.a_1"),)


def test_our_own_file_is_taken_in_with_what_is_to_be_added():
    asked = load_library().questionnaire("omdomme")
    taken = take_in("rundtur.toml", to_toml(asked).content, load_library(), population="public")
    lost = [str(one) for one in taken.carried.losses]
    assert (
        "om.til.1: omdomme.tillit: statements, scales and indices are the agency's own: add them"
        in lost
    )


def test_halves_of_our_own_file_are_taken_in_with_the_new_words():
    newest = load_library().questionnaire("verdipuls.k1")
    both = both_wordings(newest, in_other_words(newest, "vp.try.1"))
    found = read_foreign("form.toml", to_toml(both).content)
    first = found.items[0]
    assert (first.code, dict(first.text)) == ("vp.try.1", dict(both.item("vp.try.1@2").text))
    why = next(one.why for one in found.losses if one.place == "vp.try.1")
    assert why == Why.HALVES()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b"a.1", b"a.2", "was changed since it was written"),
        (b"format = ", b"other = ", "does not look as Verdibarometer writes it"),
        (b'items = ["a.1"]\n\n[[item]]', b'items = ["b.1"]\n\n[[item]]', "does not look as"),
        (b'options = "enig5"', b'options = "none"', "does not look as"),
    ],
)
def test_our_own_file_that_does_not_hold_together_gets_one_sentence(old, new, sentence):
    content = to_toml(a_questionnaire([an_item("a.1")])).content
    assert old in content
    changed = content.replace(old, new)
    if sentence != "was changed since it was written":
        changed = re.sub(rb"hash = .*\n", b"", changed)
    with pytest.raises(ForeignFileError, match=sentence):
        read_foreign("form.toml", changed)


def test_our_own_file_nested_deeper_than_any_gets_one_sentence():
    with pytest.raises(ForeignFileError, match="nested deeper"):
        read_foreign("form.toml", b"a = " + b"[" * 100_000)
