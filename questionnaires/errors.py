"""What can be wrong with questionnaires, texts and answers. No error ever carries an answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

type Hinders = Literal[
    "version", "same", "mixed", "filtered", "decides", "parts", "modules", "rule"
]
"""What keeps a wave from asking two versions; `asking.campaigns.wave_checks` says it to readers."""


UNREAD: Final = "unread"
"""The kind of a problem with a file of which nothing could be read."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: in which file, at which key, and how to mend it.

    `missing_in` is the code of a language when all that is wrong is a text not written in it.
    `kind` names what is wrong, and `about` what it is about, where whoever writes on pages is told
    it in their own language.
    """

    file: str
    key: str
    sentence: str
    missing_in: str = ""
    kind: str = ""
    about: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.sentence}"


class QuestionnaireErrors(Exception):  # noqa: N818  it carries all of them, not one
    """The questionnaires cannot be used; `problems` holds every one that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[object, ...]:
        """Come out of a child process as it was raised there, a sentence each."""
        return type(self), (self.problems,)


class UnknownFormError(LookupError):
    """No form has this id."""


class UnknownVersionError(LookupError):
    """The instrument has no such version."""


class OverlapError(ValueError):
    """Two versions of a form cannot be asked in one wave; the sentence says why.

    `hinders` is the kind of reason, `items` are the questions that it is about.
    """

    def __init__(self, sentence: str, hinders: Hinders, items: Iterable[str] = ()) -> None:
        self.hinders: Hinders = hinders
        self.items = tuple(items)
        super().__init__(sentence)


class SensitivityError(LookupError):
    """A stored questionnaire was not laid beside what the library says of its items."""

    def __init__(self, form: str) -> None:
        super().__init__(
            f"which items of {form} are sensitive is not known:"
            " read it with Library.with_sensitivity before its answers are counted"
        )


class AnswerError(ValueError):
    """A submission cannot be read. It names the item and never what was answered."""

    def __init__(self, item: str, sentence: str) -> None:
        self.item = item
        super().__init__(f"{item}: {sentence}")


class MessageError(LookupError):
    """A message is unknown, or a placeholder in it has no value."""
