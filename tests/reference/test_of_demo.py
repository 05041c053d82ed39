"""The command that holds a demo's findings against its own truth counts what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.findings.of_demo import Truth, counted, frontier

if TYPE_CHECKING:
    from pathlib import Path

MEANS = """wave,measure,level,domain,mean
verdipuls-1,m,region,a,60
verdipuls-2,m,region,a,54
verdipuls-1,m,region,b,60
verdipuls-2,m,region,b,61
verdipuls-1,n,region,a,50
verdipuls-2,n@1,region,a,50
verdipuls-2,n,region,a,70
verdipuls-3,n,region,a,71
"""


def _row(measure: str, domain: str, told: str, **more: str) -> dict[str, str]:
    difference, low, high = told.split()
    return {
        "wave": "verdipuls-2", "since": "verdipuls-1", "measure": measure, "level": "region",
        "domain": domain, "margin": "3", "difference": difference, "low": low, "high": high,
        "model_difference": difference, "model_low": low, "model_high": high,
        "verdict": "uncertain", "chance": "0.92",
    } | more  # fmt: skip


def test_findings_are_counted_beside_the_truth_and_beside_stricter_tests(tmp_path: Path) -> None:
    path = tmp_path / "means.csv"
    path.write_text(MEANS, encoding="utf-8")
    rows = [
        _row("m", "a", "-5.0 -8.0 -2.0", verdict="down"),
        _row("m", "b", "4.0 0.1 7.9"),
        _row("n", "a", "0.5 -1.0 2.0", verdict="steady", wave="verdipuls-3"),
    ]
    truth = Truth(path)
    # over the wave that asked both, old words up to it and new ones from it
    assert [truth.change(row) for row in rows] == [-6.0, 1.0, 1.0]
    level = counted(truth, rows)["region"]
    assert (level["called"], level["wrong"], level["under half"], level["held"]) == (1, 0, 0, 3)
    assert (level["steady"], level["steady right"]) == (1, 1)
    found = {name: dict(tally) for name, tally in frontier(truth, rows, "region")}
    rule = {"large": 1, "found": 1, "called": 1, "under half": 0}
    assert found["the rule"] == rule
    assert found["the rule with a chance of 0.95"] == rule | {"called": 0, "found": 0}
    # the usual test calls the small change of b as well; a stricter one leaves it, and then both
    assert found["1.96 errors"] == rule | {"called": 2, "under half": 1}
    assert found["2.3 errors"] == rule
    assert found["3.6 errors"] == rule | {"called": 0, "found": 0}
