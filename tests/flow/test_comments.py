"""Comments from the urn to their end: parted from answers, kept by two, the first to be deleted."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from questionnaires.answers import encode_answers
from survey_app.comments.errors import KeeperError
from survey_app.comments.forget import forget_comments, sweep_old_words
from survey_app.comments.keepers import keepers, name_keepers
from survey_app.comments.quarantine import list_waiting
from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.drop_ballot import drop_ballot
from survey_app.counting.urn.seal import seal_ballot
from survey_app.installation.tables import bind_worker
from survey_app.publishing.closing import close_wave as closing
from survey_app.publishing.closing import count_urn, keep_comments
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
from survey_app.simulation import comments as of_a_demo
from survey_app.waves import open_wave as opening
from tests.attack.ways_to_answer import FIRST, LATER, code_of, sheet
from tests.builders_answering import NOW
from tests.comments_builders import a_commented_wave, in_quarantine, two_keepers

# of 40 comments laid beside 40 answers at random, more than 7 fit once in 100,000 waves
LUCK = 7


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path, secret_key="for tests only, and long enough there")


async def answered(settings, key="verdipuls-2026-k2", *, silent=0):
    """Forty people with an answer sheet each that nobody else has, which their comment tells."""
    first = not await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.wave LIMIT 1")
    wave = await a_commented_wave(settings, key)
    form = FIRST if first else LATER
    [row] = await fetch(
        Login.WORKER, "SELECT public_key, ballot_size FROM asking.wave WHERE id = $1", wave.id
    )
    codes = random.sample(range(125), len(wave.tokens))
    async with connection(Login.WORKER) as link:
        for at, code in enumerate(codes):
            fields = {item: [chosen] for item, chosen in sheet(code, form).items() if chosen}
            comment = "" if at < silent else f"Kommentar nummer {code}"
            ballot = Ballot(
                ("nord-1", "sor-1")[at % 2], encode_answers(form, fields), comment=comment
            )
            sealed = seal_ballot(
                ballot, wave=wave.id, public_key=row["public_key"], size=row["ballot_size"]
            )
            await drop_ballot(link, wave.id, sealed)
        await link.execute("UPDATE asking.invitation SET marked = true WHERE wave = $1", wave.id)
    return wave, codes


async def close(settings, wave):
    bind_worker()
    return await close_wave(wave.key, key_dir=settings.key_folder, now=NOW)


async def orders_of(wave):
    """The orders in which answers and comments stand, on disk and by key, hidden columns too."""
    found = {}
    for what, table in (("answers", "counting.response"), ("text", "comments.quarantine")):
        for order in ("ctid", "id", "cmin::text::bigint, ctid"):
            rows = await fetch(
                Login.MIGRATOR,
                f"SELECT {what}, xmin::text FROM {table} WHERE wave = $1 ORDER BY {order}",
                wave.id,
            )
            found[what, order] = [
                code_of(row["answers"]) if what == "answers" else int(row["text"].split()[-1])
                for row in rows
            ]
            assert len({row["xmin"] for row in rows}) == 1
    return found


def right_links(found, arrived):
    """Count the fits of every order of comments with every order of answers, and with arrival."""
    answers = [order for (what, _), order in found.items() if what == "answers"] + [arrived]
    comments = [order for (what, _), order in found.items() if what == "text"]
    return max(
        sum(a == b for a, b in zip(one, other, strict=True))
        for one in [*answers, *(order[::-1] for order in answers)]
        for other in comments
    )


async def test_nothing_that_is_stored_lays_a_comment_beside_its_answer(database, settings):
    wave, codes = await answered(settings)
    await close(settings, wave)
    found = await orders_of(wave)
    assert sorted(found["text", "ctid"]) == sorted(codes)
    assert right_links(found, codes) <= LUCK
    columns = await fetch(
        Login.MIGRATOR,
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'comments' AND table_name IN ('quarantine', 'released')",
    )
    assert {row["column_name"] for row in columns} == {
        "id", "wave", "text", "masked_by", "gone_by",
    }  # fmt: skip


async def test_the_same_look_finds_everybody_where_comments_are_not_shuffled(
    database, settings, monkeypatch
):
    class Unshuffled:
        def shuffle(self, rows):
            pass

    for module in (keep_comments, count_urn):
        monkeypatch.setattr(module.secrets, "SystemRandom", Unshuffled)
    wave, codes = await answered(settings)
    await close(settings, wave)
    assert right_links(await orders_of(wave), codes) == len(codes)


async def test_killed_while_emptying_no_comment_is_there_and_then_all_are(
    database, settings, monkeypatch
):
    wave, codes = await answered(settings)

    async def killed(*_, **__):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(closing, "drop_urn", killed)
        with pytest.raises(asyncio.CancelledError):
            await close(settings, wave)
    for table in ("quarantine", "wave"):
        assert await fetch(Login.MIGRATOR, f"SELECT 1 FROM comments.{table}") == []
    await close(settings, wave)
    [row] = await fetch(Login.MIGRATOR, "SELECT written, answered FROM comments.wave")
    assert (row["written"], row["answered"]) == (len(codes), len(codes))


async def test_a_reason_that_comes_while_the_wave_opens_finds_room_in_its_ballots(
    database, settings, monkeypatch
):
    find = opening.find_wave

    async def read_before(*of):
        return replace(await find(*of), comment={})

    monkeypatch.setattr(opening, "find_wave", read_before)
    wave, codes = await answered(settings)
    await close(settings, wave)
    [row] = await fetch(Login.MIGRATOR, "SELECT written, minimum FROM comments.wave")
    assert (row["written"], row["minimum"]) == (len(codes), 10)


async def test_of_too_few_comments_nothing_is_kept_not_even_how_many(database, settings):
    wave, codes = await answered(settings, silent=31)  # nine write: one fewer than ten
    await close(settings, wave)
    [row] = await fetch(Login.MIGRATOR, "SELECT written FROM comments.wave")
    assert row["written"] is None
    assert await fetch(Login.MIGRATOR, "SELECT 1 FROM comments.quarantine") == []
    assert len(await fetch(Login.WORKER, "SELECT 1 FROM counting.response")) == len(codes)


async def test_comments_go_on_their_day_before_the_answers_and_leave_no_words(database, settings):
    wave, codes = await answered(settings)
    await close(settings, wave)
    assert await forget_comments(now=NOW + timedelta(days=364)) == 0
    assert await forget_comments(now=NOW + timedelta(days=365)) == 1
    for table in ("quarantine", "released", "wave"):
        assert await fetch(Login.MIGRATOR, f"SELECT 1 FROM comments.{table}") == []
    assert len(await fetch(Login.WORKER, "SELECT 1 FROM counting.response")) == len(codes)
    audit = await fetch(Login.MIGRATOR, "SELECT action, facts::text FROM audit.event")
    assert "comments deleted" in {row["action"] for row in audit}
    assert not [row for row in audit if "Kommentar" in row["facts"]]


async def call(act, *values):
    places = ", ".join(f"${at}" for at in range(1, len(values) + 1))
    [row] = await fetch(Login.WEB, f"SELECT comments.{act}({places}) AS done", *values)
    return row["done"]


async def test_the_database_lets_only_the_other_of_the_two_release_what_one_masked(database):
    bind_worker()
    await in_quarantine(["en", "to", "tre"])
    one, two = await two_keepers()
    stranger = "00000000-0000-4000-8000-000000000000"
    rows = await fetch(Login.WEB, "SELECT id, text FROM comments.quarantine")
    comment, text = rows[0]["id"], rows[0]["text"]
    assert not await call("release", comment, one, text)  # nobody has masked it
    assert not await call("mask", comment, stranger, text, "x")
    assert not await call("mask", comment, one, "another text", "x")
    assert await call("mask", comment, one, text, "⟦name⟧")
    for who, seen in ((one, "⟦name⟧"), (stranger, "⟦name⟧"), (two, text)):
        assert not await call("release", comment, who, seen)
    assert await call("release", comment, two, "⟦name⟧")
    [row] = await fetch(Login.WEB, "SELECT id, text FROM comments.released")
    assert row["text"] == "⟦name⟧"
    assert row["id"] != comment
    assert not await call("hold", rows[1]["id"], stranger)
    assert await call("hold", rows[1]["id"], one)
    assert await call("remove", row["id"], one) == "verdipuls-2026-k2"
    assert await call("remove", row["id"], two) is None
    # who removed it may take that back, and nobody else
    assert await call("bring_back", row["id"], two) is None
    assert await call("bring_back", row["id"], one) == "verdipuls-2026-k2"
    assert await call("remove", row["id"], one) == "verdipuls-2026-k2"
    assert not await call("unhold", rows[1]["id"], two)
    [row] = await fetch(Login.WEB, "SELECT held, removed FROM comments.wave")
    assert (row["held"], row["removed"]) == (1, 1)


async def test_who_left_hr_is_no_keeper_and_what_they_masked_is_looked_through_anew(database):
    bind_worker()
    wave = await in_quarantine(["en", "to", "tre"])
    one, two = await two_keepers()
    rows = await fetch(Login.WEB, "SELECT id, text FROM comments.quarantine ORDER BY id")
    for row in rows[:2]:
        assert await call("mask", row["id"], one, row["text"], row["text"])
    for left in ("active = false", "active = true, role = 'leader'"):
        await fetch(Login.MIGRATOR, f"UPDATE accounts.account SET {left} WHERE id = $1", one)
        assert await keepers() == {two}
        assert not await call("mask", rows[2]["id"], one, rows[2]["text"], "x")
        assert not await call("hold", rows[2]["id"], one)
        assert not await call("release", rows[0]["id"], two, rows[0]["text"])
        assert {one.masked_by for one in await list_waiting(wave)} == {None}


async def test_of_acts_at_once_one_is_done_and_no_comment_is_in_two_places(database):
    bind_worker()
    wave = await in_quarantine([f"nummer {n}" for n in range(12)])
    one, two = await two_keepers()
    done = Counter()
    for each in await list_waiting(wave):
        assert await call("mask", each.id, one, each.text, each.text)
        told = await asyncio.gather(
            call("release", each.id, two, each.text), call("hold", each.id, one),
            call("mask", each.id, two, each.text, "⟦other⟧"), call("hold", each.id, two),
            call("release", each.id, two, each.text), call("release", each.id, one, "⟦other⟧"),
        )  # fmt: skip
        released, held = told[0] + told[4] + told[5], told[1] + told[3]
        assert released + held == 1
        done += Counter(released=released, held=held)
    [row] = await fetch(
        Login.MIGRATOR,
        "SELECT held, (SELECT count(*) FROM comments.released) AS released,"
        " (SELECT count(*) FROM comments.quarantine WHERE gone_by IS NULL) AS waiting"
        " FROM comments.wave",
    )
    assert row == {"held": done["held"], "released": done["released"], "waiting": 0}


MAY = {
    ("quarantine", Login.WEB): {"select"},
    ("released", Login.WEB): {"select"},
    ("wave", Login.WEB): {"select"},
    ("keeper", Login.WEB): {"select"},
    ("code_book", Login.WEB): {"select", "insert"},
    ("quarantine", Login.WORKER): {"insert", "delete"},
    ("released", Login.WORKER): {"delete"},
    ("wave", Login.WORKER): {"select", "insert", "update", "delete"},
}
VERBS = {
    "select": "SELECT {text} FROM comments.{table}",
    "insert": "INSERT INTO comments.{table} ({text}) VALUES (NULL)",
    "update": "UPDATE comments.{table} SET {text} = NULL",
    "delete": "DELETE FROM comments.{table}",
}
TEXT = {"wave": "reason", "keeper": "account", "code_book": "content"}


async def test_each_login_does_with_comments_what_its_grants_say_and_nothing_else(database):
    found = Counter()
    for table in ("quarantine", "released", "wave", "keeper", "code_book"):
        for login in (Login.WEB, Login.READER, Login.WORKER):
            for verb, sql in VERBS.items():
                try:
                    await fetch(login, sql.format(table=table, text=TEXT.get(table, "text")))
                except asyncpg.InsufficientPrivilegeError:
                    continue
                except asyncpg.IntegrityConstraintViolationError:
                    pass
                found[table, login, verb] += 1
    assert set(found) == {
        (table, login, verb) for (table, login), verbs in MAY.items() for verb in verbs
    }
    for login in (Login.READER, Login.WORKER):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(login, "SELECT comments.remove(gen_random_uuid(), gen_random_uuid())")


def read(folder, file):
    return Path(folder, file).read_bytes()


async def test_masked_words_are_in_no_row_and_after_the_night_in_no_file_of_the_table(
    database, postgres
):
    bind_worker()
    word = "Hvalrossvaffel"
    await in_quarantine([f"{word} sa det", "to", "tre"])
    one, _ = await two_keepers()
    [row] = await fetch(Login.WEB, "SELECT id, text FROM comments.quarantine ORDER BY text LIMIT 1")
    assert await call("mask", row["id"], one, row["text"], "⟦name⟧ sa det")
    assert not [
        r
        for r in await fetch(Login.WEB, "SELECT text FROM comments.quarantine")
        if word in r["text"]
    ]
    await sweep_old_words()
    await fetch(Login.MIGRATOR, "CHECKPOINT")
    [where] = await fetch(
        Login.MIGRATOR,
        "SELECT current_setting('data_directory') AS folder,"
        " pg_relation_filepath('comments.quarantine') AS file",
    )
    content = read(where["folder"], where["file"])
    assert b"sa det" in content
    assert word.encode() not in content
    assert (
        await fetch(
            Login.MIGRATOR,
            "SELECT 1 FROM pg_stats WHERE schemaname = 'comments' AND attname = 'text'",
        )
        == []
    )


@pytest.mark.parametrize(
    "emails", [["one@example.org"], ["one@example.org"] * 2, ["one@example.org", "x@example.org"]]
)
async def test_the_two_are_two_different_accounts_of_hr(database, emails):
    bind_worker()
    await two_keepers()
    with pytest.raises(KeeperError):
        await name_keepers(emails, now=NOW)
    assert len(await fetch(Login.WEB, "SELECT 1 FROM comments.keeper")) == 2


async def test_a_demo_killed_while_it_releases_comments_has_named_nobody_and_then_releases_all(
    database, monkeypatch
):
    await two_keepers()
    await fetch(Login.MIGRATOR, "DELETE FROM comments.keeper")
    await in_quarantine([f"Kommentar nummer {one}" for one in range(9)])
    both = ("one@example.org", "two@example.org")
    leave, left = of_a_demo._leave, []

    async def third_time_killed(*given, **choices):
        left.append(given)
        if len(left) == 3:
            raise RuntimeError("killed")
        await leave(*given, **choices)

    with monkeypatch.context() as changed:
        changed.setattr(of_a_demo, "_leave", third_time_killed)
        with pytest.raises(RuntimeError, match="killed"):
            await of_a_demo.seed_releases(*both, now=NOW)
    assert not await keepers()
    assert len(await fetch(Login.MIGRATOR, "SELECT 1 FROM comments.quarantine")) == 9
    assert await of_a_demo.seed_releases(*both, now=NOW) == 9 - of_a_demo.WAITING
    waiting = await fetch(Login.MIGRATOR, "SELECT 1 FROM comments.quarantine")
    assert len(waiting) == of_a_demo.WAITING
    assert await of_a_demo.seed_releases(*both, now=NOW) == 0
