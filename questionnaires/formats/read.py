"""Read a file of another programme by its name and what it holds, with limits on everything."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from questionnaires.formats.foreign import Foreign
from questionnaires.formats.from_limesurvey import read_limesurvey
from questionnaires.formats.from_own import read_own
from questionnaires.formats.from_qualtrics import read_qualtrics
from questionnaires.formats.from_surveyjs import read_surveyjs
from questionnaires.formats.from_xlsform import read_xlsform
from questionnaires.formats.plain_text import short
from questionnaires.formats.sentences import ForeignFileError, Refused
from questionnaires.toml_text import TooDeepError

LARGEST: Final = 8 * 1024 * 1024  # bytes of a file
SUFFIXES: Final = (".lss", ".lsg", ".lsq", ".xlsx", ".json", ".qsf", ".toml")
FORMATS: Final = (
    "LimeSurvey (.lss, .lsg, .lsq), XLSForm (.xlsx), SurveyJS (.json), Qualtrics (.qsf),"
    " Verdibarometer (.toml)"
)
# kin of what we read, of which somebody has the other a click away
KIN: Final = {".lsa": Refused.ARCHIVE, ".xls": Refused.OLD_BOOK}


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
        for kin, told in KIN.items():
            if name.casefold().endswith(kin):
                raise ForeignFileError(told())
        raise ForeignFileError(Refused.FORMAT(formats=FORMATS))
    if len(content) > LARGEST:
        raise ForeignFileError(Refused.LARGE(limit=LARGEST // 1024 // 1024))
    if not content.strip():
        raise ForeignFileError(Refused.EMPTY())
    try:
        found = _read(suffix, content)
    except (RecursionError, TooDeepError):
        raise ForeignFileError(Refused.DEEP()) from None
    if not found.types:
        raise ForeignFileError(Refused.NO_QUESTIONS())
    return found


def _read(suffix: str, content: bytes) -> Foreign:
    if suffix == ".xlsx":
        return read_xlsform(content)
    if suffix == ".toml":
        return read_own(content)
    text = _text(content)
    if suffix.startswith(".ls"):
        return read_limesurvey(text)
    data = _json(text)
    if suffix == ".qsf" or "SurveyElements" in data:
        return _of_any_shape("Qualtrics", read_qualtrics, data)
    return _of_any_shape("SurveyJS", read_surveyjs, data)


def _of_any_shape(
    name: str, read: Callable[[Mapping[str, Any]], Foreign], data: Mapping[str, Any]
) -> Foreign:
    """Read JSON, of which anything may be anything."""
    try:
        return read(data)
    except ForeignFileError:
        raise
    except (TypeError, AttributeError, KeyError, ValueError):
        raise ForeignFileError(Refused.NOT_THIS(format=name)) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what says a thing twice, of which one would be dropped in silence."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ForeignFileError(Refused.KEYS(key=short(key)))
        found[key] = value
    return found


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ForeignFileError(Refused.ENCODING(byte=error.start + 1)) from None


def _json(text: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        told = Refused.BROKEN(kind="JSON", line=error.lineno)
        raise ForeignFileError(told) from None
    except ForeignFileError:
        raise
    except ValueError:
        raise ForeignFileError(Refused.NUMBER()) from None
    if not isinstance(data, dict):
        raise ForeignFileError(Refused.NOT_THIS(format="SurveyJS"))
    return data
