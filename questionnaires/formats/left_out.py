"""What a format cannot carry of a questionnaire, one line for each thing: nothing goes silently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from questionnaires.messages import placeholders
from questionnaires.model import Condition, Questionnaire

type What = Literal[
    "frame", "kind", "marks", "statements", "reversed", "scale", "index", "weights", "title",
    "languages", "renamed", "recoded", "values", "missing", "exclusive", "condition",
    "screen_out", "list", "thanks", "placeholder", "unfilled", "unwritten", "half", "arm",
    "module", "text", "partly",
]  # fmt: skip

SENTENCES: Final[Mapping[What, str]] = {
    "frame": "whom it is for, its kind, its minutes and the revision of the strategy are left out",
    "kind": "whom it is for, its kind and the revision of the strategy are left out",
    "marks": "versions, traditions, purposes, core marks and sensitivities are left out",
    "statements": "the statements of the strategy that it measures are left out: {detail}",
    "reversed": "that it is scored the other way round is left out",
    "scale": "the scale is left out: {detail}",
    "index": "the index is left out: {detail}",
    "weights": "the weights of its parts are left out: {detail}",
    "title": "the title is carried in one language; left out: {detail}",
    "languages": "a file holds one language; left out: {detail}",
    "renamed": "its name is not allowed there; it is called {detail}",
    "recoded": "codes that are not allowed there are written otherwise: {detail}",
    "values": "values that are stored in the place of codes are left out: {detail}",
    "missing": "that an option is a kind of missing is left out: {detail}",
    "exclusive": "that an option excludes every other is left out: {detail}",
    "condition": "its condition stands in words alone: {detail}",
    "unfilled": "sentences that are filled in when a form is sent are left out: {detail}",
    "screen_out": "that the form ends with an answer stands in words alone or not at all: {detail}",
    "list": "it is shown as boxes instead of a list to unfold",
    "thanks": "the text of the page of thanks is left out",
    "placeholder": "nothing fills in what stands in braces there: {detail}",
    "unwritten": "it has no text in some languages, and nothing stands in for it: {detail}",
    "half": "half of those asked get it in other words, and these are left out",
    "arm": "that half of those asked alone get it in these words stands in its name alone",
    "module": "that only those who are drawn for it get this module is left out: {detail}",
    "partly": "texts in languages that neither title nor questions have are left out: {detail}",
    "text": "signs that the format reads as its own are written otherwise: {detail}",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing that is not carried: where it stands, what it is, and which one."""

    place: str
    what: What
    detail: str = ""

    @property
    def sentence(self) -> str:
        """Say what is lost, without its place."""
        return SENTENCES[self.what].format(detail=self.detail)

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file, and what it could not carry."""

    content: bytes
    lost: tuple[LeftOut, ...]


def lost_meaning(asked: Questionnaire, *, of_form: What = "frame") -> Iterator[LeftOut]:
    """Name what programs that only ask have no place for: what a figure is made of."""
    form = asked.form.id
    yield LeftOut(form, of_form)
    yield LeftOut(form, "marks")
    for item in asked.items:
        if item.statements:
            yield LeftOut(item.id, "statements", ", ".join(item.statements))
        if item.reversed:
            yield LeftOut(item.id, "reversed")
    for scale in asked.scales:
        yield LeftOut(scale.code, "scale", ", ".join(scale.items))
    for index in asked.indices:
        yield LeftOut(index.code, "index", ", ".join(index.weights))


def lost_texts(asked: Questionnaire) -> Iterator[LeftOut]:
    """Name the items that lack a text in a language of the form: here another one stands in."""
    languages = [one for one in asked.form.title if one]
    for item in asked.items:
        if absent := [one for one in languages if not item.text.get(one)]:
            yield LeftOut(item.id, "unwritten", ", ".join(absent))


def lost_languages(asked: Questionnaire) -> Iterator[LeftOut]:
    """Name the languages that answers and words above questions have, and no question."""
    written = {language for one in (asked.form.title, *(item.text for item in asked.items))
               for language in one}  # fmt: skip
    words = [option.label for one in asked.options.values() for option in one.options]
    for options in asked.options.values():
        words += [text for text in (options.stem, options.low_label, options.high_label) if text]
    others = dict.fromkeys(one for text in words for one in text if one not in written)
    if others:
        yield LeftOut(asked.form.id, "partly", ", ".join(others))


def lost_missing(asked: Questionnaire) -> Iterator[LeftOut]:
    """Name the options that are no answers, for formats that take every option for one."""
    for options in asked.options.values():
        if codes := [option.code for option in options.options if option.missing]:
            yield LeftOut(options.id, "missing", ", ".join(codes))


def lost_values(asked: Questionnaire) -> Iterator[LeftOut]:
    """Name the values that are not their codes, for formats that store codes."""
    for options in asked.options.values():
        differ = [
            f"{option.code} = {option.value}"
            for option in options.options
            if option.value is not None and option.code != str(option.value)
        ]
        if differ:
            yield LeftOut(options.id, "values", ", ".join(differ))


def lost_exclusive(asked: Questionnaire, alone: Mapping[str, frozenset[str]]) -> Iterator[LeftOut]:
    """Name the boxes that contradict every other, for formats that take any together."""
    for name in dict.fromkeys(one.options for one in asked.items if one.presentation == "checkbox"):
        codes = [one.code for one in asked.options[name].options if one.code in alone.get(name, ())]
        if codes:
            yield LeftOut(name, "exclusive", ", ".join(codes))


def lost_placeholders(asked: Questionnaire) -> Iterator[LeftOut]:
    """Name what this installation fills into its texts, and no other does."""
    if found := _gaps(asked):
        yield LeftOut(asked.form.id, "placeholder", found)


def lost_on_paper(
    asked: Questionnaire, language: str, alone: Mapping[str, frozenset[str]]
) -> Iterator[LeftOut]:
    """Name what a printed form does not show: it is for reading, in one language."""
    yield from lost_meaning(asked, of_form="kind")
    if others := [one for one in asked.form.title if one != language]:
        yield LeftOut(asked.form.id, "languages", ", ".join(others))
    for item in asked.items:
        for one in item.filter:
            yield LeftOut(item.id, "condition", in_words(one))
        if item.presentation == "select":
            yield LeftOut(item.id, "list")
    yield from lost_exclusive(asked, alone)
    if asked.form.screen_out:
        yield LeftOut(asked.form.id, "screen_out", in_words(asked.form.screen_out))
    if found := _gaps(asked):
        yield LeftOut(asked.form.id, "unfilled", found)


def in_words(condition: Condition) -> str:
    """Write a condition as a line for people who know the form."""
    codes = ", ".join(condition.codes)
    return f"{condition.item} {'none of' if condition.negate else 'any of'} {codes}"


def _gaps(asked: Questionnaire) -> str:
    texts = (asked.form.help, *(block.intro for block in asked.form.blocks))
    said = (words for text in texts if text for words in text.values())
    found = sorted({name for words in said for name in placeholders(words)})
    return ", ".join(f"{{{{{one}}}}}" for one in found)
