"""Pages as browsers show them: the white space of templates that nobody sees is not there.

Between blocks there is none, and inside a line one space is as good as many. What stands in
``<pre>`` and ``<textarea>`` is shown as it is.
"""

from __future__ import annotations

import re

import httpx
from lxml import html
from lxml.html import HtmlElement

_BLOCKS = (
    "html|head|body|title|meta|link|script|style|main|header|footer|nav|section|article|aside|div"
    "|p|ul|ol|li|dl|dt|dd|h[1-6]|table|caption|thead|tbody|tfoot|tr|th|td|form|fieldset|legend"
    "|details|summary|blockquote|figure|figcaption|select|optgroup|option|dialog|noscript|svg|g"
    "|text|rect|circle|line|path|polyline|polygon|br"
)
# a hard space is a sign like any other
_SPACE = r"[ \t\r\n\f]"
_AROUND_A_BLOCK = re.compile(rf"{_SPACE}*(</?(?:{_BLOCKS})\b[^>]*>){_SPACE}*")
# what a button says has no room before and after it; the button itself stands in a line
_INSIDE_A_BUTTON = re.compile(rf"(<button\b[^>]*>){_SPACE}*(.*?){_SPACE}*(</button>)", re.DOTALL)
_AT_THE_END_OF_A_TAG = re.compile(r"(<[a-zA-Z][^<>]*?) (/?>)")
_AS_IT_IS = re.compile(r"(<(pre|textarea)\b[^>]*>.*?</\2>)", re.DOTALL)


def shown(page: str) -> str:
    """Return ``page`` without white space that is not shown."""
    parts = _AS_IT_IS.split(page)
    # the group for the tag's name gives a part of its own
    return "".join(
        part if index % 3 == 1 else _squeezed(part)
        for index, part in enumerate(parts)
        if index % 3 != 2
    )


def of_class(page: HtmlElement, name: str, tail: str = "") -> list[HtmlElement]:
    """Return the elements below ``page`` of a class, or what ``tail``, XPath, finds from there."""
    found = f"descendant::*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
    return list(page.xpath(found + tail))


def text_of(element: HtmlElement) -> str:
    """Return the words of an element, one space between them."""
    return " ".join(" ".join(element.itertext()).split())


def words_standing_open(response: httpx.Response) -> int:
    """Count the words of a whole page before anything is unfolded or chosen, as a screen has it.

    Header and footer are counted. Not counted are choices in lists, what is said in a drawing or
    for the ear alone, and what only paper, a narrow screen or one without script shows.
    """
    [body] = html.fromstring(response.text).xpath("//body")
    folded = "//details[not(@open)]/*[not(self::summary)]"
    for one in body.xpath(f"{folded} | //option | //svg | //script | //noscript"):
        one.drop_tree()
    for name in ("visually-hidden", "no-script", "on-paper", "only-narrow", "short"):
        for one in of_class(body, name):
            one.drop_tree()
    return len(text_of(body).split())


async def show(response: httpx.Response) -> None:
    """Let tests read a page as browsers show it: a hook of a client."""
    if response.headers.get("Content-Type", "").startswith("text/html"):
        page = (await response.aread()).decode()
        response._content = shown(page).encode()


def _squeezed(part: str) -> str:
    words = _AT_THE_END_OF_A_TAG.sub(r"\1\2", re.sub(f"{_SPACE}+", " ", part))
    return _INSIDE_A_BUTTON.sub(r"\1\2\3", _AROUND_A_BLOCK.sub(r"\1", words))
