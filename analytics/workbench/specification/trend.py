"""The [trend] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, cast

from analytics.errors import FrameError, SpecificationError
from analytics.trend.events import KnownEvent, check_event
from analytics.trend.overlap import Arm, paired_summary, unpaired
from analytics.trend.points import KINDS
from analytics.trend.slope import FEWEST_WAVES
from analytics.trend.splice import decide_link
from analytics.workbench.specification.trend_breaks import read_breaks
from analytics.workbench.specification.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.trend.events import Shape
    from analytics.trend.points import Kind
    from analytics.trend.splice import Case, Splice
    from analytics.workbench.specification.trend_breaks import BreaksSpec

KEYS: Final = (
    "measure", "dates", "kind", "season", "margin", "waves", "seed", "breaks", "events", "splices",
)  # fmt: skip
SPLICE_KEYS: Final = (
    "id", "wave", "case", "old", "new", "correlation", "unchanged_weight", "invariant",
    "decided_by", "date", "note",
)  # fmt: skip
CASES: Final = ("A", "B", "C", "D")
PAIRED: Final = ("B", "D")


@dataclass(frozen=True, slots=True)
class TrendSpec:
    """What the section asks for; ``dates`` gives each wave its day, None is a margin not named."""

    measure: str
    dates: dict[str, date]
    kind: Kind
    season: int | None
    margin: float | None
    waves: int
    seed: int
    events: tuple[KnownEvent, ...]
    splices: tuple[Splice, ...]
    breaks: BreaksSpec | None = None


def read_trend(section: Mapping[str, object], *, published: bool = False) -> TrendSpec:
    """Read and check the [trend] section.

    Parameters
    ----------
    section : mapping
    published : bool
        Of a table of published figures, which may have several measures (``measure`` is then "")
        and dates of its own, and whose figures are linked by those who published them.

    Raises
    ------
    SpecificationError
        One sentence that names the key.
    """
    known(section, KEYS, "[trend]")
    measure = section.get("measure", "" if published else None)
    kind = section.get("kind", "level")
    if not isinstance(measure, str):
        raise SpecificationError("[trend] needs measure, the name of a scale, index or variable")
    if published and section.get("splices"):
        raise SpecificationError(
            "[[trend.splices]] is for a file of respondents: the figures of [published] are linked "
            "by those who published them"
        )
    if kind not in KINDS:
        raise SpecificationError(f"[trend] kind must be one of {', '.join(KINDS)}")
    if "dates" not in section and not published:
        raise SpecificationError(
            "[trend] needs dates, the day of each wave: write [trend.dates], and below it a line "
            "per wave, 2027 = 2027-03-15"
        )
    dates = {
        name: _date(value, f"[trend.dates] {name}")
        for name, value in _table(section.get("dates", {}), "[trend.dates]").items()
    }
    waves = _whole(section.get("waves", 4), "[trend] waves")
    if waves < FEWEST_WAVES:
        raise SpecificationError(f"[trend] waves must be at least {FEWEST_WAVES}")
    margin = _number(section["margin"], "[trend] margin") if "margin" in section else None
    if margin is not None and margin <= 0:
        raise SpecificationError("[trend] margin must be above zero")
    seed = _whole(section.get("seed", 1), "[trend] seed")
    if seed < 0:
        raise SpecificationError("[trend] seed must not be below 0")
    return TrendSpec(
        measure=measure,
        dates=dates,
        kind=kind,
        season=_whole(section["season"], "[trend] season") if "season" in section else None,
        margin=margin,
        waves=waves,
        seed=seed,
        events=tuple(_event(each) for each in _tables(section, "events")),
        splices=tuple(_splice(each, measure, dates) for each in _tables(section, "splices")),
        breaks=read_breaks(_table(section["breaks"], "[trend.breaks]"))
        if "breaks" in section
        else None,
    )


def _event(section: Mapping[str, object]) -> KnownEvent:
    where = "[[trend.events]]"
    known(section, ("name", "date", "shape", "half_life"), where)
    event = KnownEvent(
        name=_text(section, "name", where),
        day=_date(section.get("date"), f"{where} date"),
        shape=cast("Shape", _text(section, "shape", where)),
        half_life=_number(section["half_life"], f"{where} half_life")
        if "half_life" in section
        else None,
    )
    check_event(event)
    return event


def _splice(section: Mapping[str, object], measure: str, dates: Mapping[str, date]) -> Splice:
    where = "[[trend.splices]]"
    known(section, SPLICE_KEYS, where)
    name, wave = _text(section, "id", where), _text(section, "wave", where)
    case = _text(section, "case", where)
    if case not in CASES:
        raise SpecificationError(f"{where} {name}: case must be one of {', '.join(CASES)}")
    if wave not in dates:
        raise SpecificationError(f"{where} {name}: [trend.dates] has no wave {wave}")
    invariant = section.get("invariant", True)
    if not isinstance(invariant, bool):
        raise SpecificationError(f"{where} {name}: invariant must be true or false")
    old, new = _arm(section, "old", where), _arm(section, "new", where)
    try:
        overlap = (
            paired_summary(old, new, _number(section.get("correlation"), f"{where} correlation"))
            if case in PAIRED
            else unpaired(old, new)
        )
    except FrameError as error:
        raise SpecificationError(f"{where} {name}: {error}") from error
    return decide_link(
        overlap,
        id=name,
        index=measure,
        wave=dates[wave],
        case=cast("Case", case),
        decided_by=_text(section, "decided_by", where),
        decided=_date(section.get("date"), f"{where} date"),
        note=str(section.get("note", "")),
        unchanged_weight=_number(section.get("unchanged_weight", 1.0), f"{where} unchanged_weight"),
        invariant=invariant,
    )


def _arm(section: Mapping[str, object], key: str, where: str) -> Arm:
    table = _table(section.get(key), f"{where} {key}")
    known(table, ("n", "mean", "sd", "se"), f"{where} {key}")
    return Arm(
        n=_whole(table.get("n"), f"{where} {key} n"),
        mean=_number(table.get("mean"), f"{where} {key} mean"),
        sd=_number(table.get("sd"), f"{where} {key} sd"),
        se=_number(table["se"], f"{where} {key} se") if "se" in table else None,
    )


def _table(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise SpecificationError(f"{where} must be a table")
    return value


def _tables(section: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = section.get(key, [])
    if not isinstance(value, list):
        raise SpecificationError(f"[trend] {key} must be a list of tables: [[trend.{key}]]")
    return [_table(each, f"[[trend.{key}]]") for each in value]


def _text(section: Mapping[str, object], key: str, where: str) -> str:
    value = section.get(key)
    if not isinstance(value, str) or not value:
        raise SpecificationError(f"{where} needs {key}, a text")
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SpecificationError(f"{where} must be a number")
    return float(value)


def _whole(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise SpecificationError(f"{where} must be a whole number")
    return value


def _date(value: object, where: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise SpecificationError(f"{where} must be a date such as 2027-03-15") from error
