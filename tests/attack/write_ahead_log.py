"""Read the write-ahead log with the server's own tool: who wrote which row when, in which order."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from survey_app.shared.embedded.postgres import EmbeddedPostgres

_LINE = re.compile(
    r"^rmgr: (?P<manager>\w+)\s+len \(rec/tot\):\s*\d+/\s*(?P<size>\d+), tx:\s*(?P<xid>\d+), "
    r"lsn: (?P<lsn>[0-9A-F]+/[0-9A-F]+), .*?desc: (?P<what>[A-Z_+]+)(?P<more>.*)$"
)
_BLOCK = re.compile(r"blkref #0: rel \d+/\d+/(?P<file>\d+) (?:fork \w+ )?blk (\d+)")
_SEGMENT = re.compile("[0-9A-F]{24}")
_OFFSETS = re.compile(r"offsets: \[([^\]]*)\]")
_OFFSET = re.compile(r"(?:new_off|off): (\d+)")
_FRESH = re.compile(r" ntuples: (\d+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its transaction, its table's file, the places it wrote."""

    lsn: int
    xid: int
    what: str
    file: int
    places: tuple[tuple[int, int], ...]
    size: int


def entries(server: EmbeddedPostgres, folder: Path, files: Container[int]) -> Iterator[Entry]:
    """Read every record about rows of some tables, oldest first.

    Parameters
    ----------
    folder : Path
        Where segments were kept.
    files : set of int
        The tables, by the number of their file.
    """
    segments = sorted(one.name for one in folder.iterdir() if _SEGMENT.fullmatch(one.name))
    command = ["-p", str(folder), "--rmgr=Heap", "--rmgr=Heap2", segments[0], segments[-1]]
    for line in _told(server, command).splitlines():
        block = _BLOCK.search(line)
        if block and int(block["file"]) in files and (found := _LINE.match(line)):
            yield _entry(found, block)


def _told(server: EmbeddedPostgres, command: list[str]) -> str:
    # it reads to the end of the log and complains that there is no more
    done = subprocess.run(
        [server.binaries / "pg_waldump", *command], capture_output=True, text=True, check=False
    )
    assert done.stdout or "invalid record length" in done.stderr, done.stderr
    return done.stdout


def _entry(found: re.Match[str], block: re.Match[str]) -> Entry:
    high, low = found["lsn"].split("/")
    number = int(block[2])
    several = _OFFSETS.search(found["more"])
    single = _OFFSET.search(found["more"])
    offsets = _numbers(several[1]) if several else [int(single[1])] if single else []
    # a page that begins with these rows: their places are counted from the first, not told
    begun = _FRESH.match(found["more"]) if "MULTI_INSERT+INIT" in found["what"] else None
    offsets = list(range(1, int(begun[1]) + 1)) if begun else offsets
    return Entry(
        lsn=int(high, 16) << 32 | int(low, 16),
        xid=int(found["xid"]),
        what=found["what"],
        file=int(block["file"]),
        places=tuple((number, offset) for offset in offsets),
        size=int(found["size"]),
    )


def _numbers(text: str) -> list[int]:
    """Read ``1, 2, 5..9``."""
    numbers: list[int] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        first, _, last = part.partition("..")
        numbers += range(int(first), int(last or first) + 1)
    return numbers
