"""What is written for others and read again: the same questions, answers, languages, conditions.

Readers and writers know nothing of one another.
"""

import random

import pytest

from questionnaires.answers import asked as asked_of
from questionnaires.answers import encode_answers, screened_out
from questionnaires.formats.conditions import Compared
from questionnaires.formats.outline import FileContext
from questionnaires.formats.read import read_foreign
from questionnaires.formats.to_limesurvey import to_limesurvey
from questionnaires.formats.to_surveyjs import to_surveyjs
from questionnaires.formats.to_xlsform import to_xlsform
from questionnaires.loader import load_library

WRITERS = {".xlsx": to_xlsform, ".json": to_surveyjs, ".lss": to_limesurvey}


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
