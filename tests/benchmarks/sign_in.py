"""What others wait for while somebody hammers the sign-in page.

``python -m tests.benchmarks.sign_in`` runs ``barometer web`` with two processes on embedded
services. One reader asks for ``/promise`` again and again: first alone, then while eight clients
post passwords for ever new e-mail addresses, from one network address and from ever new ones (the
bench is the trusted proxy).

Reported: median and 95th percentile of the reader's waits, their ratio to what they are alone, and
how the sign-ins were answered.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx

from survey_app.shared.embedded.postgres import start_postgres
from survey_app.shared.embedded.redis import start_redis
from tests.live_server import free_port

READS = int(os.environ.get("READS", "100"))
ATTACKERS = 8


def one_address() -> str:
    return "203.0.113.7"


def any_address() -> str:
    return ".".join(str(1 + secrets.randbelow(223)) for _ in range(4))


async def read(base: str) -> list[float]:
    """Ask for a page over and over, of either process; return the waits in milliseconds, sorted."""
    waits = []
    for _ in range(READS):
        async with httpx.AsyncClient(base_url=base, timeout=120) as client:
            begin = time.perf_counter()
            assert (await client.get("/promise")).status_code == 200
            waits.append((time.perf_counter() - begin) * 1000)
    return sorted(waits)


async def attack(base: str, source: Callable[[], str], answered: Counter[int]) -> None:
    """Try passwords until cancelled."""
    async with httpx.AsyncClient(base_url=base, timeout=120) as client:
        while True:
            email = f"{secrets.token_hex(6)}@example.org"
            reply = await client.post(
                "/sign-in",
                data={"email": email, "password": secrets.token_hex(8)},
                headers={"X-Forwarded-For": source()},
            )
            answered[reply.status_code] += 1


async def measure(base: str, source: Callable[[], str] | None) -> tuple[list[float], str]:
    answered: Counter[int] = Counter()
    attackers = [
        asyncio.create_task(attack(base, source, answered))
        for _ in range(ATTACKERS if source else 0)
    ]
    await asyncio.sleep(1)
    answered.clear()
    begin = time.perf_counter()
    waits = await read(base)
    seconds = time.perf_counter() - begin
    for task in attackers:
        task.cancel()
    await asyncio.gather(*attackers, return_exceptions=True)
    told = ", ".join(f"{n / seconds:.1f}/s of {status}" for status, n in sorted(answered.items()))
    return waits, told


async def main(base: str) -> None:
    await measure(base, None)  # warm
    quiet, _ = await measure(base, None)
    for name, source in (("one address", one_address), ("ever new addresses", any_address)):
        waits, told = await measure(base, source)
        again, _ = await measure(base, None)
        print(f"{ATTACKERS} clients from {name}; sign-ins answered: {told}")
        for what, at in (("median", 0.5), ("p95", 0.95)):
            alone = statistics.mean(one[int(len(one) * at)] for one in (quiet, again))
            under = waits[int(len(waits) * at)]
            print(f"  /promise {what}: {alone:.1f} -> {under:.1f} ms, ratio {under / alone:.1f}")


def serve_and_measure(data_dir: Path) -> None:
    port = free_port()
    environment = os.environ | {
        "BAROMETER_DATA_DIR": str(data_dir),
        "BAROMETER_TRUSTED_PROXIES": "127.0.0.1",
    }
    command = [sys.executable, "-m", "survey_app.cli"]
    start_postgres(data_dir)
    start_redis(data_dir)
    subprocess.run([*command, "migrate"], env=environment, check=True)
    web = subprocess.Popen(
        [*command, "web", "--port", str(port), "--processes", "2"], env=environment
    )
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                httpx.get(f"{base}/health/ready").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        asyncio.run(main(base))
    finally:
        web.terminate()
        web.wait()


if __name__ == "__main__":
    folder = Path(tempfile.mkdtemp(prefix="barometer-bench-"))
    try:
        serve_and_measure(folder)
    finally:
        start_redis(folder).stop()
        start_postgres(folder).stop()
        shutil.rmtree(folder, ignore_errors=True)
