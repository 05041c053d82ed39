"""What somebody wants made of the cards of a wave."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class CardOrder:
    """All piles of a wave, in one language: whoever draws a card chooses theirs on the form."""

    wave: str
    language: Language

    @property
    def file_name(self) -> str:
        """What the file is called."""
        return f"{self.wave}-cards-{self.language}.pdf"
