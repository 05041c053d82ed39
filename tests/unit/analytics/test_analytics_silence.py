import numpy as np
import pandas as pd
import pytest

from analytics.workbench.analyse import UNPROTECTED, analyse
from survey_app.commands.analyse import table_lines
from tests.unit.analytics.test_analytics_analyse import SCALE, a_file, run

FIGURES = ("mean", "se", "low", "high", "deff", "n_eff")


def test_a_scale_nobody_answered_is_empty_and_told():
    result = run(a_file().assign(x=np.nan, y=np.nan))
    (row,) = result["estimates"]
    assert (row["status"], row["n"]) == ("empty", 0)
    assert [row[name] for name in FIGURES] == [None] * 6
    assert result["warnings"] == [
        "nobody has a value for 's' (mean): it has no figures there",
        "[scales.s] nobody answered 'x'",
        "[scales.s] nobody answered 'y'",
        "[scales.s] has no alpha: nobody answered it",
        UNPROTECTED,
    ]


def test_an_item_nobody_answered_is_named():
    result = run(a_file().assign(x=np.nan), scales={"s": SCALE | {"min_answered": 0.5}})
    assert result["estimates"][0]["status"] == "published"
    assert "[scales.s] nobody answered 'x'" in result["warnings"]


def test_a_constant_scale_has_no_alpha_and_it_is_told_why():
    result = run(a_file().assign(x=3, y=3))
    assert result["scales"]["s"]["alpha"] is None
    assert result["warnings"] == [
        "[scales.s] has no alpha: the answers do not vary",
        UNPROTECTED,
    ]


def test_a_scale_of_one_item_needs_no_alpha():
    assert run(a_file(), scales={"s": SCALE | {"items": ["x"]}})["warnings"] == [UNPROTECTED]


def test_a_share_of_nothing_is_told():
    result = run(a_file().assign(z=np.nan), variables={"shares": ["z"]})
    assert "[variables] shares: nobody has a value in 'z'" in result["warnings"]


def in_two_waves():
    data = pd.concat([a_file().assign(wave=1), a_file(seed=2).assign(wave=2)], ignore_index=True)
    data["z"] = np.where(data["wave"] == 1, np.nan, data["x"])
    spec = {
        "scales": {"s": SCALE},
        "variables": {"means": ["z"]},
        "domains": {"wave": "wave"},
    }
    return analyse(data, spec).result


def test_a_question_new_in_a_wave_is_empty_before_and_has_no_change():
    result = in_two_waves()
    status = {(row["index"], row["wave"]): row["status"] for row in result["estimates"]}
    assert status["z", "1"] == "empty"
    assert status["z", "2"] == "published"
    assert [row["index"] for row in result["changes"]] == ["s"]
    assert (
        "nobody has a value for 'z' (mean) in wave 1: it has no figures there"
        in (result["warnings"])
    )


def test_the_table_says_no_answers_and_no_interval():
    assert any("no answers" in line for line in table_lines(in_two_waves()))
    alone = run(a_file().iloc[:1], design={"lonely": "certainty"})
    assert any("no interval" in line for line in table_lines(alone))


@pytest.mark.parametrize("minimum", [5, 10])
def test_where_figures_are_protected_an_empty_cell_is_hidden_as_a_small_one(minimum):
    result = run(a_file().assign(x=np.nan, y=np.nan), disclosure={"minimum": minimum})
    assert result["estimates"][0]["status"] == "suppressed_primary"


def test_the_table_names_what_it_does_not_hold():
    """Whoever asked for drivers read nothing of them, and nothing of where they are."""
    result = in_two_waves() | {"drivers": [{"predictor": "t"}], "small_areas": []}
    (line,) = [one for one in table_lines(result) if "--format json" in one]
    assert line == "Not in this table: weights, scales, drivers. --format json has them."
