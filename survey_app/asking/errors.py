"""What can be wrong with a register, a campaign, a wave or a sending; never a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from survey_app.asking.mistakes import Mistake
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.errors import BarometerError
from survey_app.shared.first_of_many import FirstOfMany

MOST_NAMED: Final = 1_000  # mistakes of one file: who mends those knows what is wrong with the rest


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file: on which line, in which column or key, and how to mend it.

    ``mistake`` names its kind where pages say it, too, with the ``values`` that fill the sentence.
    """

    line: int
    column: str
    sentence: str
    mistake: Mistake | None = field(default=None, compare=False)
    values: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        places = [f"line {self.line}"] if self.line else []
        places += [f"«{self.column}»"] if self.column else []
        return f"{', '.join(places)}: {self.sentence}" if places else self.sentence


def problem(line: int, column: str, mistake: Mistake, /, **values: object) -> Problem:
    """Make a mistake out of what its sentence is filled with."""
    told = {name: str(value) for name, value in values.items()}
    return Problem(line, column, mistake.value % told, mistake, tuple(told.items()))


class Problems(FirstOfMany[Problem]):
    """The mistakes of a file as they are found: the first thousand, and how many more.

    Of each kind that comes later in a column the first.
    """

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        super().__init__(found, most=MOST_NAMED, kind=lambda one: (one.column, one.mistake))


class ImportProblems(BarometerError):  # noqa: N818 - it carries all of them, not one
    """A file cannot be imported; ``problems`` holds the mistakes that were found.

    Where a file has more than `MOST_NAMED`, the first of them says how many.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        kept = problems if isinstance(problems, Problems) else Problems(problems)
        told = sorted(set(kept))
        if kept.more:
            count = {"number": kept.number, "most": MOST_NAMED}
            told.insert(0, problem(0, "", Mistake.MANY, **count))
        self.problems = tuple(told)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RegisterProblems(ImportProblems):
    """The file of units and people is not right; nothing was imported."""


class CampaignProblems(ImportProblems):
    """The campaign file is not right; nothing was imported."""


class SampleProblems(ImportProblems):
    """The sample file is not right; nobody was invited."""


class AddressProblems(ImportProblems):
    """The file of names and addresses is not right; no letter was made.

    ``matched`` says how many rows of it belong to somebody who is invited by letter.
    """

    def __init__(self, problems: Iterable[Problem], matched: int = 0) -> None:
        self.matched = matched
        super().__init__(problems)


class RegisterChanged(BarometerError):  # noqa: N818
    """The register changed between the plan and its carrying out."""

    def __init__(self) -> None:
        super().__init__("the register was changed meanwhile: look at the new differences first")


class RegisterDoubtful(BarometerError):  # noqa: N818
    """The file looks as if it were cut off, or keys were written in another way."""

    def __init__(self, warnings: Sequence[str]) -> None:
        listed = "\n".join(f"- {warning}" for warning in warnings)
        super().__init__(
            f"nothing was imported:\n{listed}\n"
            "If the extract is right and complete, say so with --complete."
        )


class FrameTooSmall(BarometerError):  # noqa: N818
    """The frame holds too few people for any result to be shown."""

    def __init__(self, people: int, least: int) -> None:
        self.reason = Reason(Against.SMALL_FRAME, people=people, least=least)
        super().__init__(self.reason)


class ReleasedContentError(BarometerError):
    """What was released on pages does not fit the agency's content; ``lines`` say where."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        super().__init__("released versions cannot be read: " + "; ".join(lines))


class UnknownWave(BarometerError):  # noqa: N818
    """No wave, or no campaign, has this key."""

    def __init__(self, key: str, kind: str = "wave") -> None:
        super().__init__(f"there is no {kind} «{key}»; `barometer wave list` shows all of them")


class WrongState(BarometerError):  # noqa: N818
    """The wave is not in a state that allows this."""

    def __init__(self, key: str, state: str, wanted: str, reason: Reason | None = None) -> None:
        self.reason = reason or Reason(Against.STATE, state=state)
        super().__init__(f"the wave «{key}» is {state}; it cannot become {wanted}")


