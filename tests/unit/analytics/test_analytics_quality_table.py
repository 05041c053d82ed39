"""What factor models leave out, as the command prints it."""

from survey_app.commands.analyse_quality import SHOWN, quality_lines


def release(mi, **more):
    return {
        "item": "q1", "part": "intercept", "factor": "", "group": "2026", "mi": mi, "epc": -2.5,
        "standardised_epc": -0.25,
    } | more  # fmt: skip


def step(name, releases, *, accepted):
    return {"step": name, "freed": [], "accepted": accepted, "releases": releases}


def test_nothing_is_printed_where_nothing_was_asked():
    assert quality_lines({}) == []
    assert quality_lines({"models": [{"model": "m"}], "invariance": [{"steps": []}]}) == []


def test_indices_stand_under_their_model_with_what_they_mean():
    rows = [
        {"kind": "covariance", "first": "q1", "second": "q2", "mi": 12.345, "epc": 3.0,
         "standardised_epc": 0.3},
        {"kind": "loading", "first": "trust", "second": "q3", "mi": 4.0, "epc": 1.0,
         "standardised_epc": 0.1},
    ]  # fmt: skip
    found = quality_lines({"models": [{"model": "m", "modification_indices": rows}]})
    assert found[1] == "What the model m leaves out"
    assert "by how much chi-square would fall" in found[2]
    assert found[-2].split() == ["q1", "~~", "q2", "12.35", "+3.000", "+0.300"]
    assert found[-1].split() == ["trust", "=~", "q3", "4.00", "+1.000", "+0.100"]


def test_equalities_stand_step_by_step_and_a_long_table_says_where_the_rest_is():
    many = [release(50.0 - number) for number in range(SHOWN + 3)]
    tested = {
        "model": "m", "by": "wave",
        "steps": [
            step("metric", [release(4.0, factor="trust", part="loading")], accepted=True),
            step("scalar", many, accepted=False),
            step("scalar", [], accepted=True) | {"freed": ["q1"]},
        ],
    }  # fmt: skip
    found = quality_lines({"longitudinal": [tested]})
    titles = [line for line in found if line.startswith("Equalities")]
    start = "Equalities of m over wave of the same people, "
    assert titles == [
        f"{start}metric: the step holds",
        f"{start}scalar: the step does not hold",
        f"{start}scalar, q1 let go: the step holds. Nothing here that chance alone would not make.",
    ]
    assert any(line.startswith("trust =~ q1 in 2026") for line in found)
    assert sum(line.startswith("q1 ~ 1 in 2026") for line in found) == SHOWN
    assert "and 3 more: see --format json" in found
