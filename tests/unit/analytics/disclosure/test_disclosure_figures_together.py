"""Figures that are hidden together, where one of them has respondents that the other lacks."""

import numpy as np

from analytics.disclosure.suppression.counts import CellCounts
from analytics.disclosure.suppression.secondary import suppress_secondary
from analytics.disclosure.table import DomainTree


def test_those_who_withheld_an_answer_cover_nothing_in_a_figure_that_none_of_them_has():
    tree = DomainTree.groups({"education": ["1", "2", "3"]})
    # 12 of the first item's respondents did not tell their education, and none of the second's
    n = np.array([[172.0, 160.0], [40.0, 40.0], [60.0, 60.0], [60.0, 60.0]])
    start = np.array([False, True, False, False])  # the first education is below the limit

    def hidden(columns):
        found = suppress_secondary(
            tree.networks(),
            CellCounts(n[:, columns]),
            start,
            preferred=np.zeros(4, dtype=bool),
            remainder=10,
        )
        return int(found.sum())

    assert tree.keys[0] == ("agency", "")
    assert hidden([0]) == 1
    assert hidden([1]) == hidden([0, 1]) == 2
