"""Which faults a seed holds, in which part of a wave, when and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.faults.kinds import KINDS, Kind


class Part(StrEnum):
    """The parts of a wave's life, each with its own dangers."""

    OPENING = "opening"
    MAIL = "mail"
    ANSWERS = "answers"
    COUNTING = "counting"


# those that the part goes through, and those that it should not notice
_LIKELY = {
    Part.OPENING: ("database", "disk"),
    Part.MAIL: ("mail", "worker", "database", "queue"),
    Part.ANSWERS: ("web", "database", "queue"),
    Part.COUNTING: ("worker", "database", "queue", "clock", "disk"),
}
_LATEST = {Part.OPENING: 0.2, Part.MAIL: 0.8, Part.ANSWERS: 1.5, Part.COUNTING: 4.0}
_MOST_SECONDS = 3.0


@dataclass(frozen=True)
class Planned:
    """One fault: ``after`` seconds into its part, for ``lasts`` seconds."""

    part: Part
    kind: Kind
    after: float
    lasts: float
    size: int
    """Bytes, where something is cut in the middle."""

    def __str__(self) -> str:
        return f"{self.part}: {self.kind.name} after {self.after:.2f} s, for {self.lasts:.2f} s"


def schedule(seed: int, *, full_disks: bool = True) -> Sequence[Planned]:
    """Draw the faults of a seed: the same each time."""
    rng = Random(seed)
    found: list[Planned] = []
    for part in Part:
        number = rng.choices((0, 1, 2), (1, 5, 2))[0] if part is not Part.OPENING else (
            rng.choices((0, 1), (3, 1))[0]
        )  # fmt: skip
        drawn = [_draw(rng, part, full_disks=full_disks) for _ in range(number)]
        found += [planned for planned in drawn if planned is not None]
    return found


def _draw(rng: Random, part: Part, *, full_disks: bool) -> Planned | None:
    what = rng.choice(_LIKELY[part] if rng.random() < 0.85 else sorted({k.what for k in KINDS}))
    kinds = [kind for kind in KINDS if kind.what == what and part.value in kind.parts]
    after = rng.uniform(0, _LATEST[part])
    lasts = rng.uniform(0.3, _MOST_SECONDS)
    # small ones cut the greeting, larger ones a query or the text of a mail
    size = int(2 ** rng.uniform(4, 14))
    number = rng.random()
    if not kinds:
        return None
    kind = kinds[int(number * len(kinds))]
    if kind.needs_disks and not full_disks:
        return None
    return Planned(part, kind, after, lasts, size)
