"""The same document on paper is the same bytes, so that whoever fetches it twice can compare."""

import time

import pytest

from survey_app.shared.pdf import ARCHIVED, VARIANT, font_face, on_one_page, pdf_bytes

PAGE = f"<html lang='nb'><title>A</title><style>{font_face()}body {{ font: 1em Inter }}</style>Å"


# the library leaves a file open when it writes for archives
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_document_is_the_same_bytes_whenever_it_is_set():
    variants = (ARCHIVED, VARIANT, None)
    first = [pdf_bytes(PAGE, variant=one) for one in variants]
    sheet = on_one_page([PAGE])
    # fonts are written with the second in which they are
    time.sleep(1.1)
    assert [pdf_bytes(PAGE, variant=one) for one in variants] == first
    assert on_one_page([PAGE]) == sheet
