"""Machines in network namespaces of one private network, each with its share of a processor.

Nothing of it is seen from outside: network, names and mounts end with the process that made them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HUB = "10.77.0.1"
"""Where the harness itself is: its clients, and the mail server."""
PERIOD = 100_000  # microseconds
PATIENCE = 60.0
_GROUPS = Path("/sys/fs/cgroup")
# into its groups first, then into its network, so that all it starts is there too
_ENTER = 'for group in $0; do echo $$ > "$group/cgroup.procs"; done; exec "$@"'


def private_network() -> None:
    """Leave the machine's network for one of our own; before any thread is started."""
    os.unshare(os.CLONE_NEWNET | os.CLONE_NEWNS)
    _run("mount", "--make-rprivate", "/")
    Path("/run/netns").mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "tmpfs", "/run/netns")
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "link", "add", "hub", "type", "bridge")
    _run("ip", "address", "add", f"{HUB}/24", "dev", "hub")
    _run("ip", "link", "set", "hub", "up")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def kind_of_cap() -> str:
    """Say by what a share of a processor is held."""
    if _is_second_version():
        return "cgroup v2, cpu.max"
    return "cgroup v1, cpu.cfs_quota_us" if (_GROUPS / "cpu").is_dir() else "nothing: no cgroups"


def _is_second_version() -> bool:
    return (_GROUPS / "cgroup.controllers").exists()


@dataclass
class Machine:
    """A host: an address, a group of processes, and what was started there."""

    name: str
    address: str
    share: float | None = None
    """Of one processor; None for as much as there is."""
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def plug_in(self) -> None:
        """Make its namespace, its way to the hub, and its groups."""
        wire = f"w-{self.name}"
        _run("ip", "netns", "add", self.name)
        _run("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        _run("ip", "link", "set", wire, "master", "hub", "up")
        inside = ("ip", "-n", self.name)
        _run(*inside, "link", "set", "lo", "up")
        _run(*inside, "address", "add", f"{self.address}/24", "dev", "eth0")
        _run(*inside, "link", "set", "eth0", "up")
        for group in self._groups():
            group.mkdir(parents=True)
        if self.share is not None:
            self._hold_back(round(self.share * PERIOD))

    def start(
        self, *command: str, log: Path, environment: Mapping[str, str], user: int | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a process on this machine."""
        as_user = (
            ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups") if user else ()
        )
        groups = " ".join(str(group) for group in self._groups())
        with log.open("ab") as output:
            process = subprocess.Popen(
                ["sh", "-c", _ENTER, groups, "ip", "netns", "exec", self.name, *as_user, *command],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
            )
        self.started.append(process)
        return process

    def run(
        self, *command: str, environment: Mapping[str, str], check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on this machine to its end; without its share, as an operator would."""
        done = subprocess.run(
            ["ip", "netns", "exec", self.name, *command],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command)}: {done.stdout[-500:]}{done.stderr[-1500:]}")
        return done

    def lose_power(self) -> None:
        """End everything on it at once; its network goes first, so that nobody is told."""
        _run("ip", "link", "set", f"w-{self.name}", "down")
        self.end()

    def have_power(self) -> None:
        """Let it reach the others again; what is to run there is to be started."""
        _run("ip", "link", "set", f"w-{self.name}", "up")

    def end(self) -> None:
        """End what runs on it."""
        deadline = time.monotonic() + PATIENCE
        while (pids := self._processes()) and time.monotonic() < deadline:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for one in self.started:
                one.poll()
            time.sleep(0.02)
        for one in self.started:
            one.wait(timeout=PATIENCE)
        self.started.clear()

    def used(self) -> float:
        """Return the seconds of a processor that it has used."""
        if _is_second_version():
            lines = (self._groups()[0] / "cpu.stat").read_text().splitlines()
            return int(dict(line.split() for line in lines)["usage_usec"]) / 1e6
        for group in self._groups():
            if (group / "cpuacct.usage").exists():
                return int((group / "cpuacct.usage").read_text()) / 1e9
        return 0.0

    def forget(self) -> None:
        """End what runs there, and take its groups down; the namespace ends with the network."""
        self.end()
        for group in self._groups():
            with contextlib.suppress(OSError):
                group.rmdir()

    def _groups(self) -> Sequence[Path]:
        name = f"barometer-{os.getpid()}-{self.name}"
        if _is_second_version():
            return [_GROUPS / name]
        return [_GROUPS / kind / name for kind in ("cpu", "cpuacct") if (_GROUPS / kind).is_dir()]

    def _hold_back(self, quota: int) -> None:
        if _is_second_version():
            (self._groups()[0] / "cpu.max").write_text(f"{quota} {PERIOD}")
            return
        for group in self._groups():
            if (group / "cpu.cfs_quota_us").exists():
                (group / "cpu.cfs_quota_us").write_text(str(quota))

    def _processes(self) -> set[int]:
        return {
            int(pid)
            for group in self._groups()
            for pid in (group / "cgroup.procs").read_text().split()
        }


@contextlib.contextmanager
def plugged_in(machines: Sequence[Machine]) -> Iterator[None]:
    """Have machines, and leave nothing of them behind."""
    if _is_second_version():
        with contextlib.suppress(OSError):  # it may be on already, or not ours to switch
            (_GROUPS / "cgroup.subtree_control").write_text("+cpu")
    with contextlib.ExitStack() as stack:
        for one in machines:
            stack.callback(one.forget)
            one.plug_in()
        yield
