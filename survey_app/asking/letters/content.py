"""What a file of letters holds: all that were ordered are set, and some of them are taken."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

from survey_app.asking.letters.csv_letters import write_csv
from survey_app.asking.letters.letter import Letter, Wording
from survey_app.asking.letters.order import LetterOrder, Report, Surroundings
from survey_app.asking.letters.paper import joined, page_for_screens, set_letters
from survey_app.asking.letters.seal import seal
from survey_app.asking.letters.wording import LetterWave, wording
from survey_app.shared.i18n import Language, languages


class Content:
    """The letters that were ordered, of which a file takes those who may not have answered."""

    def __init__(
        self,
        order: LetterOrder,
        wave: LetterWave,
        letters: Sequence[Letter],
        around: Surroundings,
        report: Report,
    ) -> None:
        self.order, self.letters = order, letters
        self.words: Mapping[Language, Wording] = {}
        self._parts: list[bytes] = []
        if order.form == "pdf":
            words = {
                language: wording(
                    wave,
                    language,
                    around.messages,
                    around.promise,
                    second=order.second,
                    answering_url=around.answering_url,
                    today=around.today,
                )
                for language in languages()
            }
            self.words = words
            self._parts = set_letters(letters, words, window=order.window, report=report)

    def page(self, at: int) -> bytes:
        """Return the letter at one place as a PDF of its own, as mailboxes show it."""
        letter = self.letters[at]
        return page_for_screens(letter, self.words[letter.language], self.order.window)

    def of(self, wanted: Sequence[int]) -> bytes:
        """Return the file of the letters at these places."""
        if self.order.form == "csv":
            return write_csv(self.letters[at] for at in wanted)
        if not self.order.by_language:
            return joined(self._parts, wanted)
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as folder:
            for language in languages():
                own = [at for at in wanted if self.letters[at].language == language]
                folder.writestr(f"letters-{language}.pdf", joined(self._parts, own))
        return packed.getvalue()

    def file(self, wanted: Sequence[int]) -> bytes:
        """Return the same, or their sealed file, which is as large as that of everybody."""
        content = self.of(wanted)
        if not self.order.sealed_to:
            return content
        size = len(self.of(range(len(self.letters))))
        name = f"letters.{self.order.inner_ending}"
        return seal(name, content, size=size, recipient=self.order.sealed_to)
