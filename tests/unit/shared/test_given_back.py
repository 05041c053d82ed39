"""A process that used much for a moment does not hold it until its end."""

import json
import subprocess
import sys

RESIDENT = """
import json
from pathlib import Path
from survey_app.shared.given_back import trim_heap, hoard_nothing
def resident():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024
"""
BETWEEN = """
begun = resident()
many = [bytes(2000) for _ in range(20_000)]
kept = many[::50]
del many
held = resident() - begun
trim_heap()
print(json.dumps([held, resident() - begun]))
"""
LARGE = """
hoard_nothing()
above, sign = [], b"x"
for _ in range(3):  # a piece that was freed once makes the library hold the next of its size
    one = sign * 20_000_000
    above += [bytes(2000) for _ in range(500)]
    begun = resident()
    del one
    print(json.dumps(begun - resident()))
"""


def told_by(program: str) -> list:
    # in a process of its own: what a library keeps is the whole process's
    done = subprocess.run(
        [sys.executable, "-c", RESIDENT + program], capture_output=True, check=True, text=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_is_free_between_pieces_in_use_is_given_back():
    [[held, left]] = told_by(BETWEEN)
    assert held > 30
    assert left < 8


def test_a_large_piece_goes_back_as_it_is_freed_also_after_others_of_its_size():
    assert min(told_by(LARGE)) > 15
