"""A poster is one page, whatever its survey is called and whoever is asked about it."""

from datetime import date

import pypdfium2
import pytest

from survey_app.asking.campaigns.campaign_reader import LONGEST_LINE
from survey_app.asking.poster import Poster, poster_html
from survey_app.shared import pdf

WORDS = (
    "Omdømmeundersøkelsen om kriminalomsorgsdirektoratet, fengslene og friomsorgskontorene for deg"
    " som bor i nærheten, har noen der eller bare er nysgjerrig på hva vi gjør, og hvorfor vi gjør"
    " det slik vi gjør det"
)
PROMISE = (
    "Vi vet ikke hvem du er, og lagrer verken nettadresse eller klokkeslett. Ingen kan vite det."
)
HOSTS = (
    "https://svar.example.org",
    "https://undersokelser-og-malinger.kriminalomsorgsdirektoratet.example.org/verdibarometer",
)


@pytest.mark.parametrize("contact", [20, LONGEST_LINE])
@pytest.mark.parametrize("heading", [20, 44, 59, 110, LONGEST_LINE])
def test_a_poster_is_one_page_with_the_longest_title_and_contact(heading, contact):
    said = Poster(WORDS[:heading], 12, date(2026, 12, 14), PROMISE, WORDS[:contact], demo=True)
    assert len(said.heading) == heading
    for host in HOSTS:
        page = poster_html(said, host, "omdommeundersokelse-apen-2026", "nb")
        assert len(pypdfium2.PdfDocument(pdf.pdf_bytes(page))) == 1
