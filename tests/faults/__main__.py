"""``python -m tests.faults --seeds 1-500``: live through seeds, and say what did not hold."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from tests.faults.life import live, prepare
from tests.faults.schedule import schedule
from tests.faults.standing import standing

TELL_DOCTOR = 10  # of so many seeds one asks `doctor` too: it takes seconds each time
MOST_TOLD = 4  # of one seed: the others follow from the same


@click.command()
@click.option("--seeds", default="1-500", show_default=True, help="one, or a range")
@click.option("--minutes", type=float, help="begin no other seed after so long")
@click.option("--doctor", is_flag=True, help="ask `doctor` during each fault that it should name")
@click.option("--show", is_flag=True, help="print the schedules, and run nothing")
def main(seeds: str, minutes: float | None, doctor: bool, show: bool) -> None:
    """Live through seeds on one installation."""
    first, _, last = seeds.partition("-")
    numbers = range(int(first), int(last or first) + 1)
    if show:
        for seed in numbers:
            for planned in schedule(seed):
                click.echo(f"{seed}: {planned}")
        return
    # a run that is told to end gives back what it mounted and started
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="barometer-faults-"))
    folder.chmod(0o755)
    try:
        failed = asyncio.run(_run(folder, numbers, minutes, doctor=doctor))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(bool(failed))


async def _run(folder: Path, numbers: range, minutes: float | None, *, doctor: bool) -> int:
    begun, failed, lived = time.monotonic(), 0, 0
    kinds: Counter[str] = Counter()
    with standing(folder) as it:
        await prepare(it)
        for seed in numbers:
            if minutes is not None and time.monotonic() - begun > minutes * 60:
                break
            at = time.monotonic()
            planned = schedule(seed, full_disks=it.full_disks)
            try:
                told = await live(it, seed, ask_doctor=doctor or seed % TELL_DOCTOR == 0)
            except (AssertionError, TimeoutError) as error:
                told = [f"seed {seed}: {type(error).__name__}: {error}"]
            lived += 1
            failed += bool(told)
            kinds.update(one.kind.name for one in planned)
            names = ", ".join(one.kind.name for one in planned) or "no fault"
            click.echo(f"seed {seed}: {time.monotonic() - at:.0f} s, {names}")
            for sentence in told[:MOST_TOLD]:
                click.echo(f"  {sentence}")
            sys.stdout.flush()
    click.echo(f"{lived} seeds, {failed} failed, {kinds.total()} faults: {dict(kinds)}")
    return failed


if __name__ == "__main__":
    main()
