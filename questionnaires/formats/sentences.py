"""Every sentence about somebody else's file, in English; pages say the same in their languages."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with what stands in it."""

    sentence: "Sentence"
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return str(self.sentence.value).format_map(dict(self.values))


class Sentence(Enum):
    """A sentence with names in braces for what stands in it."""

    def __call__(self, **values: object) -> Said:
        """Say it with these values."""
        return Said(self, tuple((name, str(value)) for name, value in values.items()))


class What(Sentence):
    """What of a file is not carried over."""

    NAMED = "{name}"
    SETTING = "{name} {value}"
    OTHER = "answer «other» with a text of one's own"
    BESIDE = "text of one's own beside the answers"
    SCRIPT = "script"
    RANDOM = "random order"
    ANSWERS = "words of the answers"
    ANSWER = "words of answer «{code}»"
    MEDIA = "pictures, sound or film ({tags})"
    FORMATTING = "formatting ({tags})"
    INSERTED = "a text that inserts an answer or a value"
    CONDITION = "condition «{text}»: everybody is asked"
    ANSWER_CONDITION = "condition of an answer"
    TEXT_CONDITION = "condition «{text}» of a text: everybody may see it"
    HIDDEN = "hidden question"
    TEXT = "«{text}»"
    NONE = "that «{text}» is no answer"
    NUMBERS = "numbers from {low} to {high}"
    CHOICE = "question with fewer than two answers"
    WORDS = "question without words"
    LANGUAGE = "all texts in «{name}»"
    QUESTIONS = "{count} questions"
    ROWS = "{count} rows"
    SAME_CODES = "answers with the same code"
    LONG = "a text of more than {most} signs"


class Why(Sentence):
    """Why it is not."""

    CHOICES = "a question of ours has answers to choose from"
    SETTING = "a form of ours has nothing of the kind"
    NO_TEXT = "nobody writes beside the answers; add an answer if it is needed"
    MESSAGES = "what stands around a form is the agency's messages"
    ORDER = "the order is part of the version"
    SCRIPT = "nobody's script runs on our pages"
    MEDIA = "we show texts only"
    PLAIN = "our texts are plain"
    INSERTED = "nothing is inserted into our texts; it stands there as it was written"
    ENGLISH = "the programme keeps them itself, so they stand in English: translate them"
    EACH_ANSWER = "words at the ends stand beside numbers; here each answer has words of its own"
    EXCLUSIVE = "which answers exclude all others stands in exclusive_options.toml: add it"
    EVERY_ANSWER = "every answer is shown to everybody"
    SHOWN = "what a form has is shown"
    NOTHING = "there is nothing to choose from"
    LENGTH = "no text of ours is so long: shorten it, and write it in"
    NO_WORDS = "it has none in a language of the agency: write them"
    NOT_THERE = "the file does not hold them"
    ONE_NONE = (
        "a set has one such answer of each kind, and this one counts as any other: take it out, or"
        " make one of the two"
    )
    NO_QUESTION = "no question that comes along follows it in the same group"
    WIDTH = "a row has 2 to {most} numbers from 0 upwards, one apart"
    LANGUAGES = "the agency asks in {languages}"
    DELETED = "they had been deleted"
    CAMPAIGN = "the campaign decides who is asked"
    SCALES = "points are reckoned from scales and indices"
    UNKNOWN = "it uses what a filter of ours does not have"
    JOINED = "it joins answers to several questions by «or»"
    NO_ANSWER = "«{value}» is no answer that can be chosen"
    NOT_CARRIED = "«{name}» is no question that is carried over"
    OWN = "statements, scales and indices are the agency's own: add them"
    MODULES = "each person was asked one of several modules: everybody gets all"
    HALVES = "half of those asked got it in other words: everybody gets the new ones"
    CHAIN = "«{name}» is not asked of everybody itself, and our filters form no chains"


class Refused(Sentence):
    """Why nothing of a file is carried over."""

    FORMAT = "we do not know this format: we read {formats}"
    ARCHIVE = (
        "the file is an archive of LimeSurvey, which may hold people's answers: export the survey's"
        " structure (.lss)"
    )
    OLD_BOOK = "the workbook is of the old kind (.xls): save it as .xlsx"
    LOCKED_BOOK = (
        "the workbook is of the old kind (.xls) or has a password: save it as .xlsx, without one"
    )
    LARGE = "the file is larger than {limit} MB, which no questionnaire is"
    EMPTY = "the file is empty"
    DEEP = "the file is nested deeper than any questionnaire"
    NO_QUESTIONS = "the file holds no questions"
    ENCODING = "the file is not UTF-8 text (byte {byte}): export it once more, or save it as UTF-8"
    BROKEN = "the file is no complete {kind} (line {line})"
    BROKEN_BOOK = "the file is no complete workbook (.xlsx)"
    NOT_THIS = "the file does not look as {format} writes it"
    KEYS = "the file says «{key}» twice in one place: take one of the two out"
    NUMBER = "the file holds a number that is no number"
    ENTITIES = "the file declares entities, which no questionnaire does"
    ACTIVE = (
        "{place}: a text holds a script or something else that acts («{tag}»): take it out in the"
        " programme that wrote the file"
    )
    QUESTIONS = "the file has more than {most} questions"
    ANSWERS = "the file has more than {most} answers to choose from"
    ROWS = "the workbook has more than {most} rows"
    TWICE = "two questions are called «{code}»: rename one"
    ANSWER_TWICE = "two answers of «{item}» have the code «{code}»: rename one"
    NAME = "«{code}» is no name for a question or an answer: rename it"
    UNPACKED = "the workbook is far larger unpacked than a form can be"
    MACROS = "the workbook has macros: save it as .xlsx without them"
    FORMULAS = (
        "the sheet «{sheet}» has formulas: save it with their values, for a text that is computed"
        " may say something else tomorrow"
    )
    XLSFORM = "the file is no XLSForm: {told}"
    CHANGED = "the file was changed since it was written: take its line «hash» out"
    KEY = "«{key}» is no name for an instrument: 2 to 30 small letters and digits, a letter first"
    TAKEN = "«{key}» is the name of something else already: choose another"
    NOTHING = (
        "what the file asks ({kinds}) cannot be carried over: we ask questions with at least two"
        " answers to choose from, or with a row of at most {most} numbers from 0 upwards"
    )
    WORDLESS = (
        "the questions that could be carried over ({codes}) have no words in a language of the"
        " agency: write them first"
    )
    LANGUAGES = (
        "the file is written in {names}, and the agency asks in {ours}: translate it first, or add"
        " the language to agency.toml"
    )


class ForeignFileError(ValueError):
    """The file cannot be taken in; one sentence says why, and nothing of it is used."""

    def __init__(self, said: Said) -> None:
        self.said = said
        super().__init__(str(said))


class NotSaidError(ValueError):
    """A condition that no filter says exactly."""

    def __init__(self, said: Said) -> None:
        self.said = said
        super().__init__(str(said))
