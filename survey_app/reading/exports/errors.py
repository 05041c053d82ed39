"""What can be wrong with what somebody asked to take out."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.shared.errors import BarometerError


class ExportError(BarometerError):
    """What was asked for is not there; the sentence says what is."""


class UnknownPublication(ExportError):  # noqa: N818 - a sentence, not a fault
    """No released publication answers to the name."""

    def __init__(self, name: str, campaigns: Sequence[str], newest: Sequence[str]) -> None:
        if not newest:
            super().__init__(f"there is no publication '{name}': nothing is published yet")
            return
        latest = ", ".join(f"latest:{one}" for one in campaigns)
        super().__init__(
            f"there is no publication '{name}': name it latest, {latest}, its id, or its wave"
            f" ({', '.join(newest)})"
        )


class UnknownUnit(ExportError):  # noqa: N818
    """The publication has no region or unit of this code."""

    def __init__(self, unit: str, known: Sequence[str]) -> None:
        there = f": there are {', '.join(known)}" if known else ": it has no units"
        super().__init__(f"the publication has no unit or region '{unit}'{there}")


class UnknownTable(ExportError):  # noqa: N818
    """The publication has no table of this name."""

    def __init__(self, table: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no table '{table}' here: there are {', '.join(known)}")
