"""Hidden means of protected files keep 20 points of room, wherever on their scale they lie.

The reader is granted how many answered in every cell, hidden ones too, and the exact answers behind
every shown figure. Linear programming over all answers that fit bounds each mean that is hidden
because the group is small.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analytics.workbench.analyse import analyse

OPTIONS = np.arange(1.0, 6.0)
POINTS = 25.0 * (OPTIONS - 1.0)
ROOM, LARGEST_SHARE = 20.0, 0.95
EXACT = 1e-6
LEANINGS = {
    "even": [1, 2, 4, 6, 5],
    "near the top": [0.05, 0.1, 0.3, 2, 16],
    "near the bottom": [16, 2, 0.3, 0.1, 0.05],
}


def a_file(seed, leaning, regions=3, units=(2, 5)):
    """Units of types in regions, small ones among them."""
    rng = np.random.default_rng(seed)
    minimum = int(rng.choice([3, 5, 10]))
    cells = [
        (f"r{region}", f"r{region}u{unit}", f"t{rng.integers(3)}")
        for region in range(regions)
        for unit in range(int(rng.integers(*units)))
    ]
    rows = [cell for cell in cells for _ in range(1 + int(rng.negative_binomial(1.2, 0.06)))]
    chance = np.array(LEANINGS[leaning]) / sum(LEANINGS[leaning])
    answers = rng.choice(OPTIONS, len(rows), p=chance)
    return pd.DataFrame(rows, columns=["region", "unit", "type"]).assign(x=answers), minimum


def estimates_of(data, minimum, asked):
    spec = {
        "domains": {"by": ["region", ["region", "unit"], "type"]},
        "disclosure": {"minimum": minimum, "hierarchy": ["region", "unit"]},
    }
    return analyse(data, spec | asked).result["estimates"]


def indicator(atoms, domain):
    """Mark the finest cells that lie within a domain."""
    inside = np.ones(len(atoms), dtype=bool)
    for column, name in domain.items():
        inside &= (atoms[column] == name).to_numpy()
    return inside.astype(float)


class Attack:
    """All answers that fit what is shown: how many of each finest cell chose each option."""

    def __init__(self, data, rows):
        cell = [data["region"], data["unit"], data["type"]]
        counted = pd.crosstab(cell, data["x"]).reindex(columns=OPTIONS, fill_value=0)
        self.atoms = counted.index.to_frame(index=False)
        self.answers = counted.to_numpy(dtype=float)
        known = [np.outer(one, np.ones(5)).ravel() for one in np.eye(len(self.atoms))]
        shown = [row for row in rows if row["status"] == "published"]
        known += [self.sums(row["domain"], self.told(row)) for row in shown]
        self.known = np.array(known)
        self.result = self.known @ self.answers.ravel()

    @staticmethod
    def told(row):
        """Give what each option counts in a shown figure."""
        if row["statistic"] == "share":
            return (float(row["category"]) == OPTIONS).astype(float)
        return POINTS

    def sums(self, domain, values):
        return np.outer(indicator(self.atoms, domain), values).ravel()

    def people(self, domain):
        return float(indicator(self.atoms, domain) @ self.answers.sum(axis=1))

    def bounds(self, domain, values):
        """Bound the mean of these values in a domain."""
        aim = self.sums(domain, values)
        ends = [
            linprog(sign * aim, A_eq=self.known, b_eq=self.result, method="highs")
            for sign in (1.0, -1.0)
        ]
        assert [end.status for end in ends] == [0, 0]
        people = self.people(domain)
        return ends[0].fun / people, -ends[1].fun / people


def small_groups(attack, rows, minimum):
    domains = {tuple(row["domain"].items()): row["domain"] for row in rows}.values()
    return [domain for domain in domains if 0 < attack.people(domain) < minimum]


def means_known_nearly(data, rows, minimum, most=None):
    """List the small groups whose mean has too little room, with its bounds."""
    attack, found = Attack(data, rows), []
    for domain in small_groups(attack, rows, minimum)[:most]:
        low, high = attack.bounds(domain, POINTS)
        found += [(domain, low, high)] if high - low < ROOM - EXACT else []
    return found


def answers_known_nearly(data, rows, minimum):
    """List the small groups of whom it is known that nearly all chose one option."""
    found = []
    for option in OPTIONS:
        own = [row for row in rows if float(row["category"]) == option]
        attack = Attack(data, own)
        for domain in small_groups(attack, rows, minimum):
            low, _ = attack.bounds(domain, (option == OPTIONS).astype(float))
            found += [(domain, option, low)] if low > LARGEST_SHARE + EXACT else []
    return found


ASKED = {
    "a scale": {"scales": {"s": {"items": ["x"], "minimum": 1, "maximum": 5}}},
    "a column": {"variables": {"means": ["x"], "ranges": {"x": [1, 5]}}},
    "a column of unknown ends": {"variables": {"means": ["x"]}},
    "a total": {"variables": {"totals": ["x"]}},
}
ANSWERS = {"variables": {"shares": ["x"]}}
each_seed = pytest.mark.parametrize("seed", [pytest.param(1, marks=pytest.mark.slow), 2])


@each_seed
@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("leaning", LEANINGS)
def test_no_mean_of_a_small_group_is_known_nearly(leaning, asked, seed):
    data, minimum = a_file(seed, leaning)
    rows = estimates_of(data, minimum, ASKED[asked])
    assert means_known_nearly(data, rows, minimum) == []


@each_seed
@pytest.mark.parametrize("leaning", LEANINGS)
def test_of_no_small_group_it_is_known_that_nearly_all_chose_one_option(leaning, seed):
    data, minimum = a_file(seed, leaning)
    rows = estimates_of(data, minimum, ANSWERS)
    assert answers_known_nearly(data, rows, minimum) == []


BOTH = {"variables": {"shares": ["x"], "means": ["x"], "ranges": {"x": [1, 5]}}}


@pytest.mark.parametrize(
    ("leaning", "seed", "asked"),
    [("even", 2, ANSWERS), ("even", 5, BOTH), ("near the bottom", 2, BOTH)],
)
def test_all_shares_of_a_place_together_leave_the_means_inside_it_their_room(leaning, seed, asked):
    """Beside two units of six whose region's shares were shown, a mean had 17 points."""
    data, minimum = a_file(seed, leaning)
    rows = estimates_of(data, minimum, asked)
    assert any(row["status"] == "published" for row in rows)
    assert means_known_nearly(data, rows, minimum) == []


