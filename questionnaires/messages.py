"""The texts around the questionnaires: mail, SMS, letters, landing page, promise, thanks, marks.

In the files and in `raw` a placeholder stands as ``{{lenke}}``; `text` fills it in. Paragraphs are
parted by an empty line and ``**...**`` is bold.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from questionnaires.errors import MessageError, Problem
from questionnaires.languages import read_chains, read_languages
from questionnaires.model import Text

PLACEHOLDERS = frozenset(
    {
        "lenke",
        "kode",
        "minutter",
        "varighet",
        "antall",
        "frist",
        "min_n",
        "enhet",
        "avsender",
        "kontakt",
        "personvern",
        "resultat",
        "slettefrist",
        "hjelp",
        "sporsmal",
        "stopp",
        "nokler",
        "kontrollsum",
        "vert",
        "etat",
    }
)
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


def placeholders(text: str) -> frozenset[str]:
    """Name the placeholders of a text."""
    return frozenset(_PLACEHOLDER.findall(text))


def without_placeholders(text: str) -> str:
    """Leave out every placeholder of a text."""
    return _PLACEHOLDER.sub("", text)


def fill(text: str, **values: object) -> str:
    """Put values in the place of a text's placeholders.

    Parameters
    ----------
    text : str
        A message, or an intro or help text of a form.
    **values : object
        One for each placeholder of the text; others are ignored, so that a page can pass the same
        values to all its texts.

    Raises
    ------
    MessageError
        If a placeholder has no value: a respondent must never meet ``{{lenke}}``.

    Examples
    --------
    >>> fill("Fristen er {{frist}}.", frist="29. mai")
    'Fristen er 29. mai.'
    """
    missing = placeholders(text) - set(values)
    if missing:
        raise MessageError(f"give a value for {', '.join(sorted(missing))} in «{text[:60]}»")
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)


def without_gaps(text: str) -> str:
    """Leave out the sentences of a text that something would have to be filled into.

    Examples
    --------
    >>> without_gaps("Snakk med lederen din. Mer hjelp: {{hjelp}}")
    'Snakk med lederen din.'
    """
    sentences = re.split(r"(?<=[.!?]) ", text)
    return " ".join(sentence for sentence in sentences if not placeholders(sentence))


@dataclass(frozen=True, slots=True)
class Messages:
    """Every message by key, such as ``mail.invitation.subject``, in every language.

    `chains` holds the languages that stand in where a partial one lacks a message.
    """

    texts: Mapping[str, Mapping[str, str]]  # language, then key
    chains: Mapping[str, tuple[str, ...]]

    @property
    def keys(self) -> frozenset[str]:
        """Keys that exist in the language written first."""
        return frozenset(next(iter(self.texts.values()), {}))

    def language_of(self, key: str, language: str) -> str:
        """Name the language that a message is given in to those who read `language`."""
        chain = self.chains.get(language, ())
        return next((one for one in chain if key in self.texts.get(one, {})), language)

    def raw(self, key: str, language: str) -> str:
        """Give a message with its placeholders as they stand, else what stands in for it.

        Raises
        ------
        MessageError
            If there is no such message, or no such language.
        """
        try:
            return self.texts[self.language_of(key, language)][key]
        except KeyError:
            raise MessageError(
                f"there is no message «{key}» in the language «{language}»"
            ) from None

    def text(self, key: str, language: str, **values: object) -> str:
        """Give a message with its placeholders filled in; see `fill`."""
        return fill(self.raw(key, language), **values)

    def in_all_languages(self, key: str) -> Text:
        """Give a message in each language it exists in, placeholders as they stand."""
        return {language: texts[key] for language, texts in self.texts.items() if key in texts}


def flatten(tables: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Write nested tables as dotted keys."""
    for name, value in tables.items():
        key = f"{before}.{name}" if before else name
        if isinstance(value, Mapping):
            yield from flatten(value, key)
        else:
            yield key, value


def parse_messages(tables: Mapping[str, Mapping[str, object]], problems: list[Problem]) -> Messages:
    """Read messages from one parsed file per language, and note where the languages differ."""
    texts: dict[str, dict[str, str]] = {language: {} for language in read_languages()}
    for language, table in tables.items():
        for key, value in flatten(table):
            if isinstance(value, str) and value.strip():
                texts[language][key] = value
            else:
                problems.append(Problem(message_file(language), key, "a message must be a text"))
    for key in sorted({key for known in texts.values() for key in known}):
        problems.extend(_differences(key, texts))
    return Messages(texts, read_chains())


def message_file(language: str) -> str:
    """Name the file that holds the messages in a language."""
    return f"messages/{language}.toml"


def _differences(key: str, texts: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    there = {language: known[key] for language, known in texts.items() if key in known}
    expected = placeholders(next(iter(there.values())))
    for language in read_languages():
        if language not in there:
            sentence = "the message is missing here; translate it"
            yield Problem(message_file(language), key, sentence, missing_in=language)
        elif placeholders(there[language]) != expected:
            yield Problem(message_file(language), key, _differing(there, language))
    for name in sorted(expected - PLACEHOLDERS):
        first, *_ = read_languages()
        sentence = f"nothing fills in {{{{{name}}}}}; use a known placeholder"
        yield Problem(message_file(first), key, sentence)


def _differing(there: Mapping[str, str], language: str) -> str:
    first = next(iter(there))
    here, expected = placeholders(there[language]), placeholders(there[first])
    told = [(here - expected, language, first), (expected - here, first, language)]
    sentences = (
        f"{', '.join(f'{{{{{name}}}}}' for name in sorted(names))} stands in {one}, not in {other}"
        for names, one, other in told
        if names
    )
    return f"the languages differ in what is filled in: {'; '.join(sentences)}"
