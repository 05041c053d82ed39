"""A key holder's browser and the command line: each opens what the other made."""

import json
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.counting.urn import hand_over
from survey_app.counting.urn.seal import SUITE, inner_purpose, purpose
from survey_app.counting.urn.trustee_files import make_files, read_private
from tests.blind_client import b64url, unb64url
from tests.node import run

TASKS = Path(__file__).parent / "key_holders" / "tasks.mjs"
PASSPHRASE = "fire gode å ord"
WAVE = uuid.uuid4()


@pytest.fixture(scope="module")
def from_browser():
    [made] = run(
        TASKS, [{"task": "make", "name": "Tillitsvalgt på Åsen", "passphrase": PASSPHRASE}]
    )
    return made


@pytest.fixture(scope="module")
def from_command(tmp_path_factory):
    return make_files("HR", PASSPHRASE, tmp_path_factory.mktemp("stick"))


def test_the_command_line_opens_a_file_that_a_browser_made(from_browser, tmp_path):
    path = tmp_path / from_browser["fileName"]
    path.write_text(from_browser["text"])
    private = read_private(path, PASSPHRASE)
    assert b64url(private.public_key().public_bytes_raw()) == from_browser["publicKey"]
    assert path.name == "tillitsvalgt-pa-asen.key"
    # the same keys in the same spelling, so that neither knows who made a file
    assert list(json.loads(path.read_text())) == [
        "format",
        "kind",
        "name",
        "public_key",
        "salt",
        "nonce",
        "sealed",
    ]


def test_a_browser_opens_a_file_of_the_command_line_and_shows_the_same_fingerprint(from_command):
    public = b64url(from_command.trustee.public_key)
    task = {"task": "open", "file": from_command.private.read_text(), "passphrase": PASSPHRASE}
    decomposed = PASSPHRASE.replace("å", "a\u030a")
    answers = run(
        TASKS,
        [
            task,
            task | {"expected": public},
            task | {"passphrase": decomposed},
            task | {"passphrase": PASSPHRASE.upper()},
            task | {"expected": b64url(bytes(32))},
            task | {"file": from_command.public.read_text()},
            task | {"file": "no file of ours"},
        ],
    )
    opens = {"public_key": public, "fingerprint": from_command.trustee.fingerprint}
    assert answers[:3] == [opens] * 3
    words = ["wrong-passphrase", "other-key", "no-key-file", "no-key-file"]
    assert [one["error"] for one in answers[3:]] == words


def test_what_is_missing_of_a_file_is_not_blamed_on_the_passphrase(from_command):
    file = json.loads(from_command.private.read_text())
    task = {"task": "open", "passphrase": PASSPHRASE, "expected": file["public_key"]}
    parts = [
        {"sealed": file["sealed"][:-4]},
        {"sealed": file["sealed"] + "\u2013"},
        {"salt": None},
        {"nonce": ""},
        {"public_key": None},
        {"public_key": file["public_key"][:-2]},
    ]
    told = run(TASKS, [task | {"file": json.dumps(file | part)} for part in parts])
    assert told == [{"error": "no-key-file"}] * len(parts)


def test_a_file_whose_halves_do_not_belong_together_is_no_key_file(from_browser):
    file = json.loads(from_browser["text"])
    file["public_key"] = b64url(X25519PrivateKey.generate().public_key().public_bytes_raw())
    task = {"task": "open", "file": json.dumps(file), "passphrase": PASSPHRASE}
    assert run(TASKS, [task]) == [{"error": "wrong-passphrase"}]


