"""By what one sees that forms do not come as from people."""

import random

from questionnaires.model import NOT_ANSWERED
from survey_app.asking.campaigns.arrival_alarms import ArrivalSign
from survey_app.waves.arrival_signs import alike, signs_in
from survey_app.waves.arrivals import Arrivals

SILENT = frozenset({NOT_ANSWERED})


def people(number, seed=1):
    rng = random.Random(seed)
    return [tuple(rng.randint(1, 5) for _ in range(20)) for _ in range(number)]


def test_a_lively_day_and_a_class_in_prison_are_no_sign():
    assert signs_in(Arrivals(forms=45, counted=45.0, hasty=0, largest=2)) == {}
    assert signs_in(Arrivals(forms=50, counted=10.0, hasty=0, largest=50)) == {}


def test_each_sign_is_seen_with_how_much_of_it():
    assert signs_in(Arrivals(forms=90, counted=70.0)) == {ArrivalSign.RATE: 70}
    assert signs_in(Arrivals(forms=80, counted=20.0, largest=60)) == {ArrivalSign.NETWORK: 75}
    assert signs_in(Arrivals(forms=40, counted=20.0, hasty=30)) == {ArrivalSign.HASTY: 75}


def test_people_are_not_alike_and_one_answer_pushed_by_a_program_is():
    assert alike(people(300), unanswered=SILENT) == {}
    pushed = people(300) + [(1,) * 20] * 100
    assert alike(pushed, unanswered=SILENT) == {ArrivalSign.ALIKE: 20}


def test_ballots_with_few_answers_are_alike_without_a_program():
    few = (3, *(NOT_ANSWERED,) * 19)
    assert alike(people(100) + [few] * 50, unanswered=SILENT) == {}


def test_fewer_than_ten_alike_are_told_to_nobody():
    assert alike(people(30) + [(2,) * 20] * 9, unanswered=SILENT) == {}
