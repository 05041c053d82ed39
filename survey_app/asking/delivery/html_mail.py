"""The HTML half of a mail: one column, styles inline, no picture and nothing loaded from anywhere.

Mail programs strip style sheets, so every element carries its own. The plain half says the same.
"""

from __future__ import annotations

import re
from html import escape

from survey_app.shared.i18n import Language, text_direction

FONT = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
INK, QUIET, ACCENT, PAPER, GROUND = "#14222b", "#465761", "#0a5566", "#ffffff", "#f1f4f5"
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_PARAGRAPH = (
    f"margin:0 0 16px;{FONT};font-size:16px;line-height:1.5;color:{INK};"
    # a checksum is one word of 64 characters, and a telephone is narrow
    "overflow-wrap:anywhere;word-break:break-word"
)


def html_mail(
    title: str, body: str, language: Language, *, button: tuple[str, str], notice: str = ""
) -> str:
    """Lay out the paragraphs of a mail.

    Parameters
    ----------
    title : str
        The subject, for programs that show it.
    body : str
        Paragraphs parted by an empty line; ``**…**`` is bold, addresses become links.
    language : str
        For screen readers.
    button : (str, str)
        The address that also gets a button after its paragraph, and the button's text.
    notice : str
        A line above everything: that this is a demonstration.
    """
    parts = [_paragraph(text, button) for text in re.split(r"\n\s*\n", body.strip())]
    banner = (
        f'<p style="margin:0;padding:8px 24px;{FONT};font-size:14px;color:{PAPER};'
        f'background-color:{QUIET}">{escape(notice)}</p>'
        if notice
        else ""
    )
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{text_direction(language)}">'
        '<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head>\n"
        f'<body style="margin:0;padding:0;background-color:{GROUND}">\n'
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="background-color:{GROUND}"><tr><td align="center" style="padding:24px 12px">\n'
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="max-width:600px;background-color:{PAPER};border-top:4px solid {ACCENT}">'
        f'<tr><td>{banner}</td></tr>\n<tr><td style="padding:32px 24px 16px">\n'
        + "\n".join(parts)
        + "\n</td></tr></table>\n</td></tr></table>\n</body></html>\n"
    )


def _paragraph(text: str, button: tuple[str, str]) -> str:
    address, label = button
    html = _BOLD.sub(r"<strong>\1</strong>", _linked(text)).replace("\n", "<br>")
    paragraph = f'<p style="{_PARAGRAPH}">{html}</p>'
    if address not in text:
        return paragraph
    # the address stands in full above it: people are right to want to see where a link goes
    return (
        f'{paragraph}\n<p style="margin:0 0 24px"><a href="{escape(address)}" style="display:'
        f"inline-block;padding:13px 28px;border-radius:4px;{FONT};font-size:16px;font-weight:600;"
        f'color:{PAPER};background-color:{ACCENT};text-decoration:none">{escape(label)}</a></p>'
    )


def _linked(text: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = escape(found[0])
        parts.append(escape(text[end : found.start()]))
        # it begins a line of its own before it is broken: half an address looks like another one
        parts.append(f'<a href="{address}" style="color:{ACCENT}">{address}</a>')
        end = found.end()
    return "".join([*parts, escape(text[end:])])