def test_a_browser_takes_off_the_seals_that_the_server_put_on(from_command):
    private = read_private(from_command.private, PASSPHRASE)
    ballots = [bytes([at]) * length for at, length in enumerate((1, 192, 1728))]
    for info in (purpose(WAVE), inner_purpose(WAVE)):
        rows = [SUITE.encrypt(one, private.public_key(), info) for one in ballots]
        strange = [
            SUITE.encrypt(b"to another", X25519PrivateKey.generate().public_key(), info),
            SUITE.encrypt(b"of another wave", private.public_key(), purpose(uuid.uuid4())),
            rows[0][:-1] + bytes([rows[0][-1] ^ 1]),
        ]
        task = {"task": "take_off", "info": b64url(info), "passphrase": PASSPHRASE}
        task |= {"file": from_command.private.read_text()}
        [answer] = run(TASKS, [task | {"rows": [b64url(one) for one in [*rows, *strange]]}])
        assert [unb64url(one) for one in answer["rows"][:3]] == ballots
        assert all("error" in one for one in answer["rows"][3:])


@pytest.fixture(scope="module")
def asked(from_command):
    """Ask one browser for sets of rows in turn; returns what it says of each."""
    private = read_private(from_command.private, PASSPHRASE).public_key()

    def ask(*sets):
        task = {"task": "take_sets", "info": b64url(purpose(WAVE)), "passphrase": PASSPHRASE}
        task |= {"file": from_command.private.read_text()}
        given = [one if isinstance(one, dict) else {"rows": one} for one in sets]
        texts = [one | {"rows": [b64url(row) for row in one["rows"]]} for one in given]
        [answer] = run(TASKS, [task | {"sets": texts}])
        told = [
            one.get("error") or [unb64url(row) for row in one["rows"]] for one in answer["told"]
        ]
        return told, answer["kept"]

    ask.seal = lambda message: SUITE.encrypt(message, private, purpose(WAVE))
    return ask


def test_a_browser_refuses_ballots_of_which_two_are_the_same(asked):
    plain = [bytes([at]) * 64 for at in range(70)]
    rows = [asked.seal(one) for one in plain]
    # whose ballot stands there how often would name the person
    [told], kept = asked([*rows, rows[0]])
    assert (told, kept) == ("same-twice", [])
    # sealed anew outside, and the same within
    [told], kept = asked([*rows, asked.seal(plain[5])])
    assert (told, kept) == ("same-twice", [])
    [opened], [kept] = asked(rows)
    assert (opened, len(kept)) == (plain, 64)


def test_a_browser_opens_one_set_of_ballots_of_a_wave_in_whatever_order_and_no_other(asked):
    plain = [bytes([at]) * 64 for at in range(6)]
    rows = [asked.seal(one) for one in plain]
    made_up = [asked.seal(bytes([at]) * 64) for at in range(100, 105)]
    told, kept = asked(rows, rows[::-1], [rows[0], *made_up], rows[:-1], rows)
    assert told == [plain, plain[::-1], "another-set", "another-set", plain]
    assert len(kept) == 1
    # what does not open gives nothing away, and is no set that was opened
    noise = [bytes(len(rows[0])), *rows[1:]]
    assert asked(noise, rows)[0] == ["not-all-open", plain]


def test_a_browser_refuses_another_number_of_ballots_than_was_told(asked):
    rows = [asked.seal(bytes([at]) * 64) for at in range(4)]
    told, kept = asked(*({"rows": rows, "expected": number} for number in (3, 5, 0)))
    assert (told, kept) == (["other-number"] * 3, [])


def test_the_worker_opens_what_a_browser_sealed_to_it():
    worker = X25519PrivateKey.generate()
    ballots = [bytes([at]) * 64 for at in range(5)]
    task = {
        "task": "seal",
        "receiver": b64url(worker.public_key().public_bytes_raw()),
        "info": b64url(hand_over.hand_over_purpose(WAVE)),
        "message": b64url(b"".join(ballots)),
    }
    [one, other] = (unb64url(found["sealed"]) for found in run(TASKS, [task, task]))
    assert one != other
    opened = hand_over.open_to_counter(one, wave=WAVE, private_key=worker, row=64)
    assert list(opened) == ballots
