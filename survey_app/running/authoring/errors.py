"""Why nothing that somebody wrote of a version is kept."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class WrittenInVainError(BarometerError):
    """The version went, or went on, while somebody wrote.

    `said` is what they wrote, each with its language, which is empty where the page names none.
    """

    def __init__(self, key: str, said: tuple[tuple[str, str], ...]) -> None:
        super().__init__("the version is written on no more")
        self.key = key
        self.said = said
