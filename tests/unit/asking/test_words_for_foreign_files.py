"""Whatever is said of a file made elsewhere can be said on a page, with the same things in it."""

import re

from questionnaires.formats.sentences import Refused, What, Why
from survey_app.asking.instruments.foreign_words import WORDS, told


def test_every_sentence_has_words_for_the_page_with_the_same_in_them():
    for sentence in (*What, *Why, *Refused):
        ours = set(re.findall(r"%\((\w+)\)s", WORDS[sentence]))
        assert ours == set(re.findall(r"\{(\w+)\}", sentence.value)), sentence


def test_what_a_file_says_itself_is_never_taken_for_a_pattern():
    said = ["What", "TEXT", {"text": "100 %(name)s %s"}]
    assert told(said, lambda text: text) == "«100 %(name)s %s»"
