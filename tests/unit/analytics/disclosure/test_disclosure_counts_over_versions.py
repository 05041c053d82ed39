"""Counts of answers that a corrected publication holds back do not follow from both versions."""

import numpy as np
import pytest

from analytics.disclosure.participation import protect_participation
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, TableDomain

AGENCY = ("agency", "")


class Agency:
    """Units with those invited and those who answered, their types, and their regions."""

    def __init__(self, units):
        self.units = units

    def tree(self, region):
        above = {TableDomain("region", code) for code in region.values()}
        types = {TableDomain("unit_type", kind) for _, _, kind in self.units.values()}
        units = (
            TableDomain("unit", code, region[code], kind)
            for code, (_, _, kind) in self.units.items()
        )
        return DomainTree((*above, *types, *units))

    def inside(self, region):
        """Mark the units of every cell."""
        codes = list(self.units)
        found = {AGENCY: np.ones(len(codes))}
        for at, code in enumerate(codes):
            for key in (
                ("unit", code),
                ("region", region[code]),
                ("unit_type", self.units[code][2]),
            ):
                found.setdefault(key, np.zeros(len(codes)))[at] = 1.0
        return found

    def counted(self, region, earlier=()):
        """Count the answers of one version; return the cells that are told."""
        invited, answered, _ = zip(*self.units.values(), strict=True)
        inside = self.inside(region)
        table = protect_participation(
            {key: int(row @ invited) for key, row in inside.items()},
            {key: int(row @ answered) for key, row in inside.items()},
            tree=self.tree(region),
            rules=DisclosureRules(minimum_group=5),
            known={AGENCY},
            earlier=[(self.tree(then), told) for then, told in earlier],
        )
        told = table[table["answered"].notna() & (table["bound"] == "")]
        return {AGENCY, *zip(told["level"], told["domain"], strict=True)}

    def given_away(self, *versions):
        """List what the newest version holds back and all of them together give."""
        rows = [self.inside(region)[key] for region, told in versions for key in sorted(told)]
        told_before = {
            tuple(self.inside(region)[key]) for region, told in versions[:-1] for key in told
        }
        region, told = versions[-1]
        return sorted(
            key
            for key, row in self.inside(region).items()
            if key not in told
            and tuple(row) not in told_before
            and np.linalg.matrix_rank([*rows, row]) == np.linalg.matrix_rank(rows)
        )


def drawn(seed):
    """Draw an agency, and two trees: one with a unit, of which nothing was told, elsewhere."""
    rng = np.random.default_rng(seed)
    units = {}
    for at in range(int(rng.integers(5, 10))):
        people = int(rng.integers(12, 40))
        answered = int(rng.choice([rng.integers(0, people + 1), rng.integers(5, people - 4)]))
        units[f"u{at}"] = (people, answered, f"t{rng.integers(3)}")
    agency, region = Agency(units), {code: f"r{rng.integers(3)}" for code in units}
    told = agency.counted(region)
    hidden = [code for code in units if ("unit", code) not in told]
    moved = hidden[int(rng.integers(len(hidden)))]
    others = sorted(set(region.values()) - {region[moved]})
    return agency, region, region | {moved: others[int(rng.integers(len(others)))]}


def test_a_unit_is_not_what_its_region_had_more_in_the_version_before():
    # d is hidden with e, the 3 of f and the 2 of g; of the south and the north both versions would
    # tell, and the north has d's 16 more in the second
    agency = Agency(
        {
            "a": (16, 12, "x"),
            "b": (35, 22, "x"),
            "c": (16, 0, "y"),
            "d": (26, 16, "x"),
            "e": (33, 14, "z"),
            "f": (15, 3, "x"),
            "g": (27, 2, "x"),
            "h": (16, 0, "z"),
        }
    )
    region = {code: "n" if code in "ab" else "s" for code in agency.units}
    first = agency.counted(region)
    assert {("region", "n"), ("region", "s")} <= first
    assert ("unit", "d") not in first
    moved = region | {"d": "n"}
    second = agency.counted(moved, [(region, first)])
    assert agency.given_away((region, first), (moved, second)) == []


# those of 600 where, without looking at what is hidden for others' sake, something follows
@pytest.mark.parametrize("seed", [3, 146, 181, 195, 325, 364, 390, 435, 477, 573])
def test_no_count_that_is_held_back_follows_from_both_versions(seed):
    agency, region, moved = drawn(seed)
    first = agency.counted(region)
    second = agency.counted(moved, [(region, first)])
    assert agency.given_away((region, first), (moved, second)) == []


def test_what_the_version_before_counted_is_counted_again():
    # b covered nothing any more: that it had 20 answers is read in the first version
    agency = Agency({"a": (40, 3, "x"), "b": (40, 20, "x"), "c": (40, 18, "x"), "d": (40, 22, "x")})
    region = dict.fromkeys("ab", "n") | dict.fromkeys("cd", "s")
    assert ("unit", "b") not in agency.counted(region)
    told = {AGENCY, ("region", "n"), ("unit", "b")}
    assert ("unit", "b") in agency.counted(region, [(region, told)])
