"""A public wave whose letters were made, and what tests read out of them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pypdfium2
import zxingcpp

from survey_app.asking.invitations.sample import Drawn
from survey_app.commands.letters import LetterOptions, letters_named
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.builders_answering import OpenedWave, a_public_wave, without_pools

KEY = "omdomme-2026-h1"
LANGUAGES = ("nb", "nn", "en")


def a_sample(people=6):
    return [Drawn("03", "1", "1", LANGUAGES[n % 3], n + 2) for n in range(people)]


def addresses(rows):
    """Names and addresses by row, as the file that is read at printing."""
    lines = [f"{row};Mottaker {row};Storgata {row};0150;Oslo" for row in rows]
    return "\n".join(["row;name;address;postcode;place", *lines]) + "\n"


async def a_sampled_wave(settings, people=6, **how) -> OpenedWave:
    wave = await a_public_wave(settings, a_sample(people), KEY, form="omdomme", **how)
    await still_open()
    return wave


async def still_open() -> None:
    """Let waves end after the day on which these tests run: past it nothing is printed."""
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET closes_on = current_date + 7")


async def letters(settings, output: Path, form="csv", key=KEY, **given):
    """Make letters as the command does; returns what it said. Bound as ``web`` afterwards."""
    choices = {
        "addresses": None, "second": False, "sealed_to": "", "again": "", "rows": (),
        "window": "left",
    } | given  # fmt: skip
    if isinstance(choices["addresses"], str):
        file = output.with_suffix(".addresses.csv")
        file.write_text(choices["addresses"])
        choices["addresses"] = file
    told = []
    bind_worker()
    try:
        with without_pools():
            await letters_named(key, LetterOptions(form, output, **choices), settings, told.append)
    finally:
        bind_web()
    return told


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def pages_of(content: bytes) -> list[tuple[str, str]]:
    """What each page of a PDF says, and where its QR code leads, read from its picture."""
    document = pypdfium2.PdfDocument(content)
    found = []
    for page in document:
        picture = np.ascontiguousarray(page.render(scale=2).to_numpy())
        [code] = zxingcpp.read_barcodes(picture)
        found.append((page.get_textpage().get_text_range(), code.text))
    document.close()
    return found
