"""Name what a demo published, so that two checkouts can be compared: one line for each part.

Start `barometer demo` in both on one day, with the same ``--people``, ``--waves`` and ``--seed``
and a ``--ready-file`` each; then `python -m tests.publication_hashes READY.json` here for both, and
diff. The demo may be of any version: its database is read, and none of its code.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg

# what chance makes anew in each run: keys, the order in the urn, and what is hashed with them
BY_CHANCE = frozenset(
    {"id", "response_set_hash", "wave_record_hash", "plan_hash", "code_version", "lock_hash"}
)
READ = "SELECT wave_key, version, content FROM publications.publication ORDER BY 1, 2"


def parts(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give each part of a publication with its check sum, but for what chance makes."""
    for name, part in sorted(content.items()):
        if name not in BY_CHANCE:
            plain = json.dumps(part, sort_keys=True, ensure_ascii=False).encode()
            yield name, hashlib.sha256(plain).hexdigest()[:16]


async def main(socket: str) -> None:
    """Print wave, version, part and check sum of everything that a running demo has published."""
    link = await asyncpg.connect(host=socket, user="postgres", database="barometer")
    try:
        for row in await link.fetch(READ):
            for name, found in parts(json.loads(bytes(row["content"]))):
                print(row["wave_key"], row["version"], name, found)
    finally:
        await link.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())["postgres_socket"]))
