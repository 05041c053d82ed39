"""``barometer trustee``: what two people without an installation do with their keys."""

import socket

import pytest
from click.testing import CliRunner

from survey_app.cli import barometer, root
from survey_app.commands.trustees import open_keys
from survey_app.counting.urn.trustee_files import make_files
from survey_app.shared.trustees import TrusteeError

PASSPHRASE = "fire gode ord her"


@pytest.fixture
def run(monkeypatch):
    """Run a command as on a computer without network, database and settings."""

    def unplugged(*_, **__):
        raise OSError("there is no network here")

    monkeypatch.setattr(socket, "socket", unplugged)
    monkeypatch.setattr(root, "settings", unplugged)
    monkeypatch.setattr(root, "joined_services", unplugged)

    def invoked(*words, typed=""):
        return CliRunner().invoke(barometer, ["trustee", *map(str, words)], input=typed)

    return invoked


@pytest.fixture
def made(tmp_path):
    return make_files("HR", PASSPHRASE, tmp_path)


def test_a_key_is_made_offline_and_its_fingerprint_told(run, tmp_path):
    done = run("key", "HR", "--output", tmp_path / "new", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert done.exit_code == 0, done.output
    assert PASSPHRASE not in done.output
    shown = run("show", tmp_path / "new" / "hr.pub.json")
    fingerprint = next(one for one in shown.output.splitlines() if one.startswith("fingerprint"))
    assert fingerprint in done.output


def test_a_passphrase_that_is_not_repeated_makes_no_key(run, tmp_path):
    done = run("key", "HR", "--output", tmp_path / "new", typed=f"{PASSPHRASE}\nanother\n")
    assert done.exit_code != 0
    assert not (tmp_path / "new").exists()


def test_show_tries_the_passphrase_when_asked_to(run, made):
    done = run("show", made.private, "--open", typed=f"wrong\n{PASSPHRASE}\n")
    assert "does not open" in done.output
    assert "(2 more)" in done.output
    assert "the passphrase opens the private key" in done.output
    assert made.trustee.fingerprint in run("show", made.private).output


def test_destroy_asks_first_and_is_honest_about_what_may_be_left(run, made):
    run("destroy", made.private, typed="n\n")
    assert made.private.exists()
    done = run("destroy", made.private, typed="y\n")
    assert "an SSD may keep an old copy" in done.output
    assert not made.private.exists()


def test_three_wrong_passphrases_are_enough(made):
    asked = []

    def ask(text):
        asked.append(text)
        return "wrong"

    with pytest.raises(TrusteeError, match="does not open"):
        open_keys([made.private], ask, lambda _: None)
    assert asked == ["Passphrase of «HR»"] * 3


def test_a_wrong_file_is_told_before_anybody_types(made):
    def ask(_):
        raise AssertionError("asked")

    with pytest.raises(TrusteeError, match="there is no such file"):
        open_keys([made.private, made.private.with_name("nothing.key")], ask, print)
