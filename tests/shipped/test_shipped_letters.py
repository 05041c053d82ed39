"""What the shipped letters and mails say, in every language."""

from __future__ import annotations

import io
import uuid
from datetime import date

import pypdf
import pytest

from questionnaires.loader import load_library
from survey_app.answering.promise import deleted_in
from survey_app.asking.letters.letter import Letter
from survey_app.asking.letters.paper import letters_html
from survey_app.asking.letters.wording import LetterWave, Promise, wording
from survey_app.shared import pdf
from survey_app.shared.i18n import languages

URL = "https://svar.etatensomspor.example.org"


def a_wave(population):
    return LetterWave(
        id=uuid.UUID(int=1),
        key="omdomme-2026-h2",
        population=population,
        heading=dict.fromkeys(languages(), "Hva mener du om kriminalomsorgen? Høsten 2026"),
        purpose=dict.fromkeys(languages(), "Å vite hvor stor tillit folk har til oss"),
        legal_basis="Personvernforordningen artikkel 6 nr. 1 bokstav e",
        sender="Kommunikasjonsavdelingen i Direktoratet <post@etatensomspor.example.org>",
        contact="Kommunikasjonsavdelingen, undersokelse@etatensomspor.example.org, 22 00 00 00",
        demo=True,
        remind_everybody=False,
        closes_on=date(2026, 12, 18),
        results_on=date(2027, 1, 15),
        minutes=4,
        key_list_hash="ab" * 32,
    )


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("population", ["public", "partners"])
@pytest.mark.parametrize("key", ["promise.worker", "promise.trustees"])
def test_each_letter_fits_on_its_page_in_every_language(population, second, key):
    """With a contact of three parts, a purpose and a basis as agencies write them."""
    messages = load_library().messages
    promise = Promise(messages.in_all_languages(key), {one: deleted_in(one) for one in languages()})
    words = {
        one: wording(
            a_wave(population), one, messages, promise,
            second=second, answering_url=URL, today=date(2026, 11, 30),
        )
        for one in languages()
    }  # fmt: skip
    letters = [
        Letter(row, one, f"{URL}/answer/{'x' * 34}?lang={one}", "K7QX-MZP4-HJ2W")
        for row, one in enumerate(languages(), start=2)
    ]
    pages = pdf.pdf_bytes(letters_html(letters, words, "left"), variant=None)
    assert len(pypdf.PdfReader(io.BytesIO(pages)).pages) == len(letters)


@pytest.mark.parametrize("language", languages())
def test_nobody_who_doubts_a_mail_is_sent_to_an_address_that_stands_in_it(language):
    said = load_library().messages.text(
        "mail.genuine", language, etat="Etaten", vert="svar.example.org", avsender="HR",
        kontakt="WHO WROTE THIS",
    )  # fmt: skip
    assert "WHO WROTE THIS" not in said
