"""``python -m tests.faults.hosts --answers 4000``: a burst over two hosts, and two that die."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import click

from tests.faults.hosts.burst import keep_logs, live
from tests.faults.hosts.cluster import clustered
from tests.faults.hosts.failover import live_through_failover
from tests.faults.hosts.machines import kind_of_cap, private_network
from tests.faults.hosts.programmes import install, version_of


@click.command()
@click.option("--answers", default=4000, show_default=True, help="in the burst")
@click.option("--share", default=0.5, show_default=True, help="of a processor, for each web host")
@click.option("--logs", type=click.Path(path_type=Path), help="a folder for the hosts' logs")
@click.option(
    "--failover",
    type=click.Choice(["asynchronous", "synchronous"]),
    help="let PostgreSQL's machine lose its power, and the copy take its place",
)
def main(answers: int, share: float, logs: Path | None, failover: str | None) -> None:
    """Live through a burst of public answers over several hosts on this machine."""
    if os.geteuid() != 0:
        raise click.ClickException("this needs root, for networks of its own")
    if missing := install():
        raise click.ClickException(f"not installed: {', '.join(missing)}")
    # a run that is told to end gives back what it started
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    private_network()
    click.echo(f"each web host has {share} of a processor ({kind_of_cap()})")
    click.echo(f"{version_of('pgbouncer', '--version')}; {version_of('nginx', '-v')}")
    folder = Path(tempfile.mkdtemp(prefix="barometer-hosts-"))
    with clustered(folder, share) as cluster:
        try:
            if failover is None:
                shown = asyncio.run(live(cluster, answers, click.echo))
            else:
                through = live_through_failover(
                    cluster, answers, click.echo, synchronous=failover == "synchronous"
                )
                shown = asyncio.run(through)
        finally:
            if logs is not None:
                logs.mkdir(parents=True, exist_ok=True)
                keep_logs(cluster, logs)
    for sentence in shown.broken[:20]:
        click.echo(f"broken: {sentence}")
    click.echo(f"{len(shown.broken)} promises broken")
    sys.exit(bool(shown.broken))


if __name__ == "__main__":
    main()
