"""Read the write-ahead log with the server's own tool: who wrote which row when, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from survey_app.shared.embedded.postgres import EmbeddedPostgres

_LINE = re.compile(
    r"^rmgr: (?P<manager>\w+)\s+len \(rec/tot\):\s*\d+/\s*(?P<size>\d+), tx:\s*(?P<xid>\d+), "
    r"lsn: (?P<lsn>[0-9A-F]+/[0-9A-F]+), .*?desc: (?P<what>[A-Z_+]+)(?P<more>.*)$"
)
_BLOCK = re.compile(r"blkref #0: rel \d+/(?P<database>\d+)/(?P<file>\d+) (?:fork \w+ )?blk (\d+)")
_OFFSETS = re.compile(r"offsets: \[([^\]]*)\]")
_OFFSET = re.compile(r"(?:new_off|off): (\d+)")
_FRESH = re.compile(r" ntuples: (\d+)")
_SECOND = re.compile(r"^ (\d{4}-\d\d-\d\d [\d:.]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its transaction, its table's file, the places it wrote, the time of a commit."""

    lsn: int
    xid: int
    what: str
    file: int
    places: tuple[tuple[int, int], ...]
    time: str
    size: int


def entries(server: EmbeddedPostgres, folder: Path, *, first: str = "") -> Iterator[Entry]:
    """Read every record of the rows' tables and of transactions, oldest first.

    Parameters
    ----------
    folder : Path
        Where segments were kept.
    first : str
        Segment to begin with; the oldest that lies there when left out.
    """
    segments = sorted(
        one.name for one in folder.iterdir() if re.fullmatch("[0-9A-F]{24}", one.name)
    )
    managers = [f"--rmgr={name}" for name in ("Heap", "Heap2", "Transaction")]
    command = ["-p", str(folder), *managers, first or segments[0], segments[-1]]
    for line in _told(server, command).splitlines():
        found = _LINE.match(line)
        if found:
            yield _entry(found)


def _told(server: EmbeddedPostgres, command: list[str]) -> str:
    import subprocess

    # it reads to the end of the log and complains that there is no more
    done = subprocess.run(
        [server.binaries / "pg_waldump", *command], capture_output=True, text=True, check=False
    )
    assert done.stdout, done.stderr
    return done.stdout


def _entry(found: re.Match[str]) -> Entry:
    high, low = found["lsn"].split("/")
    block = _BLOCK.search(found["more"])
    number = int(block[3]) if block else 0
    several = _OFFSETS.search(found["more"])
    single = _OFFSET.search(found["more"])
    offsets = _numbers(several[1]) if several else [int(single[1])] if single else []
    # a page that begins with these rows: their places are counted from the first, not told
    begun = _FRESH.match(found["more"]) if "MULTI_INSERT+INIT" in found["what"] else None
    offsets = list(range(1, int(begun[1]) + 1)) if begun else offsets
    second = _SECOND.match(found["more"])
    return Entry(
        lsn=int(high, 16) << 32 | int(low, 16),
        xid=int(found["xid"]),
        what=found["what"],
        file=int(block["file"]) if block else 0,
        places=tuple((number, offset) for offset in offsets),
        time=second[1] if second else "",
        size=int(found["size"]),
    )


def _numbers(text: str) -> list[int]:
    """Read ``1, 2, 5..9``."""
    numbers: list[int] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        first, _, last = part.partition("..")
        numbers += range(int(first), int(last or first) + 1)
    return numbers
