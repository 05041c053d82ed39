"""Files are written by a child process, one at a time; whoever waits is told when it is busy."""

import asyncio
import io
import json
import pickle
import subprocess
import sys

import pypdf
import pytest

from survey_app.reading.exports.formats import TableOrder
from survey_app.reading.exports.scope import ExportScope
from survey_app.reading.reports import press
from survey_app.reading.reports.press import BusyError, Press, PressError, pieces_of
from survey_app.reading.results.open_files import OpenOrder, write_open_files
from tests.exported import few, main_wave, wave_of_content


@pytest.fixture(scope="module", autouse=True)
def warm_writers():
    """Let children begin here as they do in the product, but where a test says otherwise."""


@pytest.fixture(params=["as in the product", pytest.param("warm", marks=pytest.mark.slow)])
def child(request, monkeypatch):
    """Both kinds of child: all other tests have the second, and rely on it to do as the first."""
    if request.param == "warm":
        monkeypatch.setattr(press, "sys", request.getfixturevalue("warm"))


def order(form="csv", table="estimates"):
    return TableOrder(form, "nb", wave_of_content(main_wave()), ExportScope(), table)


NEWEST = main_wave()
CONTENT = json.dumps(few(NEWEST)).encode()


async def test_a_child_writes_the_file_while_this_process_goes_on(child):
    steps = 0

    async def count():
        nonlocal steps
        while True:
            await asyncio.sleep(0.01)
            steps += 1

    counting = asyncio.create_task(count())
    made = await Press().write("table", order(), CONTENT)
    counting.cancel()
    assert made.startswith(b"population,")
    assert steps > 5


def test_what_is_long_in_an_order_is_sent_without_a_copy_of_it():
    contents = [bytes(200_000), bytes(300_000)]
    pieces = pieces_of(("open", tuple(contents)))
    assert all(any(piece is content for piece in pieces) for content in contents)
    assert pickle.loads(b"".join(pieces)) == ("open", tuple(contents))


async def one_by_one(*contents, then=None):
    for content in contents:
        yield content
    if then is not None:
        raise then


async def test_what_comes_after_an_order_is_read_piece_by_piece(child):
    content = json.dumps(few(NEWEST)).encode()
    ordered = OpenOrder("nb", (wave_of_content(NEWEST),), ())
    made = await Press().write("open", ordered, rest=one_by_one(content))
    assert made == write_open_files(ordered, [content])


async def test_a_fault_in_what_comes_after_an_order_is_the_askers_own(child):
    ordered = OpenOrder("nb", (wave_of_content(NEWEST),), ())
    with pytest.raises(LookupError, match="gone"):
        await Press().write("open", ordered, rest=one_by_one(then=LookupError("gone")))


async def test_a_child_that_refuses_reads_no_further(child):
    long = [bytes(2_000_000)] * 3
    with pytest.raises(PressError, match="there is no table 'nope' here"):
        await Press().write("table", order(table="nope"), CONTENT, rest=one_by_one(*long))


async def test_what_cannot_be_written_is_told_in_the_writers_own_sentence(child):
    with pytest.raises(PressError, match="there is no table 'nope' here"):
        await Press().write("table", order(table="nope"), CONTENT)


async def test_a_fault_in_the_child_tells_nothing_of_what_it_read(child):
    with pytest.raises(PressError, match=r"^the file could not be written$"):
        await Press().write("table", order(), b"not json: 71.4")


async def test_a_child_that_takes_too_long_is_stopped(child, monkeypatch):
    monkeypatch.setattr(press, "SECONDS", 0.01)
    with pytest.raises(PressError, match="took too long"):
        await Press().write("table", order(), CONTENT)


async def test_a_warm_child_ends_with_what_stands_for_it(warm, monkeypatch):
    monkeypatch.setattr(press, "sys", warm)
    writing = asyncio.create_task(Press().write("document", "<p>a long document</p>" * 20_000))
    await _until(warm.children)
    writing.cancel()
    await _until(lambda: not warm.children())


def test_a_command_that_begins_loaded_says_and_ends_as_the_products_own(warm):
    command = ("-m", "survey_app.cli", "export", "latest", "--format", "no such format")
    own, loaded = (
        subprocess.run([python, *command], check=False, capture_output=True, text=True)
        for python in (sys.executable, warm.executable)
    )
    assert own.returncode == loaded.returncode == 2
    assert "'no such format' is not one of" in own.stderr
    assert (own.stdout, own.stderr) == (loaded.stdout, loaded.stderr)


async def _until(true):
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it did not come to that")


@pytest.fixture
def slow(monkeypatch):
    """Files that are done when the test says so; what was written, in order."""
    done, written = asyncio.Event(), []

    async def write(order, _rest):
        written.append(pickle.loads(b"".join(order))[1])
        await done.wait()
        return b"done"

    monkeypatch.setattr(press, "_written", write)
    return done, written


async def test_who_comes_when_the_queue_is_full_is_asked_to_come_back(slow):
    done, _ = slow
    one = Press()
    waiting = [asyncio.create_task(one.write("pdf", at)) for at in range(press.WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await one.write("pdf", "another")
    done.set()
    assert await asyncio.gather(*waiting) == [b"done"] * press.WAITING
    assert await one.write("pdf", "another") == b"done"


async def test_what_is_asked_for_again_while_it_is_written_is_written_once(slow):
    done, written = slow
    one = Press()
    # the first reader's proxy gave up; more of them than may wait have asked since
    gone, *others = (
        asyncio.create_task(one.write("pdf", order())) for _ in range(press.WAITING + 3)
    )
    other = asyncio.create_task(one.write("pdf", order("xlsx")))
    await asyncio.sleep(0.01)
    gone.cancel()
    done.set()
    assert await asyncio.gather(*others, other) == [b"done"] * (len(others) + 1)
    assert written == [(order(),), (order("xlsx"),)]
    assert await one.write("pdf", order()) == b"done"
    assert len(written) == 3


async def test_what_nobody_waits_for_any_more_is_not_written(slow):
    done, written = slow
    one = Press()
    first, second = (asyncio.create_task(one.write("pdf", at)) for at in (1, 2))
    await asyncio.sleep(0.01)
    for asked in (second, first):
        asked.cancel()
    done.set()
    assert await one.write("pdf", 3) == b"done"
    assert written == [(1,), (3,)]


async def test_whose_turn_does_not_come_is_asked_to_come_back(slow, monkeypatch):
    done, _ = slow
    monkeypatch.setattr(press, "SECONDS", 0.05)
    one = Press()
    first = asyncio.create_task(one.write("pdf", 1))
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await one.write("pdf", 2)
    done.set()
    assert await first == b"done"


def test_pdf_is_what_the_other_program_says_it_is():
    from survey_app.shared.pdf import pdf_bytes

    made = pdf_bytes(
        '<html lang="nn"><head><title>Éin</title></head><body><h1>Hei</h1></body></html>'
    )
    assert pypdf.PdfReader(io.BytesIO(made)).metadata.title == "Éin"


def test_a_document_cannot_make_the_writer_fetch_a_file(tmp_path):
    from survey_app.shared.pdf import pdf_bytes

    picture = tmp_path / "secret.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>')
    made = pdf_bytes(
        f'<html lang="nb"><body><p>x</p><img src="{picture.as_uri()}" alt="y"></body></html>'
    )
    assert "secret" not in pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()
