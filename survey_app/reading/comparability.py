"""What a publication forbids to compare: groups or waves that ask or measure otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

# whose comparison with others a check over groups is about
_CONCERNED: Final = {"unit_type": ("unit", "unit_type"), "group": ("group",)}


class Located(Protocol):
    """A domain of a publication."""

    @property
    def level(self) -> str:
        """Agency, region, type of unit, unit or group."""

    @property
    def code(self) -> str:
        """The domain's code."""


class Comparability:
    """The checks of a publication that failed, by what they are about."""

    __slots__ = ("_groups", "_over", "_parts", "_unlike", "_waves")

    def __init__(self, content: Mapping[str, Any]) -> None:
        checks = content.get("checks") or {}
        groups, waves = checks.get("groups", {}), checks.get("waves", {})
        self._over = groups.get("over")
        self._groups = [_concerned(row) for row in groups.get("rows", ()) if _failed(row)]
        self._waves = [
            (_concerned(row), frozenset(row["groups"]))
            for row in waves.get("rows", ())
            if _failed(row)
        ]
        self._unlike: dict[str, set[str]] = {}
        for row in content.get("breaks", ()):
            self._unlike.setdefault(row["measure"], set()).update(row["waves"])
        self._parts = {row["code"]: frozenset(row["parts"]) for row in content["measures"]}

    def unlike_groups(self, measure: str, place: Located) -> bool:
        """Tell whether a place cannot be held beside others: groups read the measure unlike."""
        if place.level not in _CONCERNED.get(self._over or "", ()):
            return False
        if place.level == "group" and not place.code.startswith("age:"):
            return False
        return any(self._is_about(measure, one) for one in self._groups)

    def unlike_waves(self, measure: str, since: str) -> bool:
        """Tell whether the measure is another now than in an earlier wave: asked or read unlike."""
        if since in self._unlike.get(measure, ()):
            return True
        return any(since in waves and self._is_about(measure, one) for one, waves in self._waves)

    def _is_about(self, measure: str, tested: frozenset[str]) -> bool:
        # a scale that fails takes every index with it that it is a part of
        return bool(tested & {measure, *self._parts.get(measure, ())})


def _failed(row: Mapping[str, Any]) -> bool:
    return row["comparable"] is False


def _concerned(row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({row["measure"], *row["scales"]})