def test_no_mean_is_known_nearly_in_a_file_of_many_units():
    """Narrow intervals are widened all at once there."""
    data, minimum = a_file(2, "near the top", regions=8, units=(12, 18))
    rows = estimates_of(data, minimum, ASKED["a scale"])
    assert sum(row["status"] == "published" for row in rows) > 10
    assert means_known_nearly(data, rows, minimum, most=8) == []


def test_the_attack_knows_a_small_group_nearly_where_counts_alone_decide():
    """Of b (12 people, all but one at the top) a (4) can have taken 2 points only."""
    data = pd.DataFrame({
        "region": "r", "type": "t", "unit": ["a"] * 4 + ["b"] * 12 + ["c"] * 40,
        "x": [5, 5, 5, 4] + [5] * 11 + [4] + [1, 2, 3, 4] * 10,
    })  # fmt: skip
    shown = {"domain": {"unit": "c"}, "status": "published", "statistic": "mean"}
    hidden = [{"domain": {"unit": unit}, "status": "suppressed_primary"} for unit in "ab"]
    whole = shown | {"domain": {}}
    [(domain, low, high)] = means_known_nearly(data, [whole, shown, *hidden], minimum=5)
    assert domain == {"unit": "a"}
    assert (low, high) == (pytest.approx(87.5), pytest.approx(100))
    told = estimates_of(data, 5, {"variables": {"means": ["x"], "ranges": {"x": [1, 5]}}})
    assert means_known_nearly(data, told, minimum=5) == []


def test_figures_of_one_column_are_hidden_together():
    """All twelve of b chose 5: its mean, its total and each share would say so."""
    data = pd.DataFrame({
        "region": "r", "type": "t", "unit": ["a"] * 20 + ["b"] * 12 + ["c"] * 30,
        "x": [1, 2, 3, 4] * 5 + [5] * 12 + [1, 2, 3, 4, 5] * 6,
    })  # fmt: skip
    rows = estimates_of(data, 5, {"variables": {"means": ["x"], "totals": ["x"], "shares": ["x"]}})
    of_b = [row for row in rows if row["domain"] == {"region": "r", "unit": "b"}]
    assert len(of_b) == 7
    assert not [row for row in of_b if row["status"] == "published"]
