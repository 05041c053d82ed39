"""What a command of the warm process divides itself into does not end in the command's place."""

import json
import os
import runpy
import socket

from tests.warm_writers import COMMANDS, _be_the_child


def _divide(*_, **__):
    """End with what the part ended with, as ``barometer web`` does, and one more."""
    part = os.fork()
    if not part:
        raise SystemExit(2)
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(part, 0)[1]) + 1)


def test_a_part_of_a_command_that_ends_leaves_it_to_the_command_to_say_how(monkeypatch, tmp_path):
    monkeypatch.setattr(runpy, "run_module", _divide)
    ours, its = socket.socketpair()
    order = json.dumps([["-m", COMMANDS], str(tmp_path), dict(os.environ)]).encode()
    with (tmp_path / "told").open("w") as told, ours, its:
        socket.send_fds(ours, [len(order).to_bytes(4)], [told.fileno()] * 3)
        ours.sendall(order)
        begun = os.fork()
        if not begun:
            ours.close()
            _be_the_child(its)
        its.close()
        assert ours.recv(2) == bytes([3])
        assert os.waitstatus_to_exitcode(os.waitpid(begun, 0)[1]) == 0
