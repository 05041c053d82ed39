"""The [change] section: how waves are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.comparison.margins import MARGIN
from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known, number, switch, text

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERYBODY: Final = "everybody"
APART: Final = "apart"
INDEPENDENT: Final = "independent"
INVITED: Final = (EVERYBODY, APART, INDEPENDENT)
COURSES: Final = "courses"
DIFFERENCES: Final = "differences"
# "interval" is another name of the rule that looks at the interval of each difference alone
RULES: Final = {COURSES: COURSES, DIFFERENCES: DIFFERENCES, "interval": DIFFERENCES}
KEYS: Final = ("margin", "rule", "invited", "correlation", "questions", "composition")


@dataclass(frozen=True, slots=True)
class ChangeSpec:
    """How waves are compared.

    ``margin`` is the smallest change that matters; where it is not named, `in_points` is that of
    points, and `Specification.margin_of` that of each measure. ``invited`` tells who was invited
    where persons are not linked: "everybody" both times, panels kept "apart", or "independent"
    samples whose change is that of a finite population, as two surveys are compared in R;
    ``correlation`` is the least that a person's two answers are taken to go together, unless
    samples are independent. ``questions`` adds each change with the full finite population
    correction and without any; ``composition`` takes it apart into who stayed, joined and left.
    ``rule`` gives the verdicts: "courses" of all waves, places and measures together where they can
    be read so, or "differences"
    of two waves.
    """

    margin: float | None = None
    invited: str | None = None
    correlation: float = 0.5
    questions: bool = False
    composition: bool = False
    rule: str = COURSES

    @property
    def in_points(self) -> float:
        """The smallest change that matters, of figures in points of 0-100."""
        return MARGIN if self.margin is None else self.margin


def read_change(section: Mapping[str, object], person: str | None) -> ChangeSpec:
    """Read the section; ``person`` is the column of [domains] that links people, if any.

    Raises
    ------
    SpecificationError
        If a key is unknown, or a value cannot be.
    """
    where = "[change]"
    known(section, KEYS, where)
    rule = text(section, "rule", where) or COURSES
    if rule not in RULES:
        raise SpecificationError(f"[change] rule must be one of {', '.join(RULES)}, not {rule!r}")
    spec = ChangeSpec(
        margin=number(section, "margin", where, MARGIN) if "margin" in section else None,
        invited=text(section, "invited", where),
        correlation=number(section, "correlation", where, 0.5),
        questions=switch(section, "questions", where),
        composition=switch(section, "composition", where),
        rule=RULES[rule],
    )
    if spec.margin is not None and spec.margin < 0:
        raise SpecificationError("[change] margin must not be below 0")
    if spec.invited not in (None, *INVITED):
        raise SpecificationError(f"[change] invited must be one of {', '.join(INVITED)}")
    if spec.invited is not None and person is not None:
        raise SpecificationError(
            "[change] invited is for a file that links nobody: leave it or [domains] person out"
        )
    if not 0 <= spec.correlation <= 1:
        raise SpecificationError("[change] correlation must lie between 0 and 1")
    if spec.composition and person is None:
        raise SpecificationError("[change] composition needs [domains] person, to see who stayed")
    return spec
