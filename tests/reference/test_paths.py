"""The path of the whole in agencies whose truth is known: the short form of ``findings.paths``."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.margins import MARGIN
from analytics.courses.findings import judge_by_series
from tests.reference.findings.agencies import a_staff, draw
from tests.reference.findings.paths import PATH, REGIMES, called_path, tallied

UNITS, AGENCIES = 15, 2
NOTHING_MOVES = [name for name in REGIMES if name.startswith("still")]
SOMETHING_MOVES = [name for name in REGIMES if name not in NOTHING_MOVES]


@pytest.mark.parametrize("name", NOTHING_MOVES)
def test_where_nothing_moves_no_path_is_told(name):
    assert [paths.claims for paths in tallied(name, AGENCIES, UNITS).values()] == [0, 0]


@pytest.mark.parametrize("name", SOMETHING_MOVES)
def test_where_the_agency_moves_its_path_tells_what_is_so(name):
    for paths in tallied(name, AGENCIES, UNITS).values():
        assert paths.claims > 20
        assert paths.wrong == 0
        assert paths.under_half <= 0.05 * paths.claims


def test_paths_of_the_simulation_are_those_of_publications():
    rng = np.random.default_rng(5)
    waves = draw(rng, a_staff(rng, UNITS), REGIMES["agency moves"])
    whole = waves.shown[waves.shown["level"] == "agency"]
    keys, linked = waves.keys[:9], waves.linked[:9, :9]
    named = {keys[0], keys[-2]}
    wanted = pd.DataFrame(
        [(one, "agency", "", keys[-2], "previous") for one in whole["measure"].unique()],
        columns=["measure", "level", "domain", "since", "role"],
    )
    path = judge_by_series(
        whole, keys, wanted, waves.places, linked=linked, margins=np.full(len(wanted), MARGIN),
        named=named,
    ).path  # fmt: skip
    told = path.loc[path["verdict"].isin(["up", "down"]), list(PATH)]
    found = called_path(whole, keys, linked, named)
    assert len(told) > 20
    assert sorted(found.itertuples(index=False)) == sorted(told.itertuples(index=False))
