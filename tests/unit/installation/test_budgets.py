"""A budget that is missed makes `barometer bench` fail, and is seen beside those that are kept."""

import ast
import re
from pathlib import Path

import pytest

from survey_app.commands import bench
from survey_app.shared.errors import BarometerError
from tests import benchmarks
from tests.benchmarks.budgets import BUDGETS, told


def _measured(form_rate, monkeypatch):
    def ran(_name, report):
        with monkeypatch.context() as alone:
            alone.setenv("BENCH_REPORT", str(report))
            told("form_rate", form_rate, "bare 1000/s")
            told("form_cpu", 2.5)
        return True

    monkeypatch.setattr(bench, "_ran", ran)


def test_a_missed_budget_fails_the_run_and_stands_in_its_table(monkeypatch, capsys):
    _measured(0.5, monkeypatch)
    with pytest.raises(BarometerError, match="1 of 2 budgets are missed"):
        bench.run_benchmarks(["answering"])
    table = capsys.readouterr().out.split("beside\n")[1].splitlines()
    assert table[0].startswith("MISSED forms taken")
    assert table[0].endswith("bare 1000/s")
    assert table[1].startswith("kept   processor for a form")


def test_a_run_that_keeps_all_budgets_ends_well(monkeypatch):
    _measured(0.85, monkeypatch)
    bench.run_benchmarks(["answering"])


def test_a_benchmark_that_is_none_is_named_before_any_runs(monkeypatch):
    monkeypatch.setattr(bench, "_ran", lambda *_: pytest.fail("one ran"))
    with pytest.raises(BarometerError, match="no benchmark «nothing»; there are: analysis, answ"):
        bench.run_benchmarks(["answering", "nothing"])


def test_each_budget_is_told_by_a_benchmark():
    named = []
    for file in Path(benchmarks.__path__[0]).glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "told":
                name = ast.unparse(call.args[0]).removeprefix("f").strip("'")
                named.append(re.sub(r"\{.*?\}", "[a-z]+", name))
    assert not [one for one in BUDGETS if not any(re.fullmatch(name, one) for name in named)]