class OpeningRefused(BarometerError):  # noqa: N818
    """A wave may not open; one sentence for each reason."""

    def __init__(self, key: str, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        listed = "\n".join(f"- {reason}" for reason in self.reasons)
        super().__init__(f"the wave «{key}» was not opened:\n{listed}")


class DatesRefused(BarometerError):  # noqa: N818
    """The days of a wave cannot become others; one sentence for each reason."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


class ReminderRefused(BarometerError):  # noqa: N818
    """No further reminder goes out now; one sentence for each reason."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


class CancellingRefused(BarometerError):  # noqa: N818
    """A wave was not cancelled; one sentence for each reason."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


class FiguresRefused(BarometerError):  # noqa: N818
    """Published figures were not corrected or taken back; one sentence for each reason."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


class PlanRefused(BarometerError):  # noqa: N818
    """A plan cannot be kept any more; one sentence for each reason."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


class NoSender(BarometerError):  # noqa: N818
    """A mail cannot be written, since nothing says whom it is from."""

    def __init__(self, campaign: str) -> None:
        super().__init__(
            f"the campaign «{campaign}» has no sender with an e-mail address:"
            ' write sender = "Name <name@example.org>" in its file'
        )


class MailServerDown(BarometerError):  # noqa: N818
    """The mail server does not take mail just now; everything waits in the outbox."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"the mail server takes no mail ({reason}); everything waits in the outbox"
        )


class MailLost(MailServerDown):
    """The server let us in and ended the line over one mail, or never answered to it.

    Others may go: some servers do so for one address. ``code`` is what is noted of the mail (RFC
    3463 or 5321); ``refused`` says that the server surely did not take it, so that another try
    gives nobody a second copy, and ``handed_over`` that it may well have: it had the mail's text.
    """

    def __init__(self, reason: str, code: str, *, refused: bool, handed_over: bool = False) -> None:
        self.code = code
        self.refused = refused
        self.handed_over = handed_over
        super().__init__(reason)


class SmsGatewayDown(BarometerError):  # noqa: N818
    """The gateway takes no text messages just now; everything waits in the outbox.

    ``rest`` is how many seconds it wants to be left alone.
    """

    def __init__(self, reason: str, *, rest: float = 0.0) -> None:
        self.reason = reason
        self.rest = rest
        super().__init__(
            f"the gateway takes no text messages ({reason}); everything waits in the outbox"
        )


class SmsLost(SmsGatewayDown):
    """The gateway failed over one message, or never answered to it, and knows one that comes again.

    Others may go. ``code`` is what is noted of the message.
    """

    refused = True  # as of a mail: another try gives nobody a second one

    def __init__(self, reason: str, code: str) -> None:
        self.code = code
        super().__init__(reason)


class UnreadableBlinded(BarometerError):  # noqa: N818
    """What a browser sent to be signed is no blinded message."""

    def __init__(self, size: int) -> None:
        super().__init__(f"a blinded message has {size} bytes and is below the key's modulus")


class SigningFailed(BarometerError):  # noqa: N818
    """A signature came out wrong, and was kept back."""

    def __init__(self) -> None:
        super().__init__(
            "a blind signature did not verify and was not given out: a computer that miscalculates"
            " cannot issue credentials; try again, and if it stays so, test this machine's memory"
        )


class ForeignSecret(BarometerError):  # noqa: N818
    """The keys of a wave were sealed under another secret than this installation has now."""

    def __init__(self) -> None:
        super().__init__(
            "the signing keys of this wave do not open: BAROMETER_SECRET_KEY, or secret_key in the"
            " data folder, is not the one it was opened with; bring that one back"
        )


class LinkNotReplaced(BarometerError):  # noqa: N818
    """A link was not replaced; the sentence says why, and holds no address."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no link was replaced: {reason}")


class LettersRefused(BarometerError):  # noqa: N818
    """No letters were made; the sentence says why, and names nobody."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"no letters of «{key}» were made: {reason}")


class UnusableRecipient(BarometerError):  # noqa: N818
    """What was given to seal a file to is no public key."""

    def __init__(self, reason: str, *, secret: bool = False) -> None:
        self.secret = secret
        super().__init__(f"--sealed-to: {reason}")


class KeyHolderRefused(BarometerError):  # noqa: N818
    """Two people cannot be asked to hold the keys of a wave; ``reason`` is a word for the page."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"nobody was asked to hold the keys: {reason}")


class DirectoryTaken(BarometerError):  # noqa: N818 - a state, not a fault
    """The directory tells of somebody whose address or number another has."""

    def __init__(self, attribute: str) -> None:
        super().__init__(f"another person has this {attribute}")


class DirectoryBusy(BarometerError):  # noqa: N818 - a state, not a fault
    """People are being written for longer than the directory is kept waiting."""

    def __init__(self) -> None:
        super().__init__("People are being brought into the register: try again in a minute")
