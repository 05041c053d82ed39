"""``barometer questionnaire export``: a form as a file, and line by line what it does not hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from questionnaires.formats.left_out import LeftOut
from questionnaires.formats.outline import counts, languages_of
from questionnaires.model import Questionnaire
from survey_app.asking.instruments.asked import form_of_wave
from survey_app.asking.instruments.files import (
    QUESTIONNAIRE_FORMATS,
    file_of_form,
    left_out,
    write_file,
)
from survey_app.asking.instruments.printed import printed_form
from survey_app.commands.files import STDOUT, write_out
from survey_app.shared.database import Login
from survey_app.shared.i18n import Language
from survey_app.shared.pdf import pdf_bytes

Echo = Callable[[str], None]


async def asked_in_wave(form: str, key: str) -> Questionnaire:
    """Return a form exactly as a wave asked it.

    Raises
    ------
    UnknownWave, NoSuchFormError
    """
    _, asked = await form_of_wave(Login.WORKER, form, key)
    return asked


def export_form(
    asked: Questionnaire,
    form: str,
    *,
    lang: Language,
    wave: str,
    output: Path | None,
    as_json: bool,
    echo: Echo,
    warn: Echo,
) -> None:
    """Write a form in a format, say where, and what the file does not hold.

    Parameters
    ----------
    asked : Questionnaire
    form : str
        The format.
    lang : str
        The language of a printed form; in the others the one that is shown first.
    wave : str
        Key of the wave that asked it, for the file's name; else empty.
    output : Path, optional
        Where to; ``-`` is standard output, and without it the file gets a name of its own in the
        working directory.
    as_json : bool
        Print one object in the place of lines.
    echo, warn : callable
        Print a line, on standard output and on standard error.

    Raises
    ------
    BarometerError
        If no file is made of the form, or it cannot be written.
    """
    if QUESTIONNAIRE_FORMATS[form].write is None:
        lost = left_out(asked, form, lang)
        content = pdf_bytes(printed_form(asked, lang))
    else:
        written = write_file(asked, form, lang)
        lost, content = written.lost, written.content
    path = output or Path(file_of_form(asked, form, lang, wave))
    write_out(path, content)
    if as_json:
        echo(json.dumps(_told(asked, form, path, lost), ensure_ascii=False, indent=2))
        return
    for one in lost:
        warn(str(one))
    if path != STDOUT:
        echo(str(path))


def _told(
    asked: Questionnaire, form: str, path: Path, lost: Sequence[LeftOut]
) -> dict[str, object]:
    return {
        "form": asked.form.id,
        "hash": asked.hash,
        "format": form,
        "file": str(path),
        **counts(asked),
        "language_codes": languages_of(asked),
        "left_out": [{**asdict(one), "sentence": one.sentence} for one in lost],
    }
