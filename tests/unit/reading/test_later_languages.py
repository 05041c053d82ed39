"""Readers get the words of an earlier publication in their language, where the content has it."""

import copy

from survey_app.reading.names import row_name, sentence_name
from survey_app.reading.published import Published
from survey_app.reading.strategy_text import library
from tests.builders_publication import staff_series

MAIN = staff_series()[3]
ITEM, SCALE, INDEX = "vp.try.1", "SIK", "AAI"


def before_there_was(language):
    """The publication as it lay on the shelf when the agency did not have that language yet."""
    made = copy.deepcopy(MAIN)
    for row in made["measures"]:
        texts = [row["title"], row["short"], row["about"]]
        for text in (*texts, *(one["label"] for one in row.get("options", ()))):
            text.pop(language, None)
    return made


def test_a_measure_has_its_name_in_a_language_that_was_added_later():
    then, now = Published(before_there_was("en")), library()
    assert then.measure(ITEM).title["en"] == now.items[ITEM].text["en"]
    assert then.measure(SCALE).title["en"] == now.scales[SCALE].title["en"]
    assert then.measure(INDEX).about["en"] == now.indices[INDEX].about["en"]
    options = now.options[now.items[ITEM].options].options
    labels = {one.code: one.label["en"] for one in options}
    assert {one["code"]: one["label"]["en"] for one in then.measure(ITEM).options} == labels
    said = sentence_name(ITEM, "item", then.measure(ITEM).title, "en")
    assert said == f"“{now.items[ITEM].text['en'].rstrip('.')}”"


def test_what_was_worded_otherwise_stays_in_the_words_that_were_published():
    made = before_there_was("en")
    row = next(one for one in made["measures"] if one["code"] == ITEM)
    row["title"]["nb"] = "Vi turte å si fra."
    then = Published(made).measure(ITEM)
    assert "en" not in then.title
    # whoever reads English is told what was asked, in the words that it was asked in
    assert row_name(ITEM, then.title, "en") == "Vi turte å si fra."


def test_words_that_are_there_are_never_exchanged():
    assert Published(MAIN).measures == Published(copy.deepcopy(MAIN)).measures
    made = copy.deepcopy(MAIN)
    row = next(one for one in made["measures"] if one["code"] == ITEM)
    row["title"]["en"] = "We dared to speak up."
    assert Published(made).measure(ITEM).title == row["title"]
