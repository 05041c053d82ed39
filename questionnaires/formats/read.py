"""Read a file of another programme by its name and what it holds, with limits on everything."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from questionnaires.formats.foreign import Foreign
from questionnaires.formats.from_limesurvey import read_limesurvey
from questionnaires.formats.from_qualtrics import read_qualtrics
from questionnaires.formats.from_surveyjs import read_surveyjs
from questionnaires.formats.from_xlsform import read_xlsform
from questionnaires.formats.plain_text import ForeignFileError

LARGEST: Final = 8 * 1024 * 1024  # bytes of a file
SUFFIXES: Final = (".lss", ".lsg", ".lsq", ".xlsx", ".json", ".qsf")
FORMATS: Final = (
    "LimeSurvey (.lss, .lsg, .lsq), XLSForm (.xlsx), SurveyJS (.json) and Qualtrics (.qsf)"
)


def read_foreign(name: str, content: bytes) -> Foreign:
    """Read what a file holds.

    Parameters
    ----------
    name : str
        Its name; the end of it says which format it is in.
    content : bytes

    Raises
    ------
    ForeignFileError
        If it cannot be taken in; one sentence says why.
    """
    suffix = next((one for one in SUFFIXES if name.casefold().endswith(one)), None)
    if suffix is None:
        raise ForeignFileError(f"we do not know this format: we read {FORMATS}")
    if len(content) > LARGEST:
        limit = f"{LARGEST // 1024 // 1024} MB"
        raise ForeignFileError(f"the file is larger than {limit}, which no questionnaire is")
    if not content.strip():
        raise ForeignFileError("the file is empty")
    try:
        found = _read(suffix, content)
    except RecursionError:
        raise ForeignFileError("the file is nested deeper than any questionnaire") from None
    if not found.types:
        raise ForeignFileError("the file holds no questions")
    return found


def _read(suffix: str, content: bytes) -> Foreign:
    if suffix == ".xlsx":
        return read_xlsform(content)
    text = _text(content)
    if suffix.startswith(".ls"):
        return read_limesurvey(text)
    data = _json(text)
    read: Callable[[Mapping[str, Any]], Foreign]
    read = read_qualtrics if suffix == ".qsf" or "SurveyElements" in data else read_surveyjs
    return read(data)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"the file is not UTF-8 text (byte {error.start + 1})"
        raise ForeignFileError(f"{sentence}: export it once more, or save it as UTF-8") from None


def _json(text: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ForeignFileError(f"the file is no complete JSON (line {error.lineno})") from None
    except ValueError:
        raise ForeignFileError("the file holds a number that is no number") from None
    if not isinstance(data, dict):
        raise ForeignFileError("the file is a list and no questionnaire")
    return data
