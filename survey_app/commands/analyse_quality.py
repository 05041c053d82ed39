"""What factor models leave out, as tables for the eye."""

from __future__ import annotations

from typing import Any, Final

SHOWN: Final = 15  # rows of a table; JSON has them all
PARAMETER: Final = (
    "MI: by how much chi-square would fall if the parameter were free; change: the value it would",
    "have then (standardised: of a loading in deviations of the item, else a correlation).",
)
EQUALITY: Final = (
    "MI: by how much chi-square would fall if the group or wave had a parameter of its own;",
    "change: how far it would be from the common one (standardised: in deviations of the item).",
)


def quality_lines(quality: dict[str, Any]) -> list[str]:
    """Write modification indices and releases of equalities, the largest first.

    Parameters
    ----------
    quality : dict
        That part of a result; empty where nothing was asked.

    Returns
    -------
    list of str
        Empty where `[quality] modification_indices` was not asked for.
    """
    lines = []
    for model in quality.get("models", []):
        if "modification_indices" in model:
            title = f"What the model {model['model']} leaves out"
            rows = [(_parameter(row), row) for row in model["modification_indices"]]
            lines += _table(title, PARAMETER, rows)
    for kind, over in (("invariance", ""), ("longitudinal", " of the same people")):
        for tested in quality.get(kind, []):
            for step in tested["steps"]:
                if "releases" in step:
                    lines += _table(_step(tested, step, over), EQUALITY, _equalities(step))
    return lines


def _step(tested: dict[str, Any], step: dict[str, Any], over: str) -> str:
    freed = f", {', '.join(step['freed'])} let go" if step["freed"] else ""
    verdict = "holds" if step["accepted"] else "does not hold"
    start = f"Equalities of {tested['model']} over {tested['by']}{over}"
    return f"{start}, {step['step']}{freed}: the step {verdict}"


def _parameter(row: dict[str, Any]) -> str:
    sign = "=~" if row["kind"] == "loading" else "~~"
    return f"{row['first']} {sign} {row['second']}"


def _equalities(step: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{row['factor']} =~ {row['item']}" if row["factor"] else f"{row['item']} ~ 1", row)
        for row in step["releases"]
    ]


def _table(
    title: str, legend: tuple[str, ...], rows: list[tuple[str, dict[str, Any]]]
) -> list[str]:
    if not rows:
        return ["", f"{title}. Nothing here that chance alone would not make."]
    shown = rows[:SHOWN]
    names = [f"{name} in {row['group']}" if "group" in row else name for name, row in shown]
    wide = max(len("parameter"), *map(len, names))
    head = f"{'parameter':<{wide}} {'MI':>9} {'change':>9} {'standardised':>13}"
    lines = [
        f"{name:<{wide}} {row['mi']:>9.2f} {row['epc']:>+z9.3f} {row['standardised_epc']:>+z13.3f}"
        for name, (_, row) in zip(names, shown, strict=True)
    ]
    more = [f"and {len(rows) - SHOWN} more: see --format json"] if len(rows) > SHOWN else []
    return ["", title, *legend, "", head, "-" * len(head), *lines, *more]
