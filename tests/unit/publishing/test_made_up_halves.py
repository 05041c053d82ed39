"""A rehearsal makes up ballots of both halves, each as somebody may send it."""

from collections import Counter
from random import Random
from types import SimpleNamespace

from questionnaires.answers import decode_answers
from questionnaires.loader import load_library
from questionnaires.overlap import both_wordings
from questionnaires.parts import part_places, parts_asked
from survey_app.publishing.closing.made_up import made_up_ballots
from tests.reworded_version import in_other_words

FORM = load_library().questionnaire("verdipuls.k1")
BOTH = both_wordings(FORM, in_other_words(FORM, "vp.try.1"))


def test_made_up_ballots_are_of_one_half_each():
    frame = SimpleNamespace(questionnaire=BOTH, population="staff", sample={}, minimum_group=5)
    ballots = made_up_ballots(frame, {"north0": 60, "north1": 80}, Random(3))
    places = part_places(BOTH)
    halves = Counter(parts_asked(places, one.answers) for one in ballots)
    assert set(halves) == {(1,), (2,)}
    assert all(decode_answers(BOTH, one.answers) is not None for one in ballots)
