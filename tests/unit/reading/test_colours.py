"""The colours of charts, as readers with each kind of colour blindness see them.

Simulated after Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, at full severity
(coloraide); how different two colours look is CIEDE2000.
"""

import itertools
import re
from pathlib import Path

import pytest
from coloraide import Color

SHEET = Path("static/verdibarometer.css").read_text()
SEEN_AS = ("", "protan", "deutan", "tritan")
APART = 8.0  # two fields side by side are told apart at a glance
# colours that a reader must tell apart, in the order in which they stand beside each other
BESIDE = {
    "difference": ["diff-low-2", "diff-low-1", "paper", "diff-high-1", "diff-high-2"],
    "level": ["level-1", "level-2", "level-3", "level-4", "level-5"],
    "answers": ["lik-1", "lik-2", "lik-3", "lik-4", "lik-5"],
}
# colours of which one means the opposite of the other, or another line
OPPOSED = [
    ("up", "down"), ("series", "series-2"), ("diff-low-2", "diff-high-2"),
    ("lik-1", "lik-5"), ("lik-2", "lik-4"), ("diff-low-1", "diff-high-1"),
]  # fmt: skip


def tokens(dark):
    """Read the colours of a theme as the style sheet has them."""
    light, night = SHEET.split("prefers-color-scheme: dark", 1)
    part = night if dark else light
    found = {}
    for name, value in re.findall(r"--vb-([\w-]+):\s*(#[0-9a-f]{6})", part):
        found.setdefault(name, Color(value))
    return found


def seen(colour, kind):
    return colour.filter(kind, method="machado") if kind else colour


def apart(one, other, kind):
    return seen(one, kind).delta_e(seen(other, kind), method="2000")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", SEEN_AS)
def test_steps_that_lie_beside_each_other_and_opposites_are_told_apart(kind, dark):
    colours = tokens(dark)
    pairs = [pair for those in BESIDE.values() for pair in itertools.pairwise(those)]
    narrow = {
        pair: round(apart(colours[pair[0]], colours[pair[1]], kind), 1)
        for pair in [*pairs, *OPPOSED]
    }
    assert {pair: value for pair, value in narrow.items() if value < APART} == {}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", SEEN_AS)
def test_levels_grow_darker_or_lighter_all_the_way(kind, dark):
    colours = tokens(dark)
    light = [seen(colours[name], kind).convert("lab")["l"] for name in BESIDE["level"]]
    assert light in (sorted(light), sorted(light, reverse=True))
