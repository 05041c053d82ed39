"""Files made to do harm, or broken: one clear sentence, exit code 2, and nothing is written."""

import io
import json
import time
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from questionnaires.formats.conditions import read_condition
from questionnaires.formats.convert import convert, instrument_key
from questionnaires.formats.from_qualtrics import read_qualtrics
from questionnaires.formats.from_surveyjs import read_surveyjs
from questionnaires.formats.plain_text import plain_text
from questionnaires.formats.read import LARGEST, read_foreign
from questionnaires.formats.sentences import ForeignFileError, NotSaidError
from questionnaires.formats.take_in import take_in
from questionnaires.loader import load_library
from survey_app.cli import barometer
from survey_app.shared.errors import BarometerError
from tests import foreign_files
from tests.examples import examples

SCRIPT = {"nb": "Hvor <script>alert(1)</script>?", "en": "Where?"}
HANDLER = {"nb": "Hvor?", "en": 'Where <img src="x" onerror="alert(1)">?'}
ADDRESS = {"nb": 'Hvor <a href=" JavaScript:alert(1)">da</a>?', "en": "Where?"}
ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def _declared(declaration):
    text = foreign_files.limesurvey().decode()
    return text.replace("<document>", f"{declaration}<document>&a;", 1).encode()


def _zipped(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _book(change):
    """Write a workbook of ours with some of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(foreign_files.xlsform())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _zipped(parts | change)


def _deep(open_, close):
    return (open_ * 10_000 + close * 10_000).encode()


def _nested_panels(depth):
    inside = {"type": "radiogroup", "name": "q", "choices": ["a", "b"]}
    for number in range(depth):
        inside = {"type": "panel", "name": f"p{number}", "elements": [inside]}
    return json.dumps({"elements": [inside]}).encode()


def _languages(content):
    return content.replace(b"<language>nb</language>", b"<language>tlh</language>").replace(
        b"<language>en</language>", b"<language>xx</language>"
    )


HOSTILE = {
    "entity bomb": ("a.lss", _declared(ENTITIES), "declares entities"),
    "external entity": ("a.lss", _declared(OUTSIDE), "declares entities"),
    "entity in UTF-16": ("a.lss", _declared(ENTITIES).decode().encode("utf-16"), "not UTF-8"),
    "truncated XML": ("a.lss", foreign_files.limesurvey()[:900], "no complete XML"),
    "other XML": ("a.lss", b"<html><body>a</body></html>", "does not look as LimeSurvey writes it"),
    "deep XML": ("a.lss", _deep("<a>", "</a>"), "no complete XML"),
    "script": ("a.lss", foreign_files.limesurvey(text=SCRIPT), "script"),
    "script in a workbook": ("a.xlsx", foreign_files.xlsform(text=HANDLER), "script"),
    "script in JSON": ("a.json", foreign_files.surveyjs(text=ADDRESS), "script"),
    "script in Qualtrics": ("a.qsf", foreign_files.qualtrics(text=SCRIPT), "script"),
    "latin-1": ("a.json", '{"title": "Tilhør"}'.encode("latin-1"), "not UTF-8"),
    "bytes": ("a.qsf", bytes(range(256)), "not UTF-8"),
    "truncated JSON": ("a.json", foreign_files.surveyjs()[:-20], "no complete JSON"),
    "deep JSON": ("a.json", b'{"pages": ' + _deep("[", "]") + b"}", "nested deeper"),
    "deep panels": ("a.json", _nested_panels(2_000), "nested deeper"),
    "list": ("a.json", b"[1, 2]", "does not look"),
    "huge number": ("a.json", b'{"pages": 1' + b"1" * 9_000 + b"}", "no number"),
    "the same key twice": (
        "a.json", b'{"title": "a", "pages": [], "pages": []}', "«pages» twice in one place"),
    "something else": ("a.json", b'{"name": "a"}', "does not look as SurveyJS"),
    "no Qualtrics": ("a.qsf", b'{"SurveyEntry": 3}', "does not look as Qualtrics"),
    "empty": ("a.json", b"  ", "is empty"),
    "no questions": ("a.json", b'{"pages": [{"name": "p"}]}', "no questions"),
    "50 MB": ("a.json", b" " * (50 * 1024 * 1024), "larger than 8 MB"),
    "unknown": ("a.docx", b"PK", "we do not know this format"),
    "an archive": ("a.LSA", b"PK", "export the survey's structure (.lss)"),
    "an old workbook by another name": (
        "a.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "or has a password",
    ),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0", "save it as .xlsx"),
    "no workbook": ("a.xlsx", b"PK\x03\x04 and no more", "no complete workbook"),
    "truncated workbook": ("a.xlsx", foreign_files.xlsform()[:4_000], "no complete workbook"),
    "other archive": ("a.xlsx", _zipped({"a.txt": b"a"}), "no complete workbook"),
    "zip bomb": (
        "a.xlsx", lambda: _book({"xl/sharedStrings.xml": bytes(200_000_000)}), "far larger"),
    "macros": ("a.xlsx", _book({"xl/vbaProject.bin": b"a"}), "macros"),
    "entities in a workbook": (
        "a.xlsx", _book({"xl/sharedStrings.xml": ENTITIES.encode()}), "declares entities"),
    "formula": (
        "a.xlsx", foreign_files.xlsform(text={"nb": '=WEBSERVICE("http://a")', "en": "a"}),
        "«survey» has formulas"),
    "no XLSForm": ("a.xlsx", foreign_files.workbook({"survey": [["a", "b"]]}), "no XLSForm"),
    "wrong type": (
        "a.xlsx", foreign_files.workbook({"survey": [["type", "name"], ["select_one x", "q"]]}),
        "no XLSForm: "),
    "same name twice": ("a.json", foreign_files.surveyjs(names=("q", "q")), "two questions"),
    "same code twice": (
        "a.lss", foreign_files.limesurvey(codes=("q1", "q2", "q2", "q4")), "two questions"),
    "same tag twice": ("a.qsf", foreign_files.qualtrics(tags=("q", "q")), "two questions"),
    "path": ("a.json", foreign_files.surveyjs(names=("../../etc/x", "q")), "no name"),
    "path of Windows": ("a.qsf", foreign_files.qualtrics(tags=("..\\x", "q")), "no name"),
    "absolute path": ("a.lss", foreign_files.limesurvey(codes=("/a", "b", "c", "d")), "no name"),
    "null": ("a.json", foreign_files.surveyjs(names=("a\0b", "q")), "no name"),
    "languages unknown": ("a.lss", _languages(foreign_files.limesurvey()), "translate it first"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_is_hostile_or_broken_gets_one_sentence_and_nothing_is_written(
    what, tmp_path, monkeypatch
):
    name, content, sentence = HOSTILE[what]
    # what is large is made where it is asked for, not wherever tests are looked for
    (tmp_path / name).write_bytes(content() if callable(content) else content)
    monkeypatch.chdir(tmp_path)
    began = time.process_time()
    said = CliRunner().invoke(barometer, ["questionnaire", "import", name])
    assert time.process_time() - began < 10
    assert isinstance(said.exception, BarometerError)  # main() turns these into exit code 2
    told = str(said.exception)
    assert sentence in told
    assert told.startswith(f"{name}: ")
    assert told.endswith("; nothing is written")
    assert "\n" not in told
    assert "passwd" not in told
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_workbook_of_the_largest_size_takes_little_memory():
    rows = [["type", "name", "label"], *(["text", f"q{one}", "x" * 40] for one in range(3_000))]
    content = foreign_files.workbook({"survey": rows})
    tracemalloc.start()
    with pytest.raises(ForeignFileError, match="more than 2000 questions"):
        read_foreign("a.xlsx", content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100 * 1024 * 1024


def test_nothing_larger_than_the_limit_is_read_from_the_disk(tmp_path):
    file = tmp_path / "a.json"
    with file.open("wb") as sparse:
        sparse.truncate(20 * 1024**3)
    tracemalloc.start()
    said = CliRunner().invoke(barometer, ["questionnaire", "import", str(file)])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "larger than 8 MB" in str(said.exception)
    assert most < 4 * LARGEST


@examples(20, audit=60)
@given(st.binary(max_size=400), st.sampled_from(["a.lss", "a.xlsx", "a.json", "a.qsf"]))
def test_whatever_the_bytes_are_a_sentence_is_all_that_comes_of_them(content, name):
    with pytest.raises(ForeignFileError):
        read_foreign(name, content)


def _values():
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=5),
        max_leaves=25,
    )


_names = st.sampled_from(
    [
        "pages", "elements", "type", "name", "title", "choices", "value", "text", "visibleIf",
        "rows", "columns", "rateMax", "default", "nb", "SurveyEntry", "SurveyElements", "Element",
        "Payload", "QuestionID", "QuestionType", "Selector", "Choices", "Answers", "ChoiceOrder",
        "DisplayLogic", "BlockElements", "Flow", "1", "Display", "Language", "SurveyLanguage",
    ]
)  # fmt: skip


@examples(40, audit=150)
@example(None, [{"BlockElements": True}], "a.qsf")
@example(None, [{"BlockElements": [{"QuestionID": []}]}], "a.qsf")
@given(_values(), _values(), st.sampled_from(["a.json", "a.qsf"]))
def test_json_of_any_shape_is_read_or_refused_in_a_sentence(one, other, name):
    kinds = [{"Element": kind, "Payload": other} for kind in ("SQ", "BL", "FL")]
    whole = {"SurveyEntry": {"SurveyName": "a"}, "SurveyElements": [*kinds, one]}
    page = {"pages": [{"elements": [{"type": "radiogroup", "name": "q", "choices": other}, one]}]}
    read, data = (read_qualtrics, whole) if name == "a.qsf" else (read_surveyjs, page)
    with suppress(ForeignFileError):
        # as json gives it back: keys are texts
        read(json.loads(json.dumps(data)))


def _places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key, inside in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inside, (*path, key))


def _with(value, path, rubbish):
    if not path:
        return rubbish
    if isinstance(value, dict):
        return value | {path[0]: _with(value[path[0]], path[1:], rubbish)}
    return [_with(one, path[1:], rubbish) if at == path[0] else one for at, one in enumerate(value)]


@pytest.mark.parametrize("rubbish", [None, True, 3, "<b>", [], {}, [1, None], {"1": [2]}])
@pytest.mark.parametrize(
    ("read", "content"),
    [(read_qualtrics, foreign_files.qualtrics()), (read_surveyjs, foreign_files.surveyjs())],
)
def test_rubbish_in_any_place_of_a_file_breaks_no_reader(read, content, rubbish):
    data, library = json.loads(content), load_library()
    for path in list(_places(data))[1:]:
        with suppress(ForeignFileError):
            convert(read(_with(data, path, rubbish)), library, key="nytt", source="a")


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_is_told_not_to_be_one(text):
    with suppress(NotSaidError):
        read_condition(text)


@given(st.text(max_size=200))
def test_a_text_that_is_taken_is_one_line_and_has_no_tag_left(text):
    try:
        plain, _ = plain_text(text, "here")
    except ForeignFileError:
        return
    assert plain == plain.strip()
    assert plain.isprintable()


@given(st.text(max_size=60))
def test_a_file_is_called_so_that_its_name_can_be_a_folder(text):
    assert instrument_key(text).isascii()
    assert instrument_key(text).isalnum()


def test_formatting_is_taken_out_and_told():
    text = {"nb": "<p>Hvor <b>arbeider</b> du&nbsp;&amp; bor?</p>", "en": "Where?"}
    content = foreign_files.limesurvey(text=text)
    carried = take_in("a.lss", content, load_library(), key="nytt").carried
    assert carried.items[2].text["nb"] == "Hvor arbeider du & bor?"
    assert ("q2", "formatting (b)") in [(loss.place, str(loss.what)) for loss in carried.losses]


def test_a_word_between_angle_brackets_is_a_word():
    text = {
        "nb": "Kom <navn> i tide, x<y og z>w <HR>eller ikke</navn>?",
        "en": "Was <name/> in time?",
    }
    content = foreign_files.surveyjs(text=text)
    carried = take_in("a.json", content, load_library(), key="nytt").carried
    assert carried.items[2].text == {
        "nb": "Kom <navn> i tide, x<y og z>w eller ikke</navn>?", "en": "Was <name/> in time?"
    }  # fmt: skip
    told = [str(loss.what) for loss in carried.losses if loss.place == "q2"]
    assert "formatting (hr)" in told


def test_words_that_look_like_formulas_or_toml_stay_words():
    text = {"nb": '=1+1 "]\n[[item]] \\ #', "en": "@SUM(1)"}
    content = foreign_files.surveyjs(text=text)
    found = take_in("a.json", content, load_library(), key="nytt")
    assert found.carried.items[2].text == {"nb": '=1+1 "] [[item]] \\ #', "en": "@SUM(1)"}
    assert len(found.to_fill_in) > 5
    assert not [one for one in found.to_fill_in if "not valid TOML" in one.sentence]


def test_an_answer_of_thousands_of_digits_is_a_word_like_any_other():
    choices = [{"value": 1, "text": "9" * 5000}, {"value": 2, "text": "2"}]
    asked = {"type": "radiogroup", "name": "q1", "title": "Hvor?", "choices": choices}
    content = json.dumps({"pages": [{"name": "p", "elements": [asked]}]}).encode()
    found = take_in("a.json", content, load_library(), key="nytt")
    (options,) = found.carried.options
    assert [option.label["nb"] for option in options.options] == ["9" * 5000, "2"]
