"""What a methodologist would say of the words of a question, by the rules of its language."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

from questionnaires.toml_text import read_toml_file

FILE = Path(__file__).with_name("wording.toml")
# Björnsson 1968: above 50 a text is difficult, above 60 very difficult. One sentence has few words,
# of which a single long one weighs much, so that only the last is a sign
VERY_DIFFICULT = 60
LONG_WORD = 7  # letters: LIX counts words with more than six
MOST_WORDS = 20
SAME_WORDS = 4  # in a row, as in the statement that is measured

SIGNS = (
    "double_barrelled",
    "negation",
    "leading",
    "hypothetical",
    "presupposes",
    "vague_subject",
    "nobody_acts",
    "vague_wording",
)

# a name of a character, a tag, a place where something would be inserted
_MARKUP = re.compile(
    r"&(?:[a-z]{2,8}|#\d{1,5});|</?[a-z][a-z\d]*(?::[a-z]+)?(?:\s[^<>]{0,80})?/?>"
    r"|\$?\{[^{}]{0,60}\}|%\(\w{1,40}\)s",
    re.IGNORECASE,
)

type Signs = Mapping[str, re.Pattern[str]]


@cache
def wording_rules(language: str) -> Signs:
    """Return the rules of a language by kind of sign; empty where there are none."""
    tables = read_toml_file(FILE)
    return {
        name: re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
        for name, words in tables.get(language, {}).items()
    }


def wording_signs(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Give each kind of sign that a text has, once, with the words that are it."""
    rules = wording_rules(language)
    if not rules:
        return
    plain = rules["alternatives"].sub(" ", text)
    for kind in SIGNS:
        if found := rules[kind].search(plain):
            yield kind, found.group()
    period = rules["no_period"].search(text)
    if period and not rules["period"].search(text):
        yield "no_period", period.group()


def sensitive_word(text: str, language: str) -> str:
    """Return the first word on violence, harassment or health; empty where there is none.

    Examples
    --------
    >>> sensitive_word("Har du møtt trusler her?", "nb"), sensitive_word("Trives du?", "nb")
    ('trusler', '')
    """
    rules = wording_rules(language)
    found = rules["sensitive"].search(text) if rules else None
    return found.group() if found else ""


def has_two_parts(statement: str, language: str) -> bool:
    """Tell whether a statement says two things, so that one question seldom measures it whole."""
    rules = wording_rules(language)
    return ";" in statement or bool(rules and rules["joins"].search(statement))


def lix(text: str, known: Collection[str] = ()) -> float:
    """Return how hard a text is to read.

    Parameters
    ----------
    text : str
    known : collection of str
        Long words in small letters that are no harder for it, such as the agency's own name.

    Returns
    -------
    float
        Words per sentence and long words per hundred, about 20 to 70; 0 without words.

    References
    ----------
    Björnsson, C. H. (1968). Läsbarhet. Stockholm: Liber.

    Examples
    --------
    >>> lix("Ledelsen lytter. Vi blir hørt.")
    22.5
    """
    words = plain_words(text)
    if not words:
        return 0.0
    parts = re.split(r"(?<![.!?:])[.!?:]++(?:\s|$)", text)
    sentences = max(len([one for one in parts if one.strip()]), 1)
    long = [word for word in words if len(word) >= LONG_WORD and word not in known]
    return len(words) / sentences + 100 * len(long) / len(words)


def markup(text: str) -> str:
    """Return the first thing in a text that some programme would read and people would not.

    Such as stands in what was copied from a page, a letter or another survey. Empty where there is
    none: texts are shown as they are written.

    Examples
    --------
    >>> markup("Jeg&nbsp;trives <b>her</b>."), markup("Hei {navn}"), markup("3 < 5 & 7 > 6")
    ('&nbsp;', '{navn}', '')
    """
    found = _MARKUP.search(text)
    return found[0] if found else ""


def plain_words(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    return re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", text.lower())


def repeated(text: str, statement: str) -> str:
    """Return the longest run of words that a text shares with a statement, if it is a sign."""
    ours, theirs = plain_words(text), f" {' '.join(plain_words(statement))} "
    for length in range(len(ours), SAME_WORDS - 1, -1):
        for at in range(len(ours) - length + 1):
            run = " ".join(ours[at : at + length])
            if f" {run} " in theirs:
                return run
    return ""
