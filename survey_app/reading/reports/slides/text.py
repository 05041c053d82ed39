"""Text on slides: sentences with their bold beginning, in the report's language."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from pptx.enum.text import MSO_ANCHOR
from pptx.slide import Slide
from pptx.text.text import TextFrame, _Paragraph
from pptx.util import Emu, Pt

from survey_app.reading.reports.slides.template import Box, rgb
from survey_app.shared.i18n import Language, locale_name

_BOLD: Final = re.compile(r"<b>(.*?)</b>", re.DOTALL)


def runs_of(sentence: str) -> list[tuple[str, bool]]:
    """Split a finding into its plain and its bold parts."""
    found: list[tuple[str, bool]] = []
    at = 0
    for match in _BOLD.finditer(sentence):
        found += [(sentence[at : match.start()], False), (match[1], True)]
        at = match.end()
    found.append((sentence[at:], False))
    return [(html.unescape(text), bold) for text, bold in found if text]


def write(
    paragraph: _Paragraph,
    sentence: str,
    lang: Language,
    *,
    size: float = 16,
    hue: str = "ink",
    bold: bool = False,
) -> None:
    """Write a sentence into a paragraph; ``<b>`` marks what is bold."""
    for text, strong in runs_of(sentence):
        run = paragraph.add_run()
        run.text = text
        run.font.size = Pt(size)
        run.font.bold = bold or strong
        run.font.color.rgb = rgb(hue)
        # the enumeration of the library knows fewer languages than programmes for slides do
        run._r.get_or_add_rPr().set("lang", locale_name(lang).replace("_", "-"))  # noqa: SLF001


def box(slide: Slide, left: int, top: int, width: int, height: int) -> TextFrame:
    """Return the text frame of a new box without margins, its text at the top."""
    frame: TextFrame = slide.shapes.add_textbox(*Box(left, top, width, height).lengths).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    frame.vertical_anchor = MSO_ANCHOR.TOP
    return frame


def paragraphs(
    frame: TextFrame,
    sentences: Sequence[str],
    lang: Language,
    *,
    size: float = 16,
    hue: str = "ink",
    space: float = 8,
) -> None:
    """Write sentences, one paragraph each."""
    for number, sentence in enumerate(sentences):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(space)
        write(paragraph, sentence, lang, size=size, hue=hue)
