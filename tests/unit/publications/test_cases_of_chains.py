"""What may be compared over changes of words that follow each other, case by case.

A, B and C are ways in which a measure was asked, a star is a wave that asked both that and what was
asked before it. Differences are written by hand: each link lays its own on every figure before it.
"""

import pytest

from survey_app.publications.breaks import break_rows
from survey_app.publications.links import LinkedSeries
from survey_app.publications.shelf import Cell
from survey_app.reading.broken import break_sentences

DELTA = {"AB": -5.0, "BC": 2.0, "BA": 4.0}
WAYS = {name: {"nb": name, "en": name} for name in "ABC"} | {
    "a": {"nb": "A"},  # as A, in one language alone
    "e": {"en": "A"},
    "?": {},  # nobody knows what was asked
}
NO = None

# waves; what is laid on each to stand beside the last (NO: it must not); where the series stops
CASES = {
    "asked alike": ("A A A", [0, 0, 0], []),
    "changed without a link": ("A B B", [NO, 0, 0], [2]),
    "changed with a link": ("A B* B", [-5, 0, 0], []),
    "two links": ("A B* C* C", [-3, 2, 0, 0], []),
    "a link, then none": ("A B* C", [NO, NO, 0], [2, 3]),
    "none, then a link": ("A B C*", [NO, 2, 0], [2]),
    "taken back": ("A B A", [0, NO, 0], [2, 3]),
    "taken back after a link": ("A B* A", [0, NO, 0], [2, 3]),
    "taken back with a link": ("A B A*", [0, 4, 0], []),
    "taken back from further off, where a link led": ("A B C* A", [0, NO, NO, 0], [2, 3, 4]),
    "taken back, and changed again": ("A B* A B", [-5, 0, NO, 0], [3, 4]),
    "left out of a wave": ("A - A", [0, NO, 0], []),
    "left out of the wave that others link": ("A - B", [NO, NO, 0], [3]),
    "another language came": ("a A A", [0, 0, 0], []),
    "two languages that no wave had together": ("a e", [NO, 0], [2]),
    "not known of the first": ("? A A", [NO, 0, 0], [2]),
    "not known of one between": ("A ? A", [0, NO, 0], [2, 3]),
}  # fmt: skip


def series_of(told):
    waves, links, before = [], [], ""
    for at, name in enumerate(told.split(), 1):
        way = name.rstrip("*")
        waves.append((f"w{at}", {} if way == "-" else {"m": WAYS[way]}))
        if name.endswith("*"):
            links.append({
                "measure": "m", "wave": f"w{at}", "from": WAYS[before], "to": WAYS[way],
                "delta": DELTA[before + way], "se": 1.0, "method": "additive",
            })  # fmt: skip
        before = before if way == "-" else way
    return LinkedSeries(waves, links)


@pytest.mark.parametrize("case", CASES)
def test_each_wave_stands_beside_the_last_or_not_with_what_the_words_did(case):
    told, laid, _ = CASES[case]
    series = series_of(told)
    ways = [series.way("m", key) for key, _ in series.waves]
    assert [way.delta if way else NO for way in ways] == laid
    # links of different waves err by themselves
    assert all(way.se == pytest.approx(len(way.links) ** 0.5) for way in ways if way)


@pytest.mark.parametrize("case", CASES)
def test_the_series_is_told_to_stop_where_nothing_leads_on(case):
    told, laid, stops = CASES[case]
    series = series_of(told)
    rows = break_rows([{"code": "m", "items": ["m"]}], series.waves, series.asked_as_now())
    assert [row["since"] for row in rows] == [f"w{at}" for at in stops]
    asked = [key for key, own in series.waves if own]
    unlike = {key for key, lift in zip([k for k, _ in series.waves], laid, strict=True)
              if lift is NO and key in asked}  # fmt: skip
    assert {wave for row in rows for wave in row["waves"]} == unlike


class AWave:
    def __init__(self, key):
        self.key = key

    def label(self, _name, _lang):
        return f"i {self.key}"


def test_what_is_said_parts_no_two_waves_that_may_be_compared():
    numbers = {"A": 0, "B": 1, "C": 2}
    told, _, _ = CASES["taken back from further off, where a link led"]
    cells = [
        (AWave(f"w{at}"), Cell("m", "mean", "", "agency", "", wording=numbers[name[0]]))
        for at, name in enumerate(told.split(), 1)
    ]
    said = break_sentences(cells, "nb")
    assert list(said) == ["w2", "w3", "w4"]
    assert not [one for one in said.values() if "før og etter" in one]
