"""Drawings that become pictures are set in the pages' font: style sheets do not reach into them."""

import pytest

from survey_app.reading.reports.paper import in_our_font


@pytest.mark.parametrize("start", ["<svg viewBox", "<svg\n viewBox"])
def test_a_drawing_has_our_font_however_its_template_breaks_the_line(start):
    assert 'font-family="Inter' in in_our_font(f'{start}="0 0 9 9"><text>70</text></svg>')
