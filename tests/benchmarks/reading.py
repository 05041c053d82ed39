"""What every page needs: a chart drawn, and the questionnaires read, beside their budgets.

``python -m tests.benchmarks.reading`` prints the best of several runs in milliseconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from questionnaires.loader import load_library
from survey_app.reading.charts.scale import Window
from survey_app.reading.charts.trend import draw_trend
from survey_app.shared.pages import environment
from tests.benchmarks.budgets import told
from tests.unit.reading.test_charts import point


def best(work: Callable[[], object], times: int) -> float:
    """Return the shortest of several runs, ms."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return min(found)


def main() -> None:
    """Print them."""
    macro = environment().get_template("charts/trend.html").module.trend
    for waves in (12, 120):
        points = [point(60 + (i % 9), year=2016 + i // 12) for i in range(waves)]
        took = best(lambda p=points: str(macro(draw_trend(p, Window(55, 85), "nb"), "", "")), 20)
        if waves == 12:
            told("chart", took)
        else:
            print(f"a trend of {waves} waves: {took:.1f} ms")
    took = best(lambda: load_library(None, versions={"verdipuls": 1}), 5)
    told("questionnaires", took, "past the cache")


if __name__ == "__main__":
    main()
