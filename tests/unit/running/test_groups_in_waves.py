"""How many would have been in each group follows from the answers that are shown."""

import pytest

from questionnaires.authoring.own_groups import WrittenGroup, WrittenGroups
from survey_app.running.authoring.groups_in_waves import AnsweredSo

ANSWERED = AnsweredSo("September", 1000, {"1": 300, "2": 250, "6": 400})


def groups(*answers, several=False):
    made = tuple(WrittenGroup(one) for one in answers)
    return WrittenGroups("met", "om.fil.2", {}, {}, made, several=several)


@pytest.mark.parametrize(
    ("said", "sizes"),
    [
        (groups(("1", "2"), ("6",)), (550, 400)),
        (groups(("1", "3"), ("6",)), (None, 400)),  # the share of 3 is not shown
        # of several answers one may have given both: everybody else than those who gave none
        (groups(("1", "2"), ("6",), several=True), (600, 400)),
        (groups(("1", "2"), ("3",), several=True), (None, None)),
    ],
)
def test_groups_are_as_large_as_their_answers_together(said, sizes):
    assert ANSWERED.sizes(said) == sizes
