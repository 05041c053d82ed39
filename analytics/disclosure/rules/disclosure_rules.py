"""The display limits of one wave, and which of them a result must meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analytics.disclosure.rules import display_limits as shipped
from analytics.disclosure.rules.errors import DisclosureError
from questionnaires.model import PREFER_NOT_CODE
from questionnaires.sensitivity import EXPOSURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from questionnaires.sensitivity import Sensitivity

# Words of `instruments` (form populations) and of waves, to the family of limits they follow.
_FAMILIES: Final[Mapping[str, str]] = {
    "staff": "staff",
    "public": "public",
    "open": "open",
    "candidates": "stakeholder",
    "stakeholders": "stakeholder",
}
_TREE_LEVELS: Final = frozenset({"agency", "region", "unit", "unit_type"})
_FORM_OF: Final[Mapping[str, str]] = {"mean": "mean", "share": "distribution"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a cell needs before it may be shown.

    Attributes
    ----------
    n : int
        Respondents with an answer.
    population : int
        People in the group; 0 where no count is known (background groups, the public).
    n_eff : float
        Equally weighted respondents who would tell as much; 0 where weights hardly differ.
    """

    n: int
    population: int = 0
    n_eff: float = 0.0


@dataclass(frozen=True, slots=True)
class DisclosureRules:
    """The minimum group k and the display limits of a wave.

    Parameters
    ----------
    minimum_group : int
        k: no group with fewer respondents may be derivable from what is shown.
    limits : Mapping of str to int
        The limits that the agency sets otherwise than `display_limits`; none below k.
    sensitivity : Mapping of str to Sensitivity
        Items whose figures need more care than others'; the plan of a wave takes them from what it
        asks.
    two_answers : frozenset of str
        Measures of one item with two answers, whose mean is the share of one of them. The plan
        takes these from there, too.

    Raises
    ------
    DisclosureError
        If k is below 3, a limit has an unknown name, or a limit is below k.

    Examples
    --------
    >>> DisclosureRules(minimum_group=7).limit("staff_mean")
    10
    >>> DisclosureRules(minimum_group=12).limit("staff_mean")
    12
    """

    minimum_group: int = shipped.MINIMUM_GROUP
    limits: Mapping[str, int] = field(default_factory=dict)
    sensitivity: Mapping[str, Sensitivity] = field(default_factory=dict)
    two_answers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.minimum_group < shipped.LOWEST_MINIMUM_GROUP:
            raise DisclosureError(
                f"the minimum group is {self.minimum_group}, but it may not be below "
                f"{shipped.LOWEST_MINIMUM_GROUP}: set BAROMETER_MINIMUM_GROUP to 3 or more"
            )
        for name, value in self.limits.items():
            self._check(name, value)
        for name in ("limits", "sensitivity"):
            ordered = dict(sorted(getattr(self, name).items()))
            object.__setattr__(self, name, MappingProxyType(ordered))

    def _check(self, name: str, value: int) -> None:
        if name not in shipped.DISPLAY_LIMITS:
            known = ", ".join(sorted(shipped.DISPLAY_LIMITS))
            raise DisclosureError(f"there is no display limit called {name!r}; there are {known}")
        if value < self.minimum_group:
            raise DisclosureError(
                f"the display limit {name} is {value}, below the minimum group of "
                f"{self.minimum_group}: raise it, since smaller groups may never be shown"
            )

    def limit(self, name: str) -> int | None:
        """Find a display limit; None where there is none, and then nothing is shown."""
        value = self.limits.get(name, shipped.DISPLAY_LIMITS.get(name))
        return None if value is None else max(value, self.minimum_group)

    @property
    def remainder(self) -> int:
        """Respondents that an unpublished remainder must have when it is not empty."""
        return max(shipped.REMAINDER, self.minimum_group)

    def facts(self) -> dict[str, int]:
        """List k and every limit in force, for the plan and the publication's manifest."""
        names = sorted(shipped.DISPLAY_LIMITS)
        return {"minimum_group": self.minimum_group} | {
            name: self.limit(name) or 0 for name in names
        }

    def is_exposure(self, measure: str) -> bool:
        """Tell whether a measure is an item on what happened to people, shown in bands alone."""
        return self.sensitivity.get(measure) in EXPOSURES

    def requirement(
        self,
        *,
        population: str,
        level: str,
        kind: str,
        statistic: str,
        measure: str,
        category: str = "",
    ) -> Requirement | None:
        """Say what a result must meet.

        Parameters
        ----------
        population : str
            Whom the wave asks: staff, public, open, candidates or stakeholders.
        level, kind, statistic, measure, category : str
            As in an `EstimateTable`.

        Returns
        -------
        Requirement or None
            None for a result that no rule names: it is never shown.
        """
        family = _FAMILIES.get(population)
        if family is None or kind not in {"index", "scale", "item"}:
            return None
        if family == "staff":
            names = _staff_limits(level, statistic, self.sensitivity.get(measure, ""), category)
            also = self._also(statistic, measure, "staff_distribution")
            return self._staff(level, (*names, *also)) if names else None
        if self.is_exposure(measure) or statistic not in {"mean", "share", "balance"}:
            return None
        also = self._also(statistic, measure, "stakeholder_distribution")
        return self._outside(family, level, statistic, also)

    def _also(self, statistic: str, measure: str, distribution: str) -> tuple[str, ...]:
        """Name the limit of shares, where a mean is one."""
        return (distribution,) if statistic == "mean" and measure in self.two_answers else ()

    def _staff(self, level: str, names: tuple[str, ...]) -> Requirement | None:
        n = self._strictest(*names)
        # the register counts units, not roles: a background group has no known population
        known = 0 if level == "group" else shipped.SMALLEST_POPULATION
        return None if n is None else Requirement(n, population=known)

    def _outside(
        self, family: str, level: str, statistic: str, also: tuple[str, ...]
    ) -> Requirement | None:
        extra = ("balance",) if statistic == "balance" else ()
        if family == "stakeholder":
            if level != "agency":
                return None
            form = _FORM_OF.get(statistic, "distribution")
            n = self._strictest(f"stakeholder_{form}", *extra, *also)
            return None if n is None else Requirement(n)
        if level not in {"agency", "group"}:
            return None
        headline = family == "public" and level == "agency"
        n = self._strictest("public_headline" if headline else "public_group", *extra)
        effective = (
            shipped.PUBLIC_HEADLINE_EFFECTIVE if headline else shipped.PUBLIC_GROUP_EFFECTIVE
        )
        return None if n is None else Requirement(n, n_eff=float(effective))

    def _strictest(self, *names: str) -> int | None:
        limits = [self.limit(name) for name in names]
        known = [value for value in limits if value is not None]
        return max(known) if len(known) == len(limits) and known else None


def _staff_limits(
    level: str, statistic: str, sensitivity: Sensitivity, category: str
) -> tuple[str, ...] | None:
    if level not in _TREE_LEVELS | {"group"}:
        return None
    background = ("staff_background",) if level == "group" else ()
    if sensitivity in EXPOSURES:
        # a prevalence is shown in bands, and shares of the options would undo them; how many
        # preferred not to answer would not
        if (statistic, category) not in {("prevalence", ""), ("share", PREFER_NOT_CODE)}:
            return None
        unit = level == "unit" and sensitivity == "violence"
        return ("staff_exposure", *(("staff_violence_unit",) if unit else ()), *background)
    forms = {"mean": "staff_mean", "share": "staff_distribution", "balance": "balance"}
    if statistic not in forms:
        return None
    careful = ("staff_sensitive",) if sensitivity == "sensitive" else ()
    return (forms[statistic], *careful, *background)
