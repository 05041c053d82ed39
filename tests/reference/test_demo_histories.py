"""Histories that demos are made of: the short form of ``findings.demo_histories``."""

import pytest

from tests.reference.findings.demo_histories import FIRST, counted


def test_intervals_hold_as_often_as_methods_says_in_histories_like_the_demos():
    tally = counted("as in the demo", range(FIRST, FIRST + 3))
    found = {level: tally.coverage(level) for level in ("agency", "region", "unit")}
    # 93.0, 94.4 and 96.7 % in sixty
    assert found == pytest.approx({"agency": 0.93, "region": 0.944, "unit": 0.967}, abs=0.04)
    said = tally.over_all()
    assert said.wrong <= 0.02 * said.called
