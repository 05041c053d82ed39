"""Texts of others as plain text: markup is taken out, and scripts are refused."""

import re
from collections.abc import Collection
from html.parser import HTMLParser

from lxml.html.defs import tags as html_tags

from questionnaires.formats.sentences import ForeignFileError, Refused

_ACTIVE = frozenset(
    {"script", "iframe", "object", "embed", "applet", "form", "meta", "base", "link"}
)
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "xlink:href", "data"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "td"})
_HARMFUL_ADDRESS = re.compile(r"\s*(?:javascript|vbscript|data\s*:\s*text/html)", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
INSERTED = re.compile(r"\$?\{[^{}\n]{1,200}\}")


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.tags: set[str] = set()
        self.harmful = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _is_word(tag, attrs):
            self.parts.append(self.get_starttag_text() or "")
            return
        self.tags.add(tag)
        if tag in _ACTIVE:
            self.harmful = tag
        for name, value in attrs:
            if name.startswith("on") or (
                name in _ADDRESSES and _HARMFUL_ADDRESS.match(value or "")
            ):
                self.harmful = name
        if tag in _BREAKS:
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if _is_word(tag, ()):
            self.parts.append(f"</{tag}>")
        if tag in _BREAKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _is_word(tag: str, attrs: Collection[tuple[str, str | None]]) -> bool:
    """Tell a word between angle brackets, as in «<name>» or «a<b and c>d», from markup."""
    named = tag in html_tags or not tag.isalnum()
    return not named and not any(
        value is not None or name.startswith("on") for name, value in attrs
    )


def plain_text(text: str, place: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without markup, and the names of the tags that were taken out.

    Raises
    ------
    ForeignFileError
        If the text holds a script or anything else that acts.
    """
    tags: set[str] = set()
    if "<" in text or "&" in text:
        parser = _Plain()
        parser.feed(text)
        parser.close()
        if parser.harmful:
            raise ForeignFileError(Refused.ACTIVE(place=place, tag=parser.harmful[:20]))
        text, tags = "".join(parser.parts), parser.tags
    text = _INVISIBLE.sub("", text)
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return re.sub(r"\s+", " ", text).strip(), tuple(sorted(tags))


def short(text: str) -> str:
    """Return a text as one line of a report can show it."""
    printable = "".join(sign if sign.isprintable() else "?" for sign in text)
    return printable if len(printable) <= 60 else f"{printable[:59]}…"  # noqa: PLR2004 - a line's
