"""`barometer export` beside a running demo, and what it says of what is not there."""

import csv
import json
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime

import pytest

from survey_app.commands.export import export_named
from survey_app.commands.files import UnwritableFileError
from survey_app.reading.exports.errors import ExportError
from survey_app.shared.errors import BarometerError
from tests.builders_publication import public_series, put_on_shelf, staff_series


def export(demo, python, *arguments):
    return subprocess.run(
        [python, "-m", "survey_app.cli", "export", *arguments],
        capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "BAROMETER_DATA_DIR": str(demo.data_dir)},
    )  # fmt: skip


@pytest.fixture
async def shelf(database, tmp_path, monkeypatch):
    await put_on_shelf(*staff_series()[3:5], public_series()[-1])
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def run(name, form="csv", **changed):
    told = []
    choices = {"output": None, "lang": "nb", "table": "estimates", "unit": ""} | changed
    await export_named(name, form, echo=told.append, **choices)
    return told


def rows(path):
    return list(csv.DictReader(path.read_text().splitlines()))


async def test_latest_is_the_newest_of_any_kind_and_a_campaign_narrows_it(shelf):
    assert await run("latest") == ["2026-03-nb.csv"]
    assert await run("latest:verdipuls") == ["2026-02-nb.csv"]
    assert {row["wave"] for row in rows(shelf / "2026-02-nb.csv")} == {"2026-02"}
    # an older wave that is corrected later is not the latest
    await put_on_shelf(staff_series()[3], id=uuid.uuid4(), version=2, released_at=datetime.now(UTC))
    assert await run("latest:verdipuls") == ["2026-02-nb.csv"]
    assert await run("latest") == ["2026-03-nb.csv"]


async def test_a_wave_or_an_id_names_a_publication_too(shelf):
    await run("2025-h")
    publication = rows(shelf / "2025-h-nb.csv")[0]["publication"]
    assert await run(publication, table="changes", lang="en") == ["2025-h-changes-en.csv"]


@pytest.mark.parametrize(
    ("name", "changed", "sentence"),
    [
        ("nope", {}, "there is no publication 'nope': name it latest, latest:omdomme, latest:ver"),
        ("latest:nope", {}, "its wave (2026-03, 2026-02, 2025-h)"),
        ("latest", {"table": "nope"}, "there is no table 'nope' here: there are estimates, ch"),
        ("2025-h", {"unit": "nope"}, "the publication has no unit or region 'nope': there are"),
        ("latest", {"unit": "ost-1"}, "no unit or region 'ost-1': it has no units"),
    ],
)
async def test_what_is_not_there_gets_one_sentence_with_what_is(shelf, name, changed, sentence):
    with pytest.raises(ExportError) as refused:
        await run(name, **changed)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not list(shelf.iterdir())


async def test_an_empty_shelf_says_so(database):
    with pytest.raises(ExportError, match="nothing is published yet"):
        await run("latest")


async def test_a_file_that_cannot_be_written_is_one_sentence(shelf):
    with pytest.raises(UnwritableFileError, match="cannot be written: No such file"):
        await run("latest", output=shelf / "no" / "x.csv")


async def test_a_units_file_holds_what_its_leader_sees(shelf):
    await run("2025-h", unit="sor-1")
    assert {row["domain"] for row in rows(shelf / "2025-h-sor-1-nb.csv")} == {"", "sor", "sor-1"}


def test_the_command_works_beside_a_running_demo_and_prints_only_the_file(demo, warm):
    # as its user starts it: nothing is loaded, and nothing but itself ends it
    done = export(
        demo, sys.executable, "latest:verdipuls", "--format", "json-stat", "--output", "-"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["class"] == "dataset"
    refused = export(demo, warm.executable, "latest:nope", "--format", "csv")
    assert refused.returncode == 2
    assert refused.stderr.startswith("there is no publication 'latest:nope'")
    assert "Traceback" not in refused.stderr


async def test_reports_are_files_like_any_other(shelf):
    assert await run("2025-h", "pptx", unit="ost-5", lang="nn") == ["2025-h-ost-5-nn.pptx"]
    assert (shelf / "2025-h-ost-5-nn.pptx").read_bytes().startswith(b"PK")
    assert await run("latest", "pdf", lang="en") == ["2026-03-en.pdf"]
    assert (shelf / "2026-03-en.pdf").read_bytes().startswith(b"%PDF")


async def test_without_pango_a_pdf_is_refused_with_what_to_install(shelf, monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(BarometerError, match=r"install the package libpango-1\.0-0"):
        await run("latest", "pdf")
