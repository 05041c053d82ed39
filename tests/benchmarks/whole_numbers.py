"""How closely whole numbers bound hidden means, where a linear programme leaves them room.

``python -m tests.benchmarks.whole_numbers [people] [seconds] [wave]``: attacks one wave of a
simulated history, the newest unless its number says otherwise (0 the first). The attack itself is
`tests.attack.whole_numbers`.
"""

from __future__ import annotations

import sys
import time

from tests.attack.waves import History
from tests.attack.whole_numbers import Reader, attack


def main(people=900, seconds=120, wave=-1):
    """Attack one wave and print what is found."""
    one = History(people, 1, waves=6, reorganised_at=4).run()[wave]
    start = time.perf_counter()
    outcome = attack(Reader(one, one.content), seconds=seconds)
    print(
        f"{one.key}: {people} people, {outcome.looked.total()} hidden means looked at "
        f"({dict(outcome.looked)}), {outcome.left} measures left, "
        f"in {time.perf_counter() - start:.0f} s"
    )
    for judgement, width, *name in outcome.near:
        print(f"  {judgement}, {width:.1f} points: {' '.join(map(str, name))}")


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
