"""Small questionnaires, built by hand for tests that speak of nothing else."""

from questionnaires.model import (
    Block,
    Form,
    Index,
    Item,
    Option,
    Questionnaire,
    ResponseOptions,
    Scale,
)


def text(words):
    return {"nb": words, "nn": words, "en": words}


def graded(name, lowest, highest, missing=("vi", "not_applicable")):
    options = tuple(
        Option(str(value), value, None, text(str(value))) for value in range(lowest, highest + 1)
    )
    last = (Option(missing[0], None, missing[1], text(missing[0])),) if missing else ()
    return ResponseOptions(name, "scale", options + last, None, None, None)


def choice(name, count, missing=None):
    options = tuple(
        Option(str(value), value, None, text(str(value))) for value in range(1, count + 1)
    )
    last = (Option(missing[0], None, missing[1], text(missing[0])),) if missing else ()
    return ResponseOptions(name, "choice", options + last, None, None, None)


OPTIONS = {
    "enig5": graded("enig5", 1, 5),
    "inntrykk5": graded("inntrykk5", 1, 5),
    "ambassador11": graded("ambassador11", 0, 10),
}


def an_item(
    name,
    options="enig5",
    *,
    reverse=False,
    purpose="measure",
    presentation="radio",
    sensitivity="",
):
    return Item(
        id=name,
        version=1,
        scale=None,
        options=options,
        presentation=presentation,
        statements=(),
        purpose=purpose,
        reversed=reverse,
        reason="",
        core=False,
        filter=(),
        tradition="EGEN",
        text=text(name),
        help=None,
        note=None,
        sensitivity=sensitivity,
    )


def a_scale(code, *items, min_answered=0.6):
    return Scale(code, text(code), items, min_answered)


def an_index(code, parts=None, equal_parts=None, population="staff"):
    words = text(code)
    return Index(code, words, words, parts or {}, equal_parts or {}, population, words)


def a_questionnaire(items, scales=(), indices=(), *, options=None, population="staff"):
    form = Form(
        id="small",
        instrument="small",
        population=population,
        kind="main",
        title=text("small"),
        minutes=1,
        blocks=(Block(None, tuple(item.id for item in items), None),),
        screen_out=None,
    )
    return Questionnaire(
        form,
        tuple(items),
        OPTIONS | (options or {}),
        tuple(scales),
        tuple(indices),
        "2021-1",
        noted_sensitivity={},
    )


def two_scales():
    """Two scales of one item each, and their index."""
    return a_questionnaire(
        [an_item("a.1"), an_item("b.1")],
        [a_scale("A", "a.1"), a_scale("B", "b.1")],
        [an_index("I", {"A": 0.5, "B": 0.5})],
    )
