"""What follows from totals, and what is withheld so that nothing does; all worked out by hand."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from analytics.disclosure.audit.released_totals import ReleasedTotal, ReleasedTotals, SensitiveTotal
from analytics.disclosure.audit.row_space import RowSpace
from analytics.disclosure.audit.suppress_totals import suppress_totals

MEAN = ("KI", "mean", "")


def said(label, *atoms, **more):
    return ReleasedTotal("x", frozenset(atoms), (label,), **more)


def labels(withheld):
    return [one.total.label[0] for one in withheld]


def test_a_total_without_its_parts_gives_the_last_part_away():
    ledger = ReleasedTotals([said("whole", "a", "b", "c"), said("a", "a"), said("b", "b")])
    assert ledger.discloses("x", {"c"})
    assert [one.label[0] for one in ledger.combination("x", {"c"})] == ["a", "b", "whole"]
    assert not ReleasedTotals([said("whole", "a", "b", "c"), said("a", "a")]).discloses("x", {"c"})
    assert ledger.combination("x", {"d"}) == ()
    assert not ledger.discloses("another figure", {"c"})


def test_half_a_total_follows_where_three_pairs_are_known():
    # a+b, b+c, a+c: a is half of the first and the last without the second
    space = RowSpace()
    for name, pair in {"ab": "ab", "bc": "bc", "ac": "ac"}.items():
        assert space.add(dict.fromkeys(pair, 1), name)
    half = Fraction(1, 2)
    assert space.combination({"a": 1}) == {"ab": half, "ac": half, "bc": -half}
    assert not space.add({"a": 1}, "a")
    assert len(space) == 3


def test_factors_that_differ_give_two_units_away_where_equal_ones_give_neither():
    # two hidden units in a region: their sum, and a sum that counts the second twice
    equal = [said("region", "a", "b"), said("year", "a", "b")]
    other = [said("region", "a", "b"), said("year", "a", "b", factors={"b": 2})]
    assert not ReleasedTotals(equal).discloses("x", {"a"})
    assert ReleasedTotals(other).discloses("x", {"a"})


def test_every_set_of_few_that_follows_is_found_and_no_other():
    rng = np.random.default_rng(3)
    atoms = "abcdefg"
    for _ in range(200):
        sizes = dict(zip(atoms, rng.integers(1, 9, len(atoms)).tolist(), strict=True))
        told = [
            said(str(number), *(a for a, into in zip(atoms, row, strict=True) if into))
            for number, row in enumerate(rng.random((6, len(atoms))) < 0.5)
            if row.any()
        ]
        ledger = ReleasedTotals(told)
        every = (
            frozenset(chosen)
            for size in range(1, len(atoms) + 1)
            for chosen in itertools.combinations(atoms, size)
        )
        few = {s for s in every if sum(sizes[a] for a in s) < 6 and ledger.discloses("x", s)}
        assert set(ledger.small_sets("x", sizes, 6)) == few


def test_of_a_combination_the_cell_with_most_dimensions_goes_then_fewest_then_the_first_code():
    whole = said("whole", "a", "b", "c", dimensions=0, respondents=90)
    secret = SensitiveTotal("x", frozenset("c"), "it is hidden")

    def gone(b, d):
        a = said("a", "a", dimensions=2, respondents=30)
        other = said("b", "b", dimensions=d, respondents=b)
        return labels(suppress_totals((), [whole, a, other], [secret]))

    assert gone(40, 3) == ["b"]
    assert gone(40, 2) == ["a"]
    assert gone(20, 2) == ["b"]
    assert gone(30, 2) == ["a"]


def test_what_is_withheld_is_a_secret_from_then_on():
    # c hidden takes b along; b alone in its type would follow from it, so the type goes too
    told = [
        said("region", "a", "b", "c", dimensions=1, respondents=60),
        said("a", "a", dimensions=3, respondents=30),
        said("b", "b", dimensions=3, respondents=20),
        said("type of b", "b", dimensions=1, respondents=20),
    ]
    assert labels(
        suppress_totals((), told, [SensitiveTotal("x", frozenset("c"), "it is hidden")])
    ) == [
        "b",
        "type of b",
    ]


def test_what_follows_from_what_stands_is_no_reason_to_withhold():
    standing = [said("whole", "a", "b"), said("a", "a")]
    proposed = [said("again a", "a"), said("c", "c")]
    assert (
        suppress_totals(standing, proposed, [SensitiveTotal("x", frozenset("b"), "it is hidden")])
        == []
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_statements_and_secrets_decides_nothing(seed):
    rng = np.random.default_rng(seed)
    told = [
        said(str(n), *np.array(list("abcdefgh"))[rng.random(8) < 0.5].tolist(), "z", respondents=9)
        for n in range(7)
    ]
    secrets = [SensitiveTotal("x", frozenset(s), s) for s in ("z", "ab", "c", "de")]
    sizes = {"x": dict.fromkeys("abcdefghz", 2)}

    def run(order, other):
        return labels(
            suppress_totals(
                (), [told[i] for i in order], [secrets[i] for i in other],
                sizes=sizes, minimum_group=5,
            )
        )  # fmt: skip

    first = run(range(7), range(4))
    for _ in range(5):
        assert sorted(run(rng.permutation(7), rng.permutation(4))) == sorted(first)
