"""What the record tells of used links gives no small group of unused credentials away."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.participation import protect_participation
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree
from survey_app.publishing.computing import wave_record
from survey_app.publishing.computing.wave_record import _groups, _links_that_may_be_told
from tests.examples import examples

K = 5
WHOLE = ("agency", "")


@dataclass
class Wave:
    """Units with region, invited, links used, ballots; a region's own people beside them."""

    units: dict  # code -> (region, invited, used, ballots)

    @property
    def frame(self):
        rows = [(code, row[0], "", row[1]) for code, row in self.units.items()]
        return pd.DataFrame(rows, columns=["unit", "region", "unit_type", "invited"])

    def sums(self, at):
        counts = {("unit", code): row[at] for code, row in self.units.items()}
        for region, *_ in self.units.values():
            members = [row[at] for row in self.units.values() if row[0] == region]
            counts["region", region] = sum(members)
        return counts | {WHOLE: sum(row[at] for row in self.units.values())}

    @property
    def domains(self):
        tree = DomainTree.staff(self.frame)
        rules = DisclosureRules(minimum_group=K)
        told = protect_participation(self.sums(1), self.sums(3), tree=tree, rules=rules)
        parents = {("unit", code): row[0] for code, row in self.units.items()}
        return [
            {
                "level": row["level"],
                "code": row["domain"],
                "parent": parents.get((row["level"], row["domain"]), ""),
                "invited": row["invited"],
                "answered": None if pd.isna(row["answered"]) else int(row["answered"]),
                "bound": row["bound"],
            }
            for row in told.to_dict("records")
        ]

    @property
    def inputs(self):
        used, accepted = self.sums(2), self.sums(3)
        return SimpleNamespace(
            data=SimpleNamespace(minimum_group=K, frame=self.frame),
            record={
                "credentials": used[WHOLE],
                "accepted": accepted[WHOLE],
                "domains": [
                    {
                        "level": key[0],
                        "domain": key[1],
                        "credentials": links if links >= K else None,
                    }
                    for key, links in used.items()
                    if key != WHOLE
                ],
            },
        )

    def told(self):
        return _links_that_may_be_told(self.inputs, self.domains)


def test_where_no_credential_is_left_over_links_are_told_wherever_ballots_are():
    wave = Wave({"a": ("n", 30, 20, 20), "b": ("n", 30, 15, 15), "c": ("s", 20, 10, 10)})
    groups = _groups(wave.inputs, wave.domains)
    assert [(row["group"], row["credentials"], row["ballots"]) for row in groups] == [
        ("n", 35, 35), ("s", 10, 10), ("a", 20, 20), ("b", 15, 15), ("c", 10, 10),
    ]  # fmt: skip


def test_one_lost_credential_is_told_of_the_whole_and_of_no_group():
    wave = Wave({"a": ("n", 30, 21, 20), "b": ("n", 30, 15, 15), "c": ("s", 20, 10, 10)})
    assert wave.told() == {}
    assert {row["credentials"] for row in _groups(wave.inputs, wave.domains)} == {None}


def test_many_lost_credentials_are_told_where_they_are_many():
    units = {f"{region}{at}": (region, 200, 106, 100) for region in "ns" for at in range(3)}
    assert set(Wave(units).told()) == {WHOLE, *(("region", one) for one in "ns"),
                                       *(("unit", code) for code in units)}  # fmt: skip


@pytest.mark.parametrize("silent", [0, 4])
def test_links_are_not_told_where_nearly_everybody_used_theirs(silent):
    units = {"a": ("n", 40, 40 - silent, 32), "b": ("n", 40, 30, 22), "c": ("n", 40, 30, 22)}
    assert ("unit", "a") not in Wave(units).told()


UNITS = st.lists(
    st.tuples(
        st.sampled_from("nsw"),
        st.integers(10, 60),  # ballots
        st.sampled_from([0, 0, 0, 1, 2, 3, 6, 9]),  # lost credentials
        st.sampled_from([0, 2, 5, 20]),  # those who did not use their link
    ),
    min_size=2,
    max_size=9,
)


def _units(rows):
    return {
        f"{region}{at}": (region, ballots + lost + silent, ballots + lost, ballots)
        for at, (region, ballots, lost, silent) in enumerate(rows)
    }


def _small_numbers_that_follow(wave):
    """Attack: solve for the lost credentials of each group, and of what is left of each total."""
    told = wave.told()
    codes = list(wave.units)
    lost = np.array([wave.units[code][2] - wave.units[code][3] for code in codes])

    def indicator(key):
        inside = [key == WHOLE or key[1] in {code, wave.units[code][0]} for code in codes]
        return np.array(inside, dtype=float)

    # the totals are told in any case
    matrix = np.array([indicator(key) for key in {WHOLE, *told}])
    parts = {key: [] for key in wave.sums(2) if key[0] != "unit"}
    for key in wave.sums(2):
        if key != WHOLE:
            parts[WHOLE if key[0] == "region" else ("region", wave.units[key[1]][0])].append(key)
    wanted = [indicator(key) for key in wave.sums(2) if key != WHOLE]
    wanted += [
        indicator(above) - sum((indicator(key) for key in below if key in told), start=0.0)
        for above, below in parts.items()
        if any(key in told for key in below)
    ]
    found = []
    for one in wanted:
        solved, *_ = np.linalg.lstsq(matrix.T, one, rcond=None)
        whole = np.allclose(one, indicator(WHOLE))  # one region: the record's own total
        if np.allclose(matrix.T @ solved, one, atol=1e-8) and not whole:
            found.append(round(float(one @ lost)))
    return [number for number in found if 0 < number < K]


@examples(25, audit=150)
@given(UNITS)
def test_no_small_number_of_lost_credentials_follows_from_the_record(rows):
    wave = Wave(_units(rows))
    assert _small_numbers_that_follow(wave) == []
    used, ballots, invited = wave.sums(2), wave.sums(3), wave.sums(1)
    for key in wave.told():
        assert not 0 < used[key] - ballots[key] < K
        assert invited[key] - used[key] >= K or key == WHOLE


def test_the_attack_finds_small_numbers_where_only_they_are_hidden(monkeypatch):
    monkeypatch.setattr(wave_record, "suppress_counts", lambda _, hidden, **__: hidden)
    assert _small_numbers_that_follow(Wave(_units([("n", 20, 9, 20), ("n", 20, 2, 20)]))) == [2, 2]
