"""The agency's logo: a file of its content, looked through before anybody is shown it."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from lxml import etree

from questionnaires.reading import Table

SVG: Final = "image/svg+xml"
PNG: Final = "image/png"
_MEDIA: Final = {".svg": SVG, ".png": PNG}
MOST: Final = 200_000  # bytes: it is on every page
LARGEST: Final = 2000  # pixels: a browser holds four bytes of each, however few the file has
NARROWEST, WIDEST = 0.25, 10.0  # width by height: else it is a line
_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
_USE: Final = f"{_NAMESPACE}use"
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
# what a drawing is made of; nothing here runs, moves, links, or fetches anything
_ELEMENTS: Final = frozenset(
    {
        "svg", "g", "defs", "title", "desc", "metadata", "style", "path", "rect", "circle", "line",
        "ellipse", "polyline", "polygon", "text", "tspan", "use", "symbol", "clipPath", "mask",
        "linearGradient", "radialGradient", "stop",
    }
)  # fmt: skip
# notes of drawing programmes, which no browser does anything with
_NOTES: Final = (
    "http://www.inkscape.org/",
    "http://sodipodi.sourceforge.net/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://purl.org/dc/",
)


@dataclass(frozen=True, slots=True)
class Logo:
    """A drawing that may be shown: its bytes, their media type, and its width by its height."""

    media: str
    content: bytes
    ratio: float


def parse_logo(table: Table, root: Path) -> Logo | None:
    """Read ``[logo]``, whose ``file`` lies beside ``agency.toml``; None without it."""
    if not table.keys:
        return None
    name = table.take("file", str)
    table.close()
    media = _MEDIA.get(Path(name).suffix.lower())
    if Path(name).name != name or media is None:
        table.wrong("file", f"«{name}» must be an .svg or .png beside agency.toml; move it there")
        return None
    try:
        content = (root / name).read_bytes()
    except OSError:
        table.wrong("file", f"«{name}» cannot be read; put the file beside agency.toml")
        return None
    wrong = [*_size_problems(content), *(_of_svg(content) if media == SVG else _of_png(content))]
    for sentence in wrong:
        table.wrong("file", f"«{name}»: {sentence}")
    return None if wrong else Logo(media, content, _ratio(content, media) or 1.0)


def _size_problems(content: bytes) -> Iterator[str]:
    if len(content) > MOST:
        yield f"it has {len(content)} bytes, and may have {MOST} at most; simplify it"


def _of_png(content: bytes) -> Iterator[str]:
    if not content.startswith(_PNG_HEAD):
        yield "this is no PNG; save it anew"
    elif (side := max(_sides_of_png(content), default=0)) > LARGEST:
        yield f"it is {side} pixels wide or high, and may be {LARGEST} at most; scale it down"
    else:
        yield from _shape_problems(content, PNG)


def _of_svg(content: bytes) -> Iterator[str]:
    try:
        drawing = _read(content)
    except etree.XMLSyntaxError as error:
        yield f"this is no SVG: {error}"
        return
    if drawing.tag != f"{_NAMESPACE}svg":
        yield "its outermost element must be svg, in the namespace of SVG"
        return
    if drawing.getroottree().docinfo.doctype:
        yield "it has a document type, which may hold entities; take the line <!DOCTYPE …> out"
    found = list(_unwanted(drawing))
    if found:
        has = ", ".join(dict.fromkeys(found))
        yield f"it may hold shapes and text alone, and has {has}; take it out"
    if any(map(_repeats_a_use, drawing.iter(_USE))):
        yield "a <use> repeats a part that holds another <use>, which may grow without end; copy it"
    yield from _shape_problems(content, SVG)


def _repeats_a_use(part: etree._Element) -> bool:
    """Tell whether what a use repeats repeats something in turn: ten of ten of ten and so on."""
    name = unquote(str(part.get("href") or part.get(_XLINK) or "").strip().removeprefix("#"))
    meant = part.xpath("//*[@id = $name]", name=name)
    return any(next(one.iter(_USE), None) is not None for one in meant)


def _read(content: bytes) -> etree._Element:
    # no entities, no document type from elsewhere, nothing from the network
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


def _unwanted(drawing: etree._Element) -> Iterator[str]:
    """Name every part that runs, links or fetches; foreign namespaces are notes of a programme."""
    for part in drawing.iter():
        if not isinstance(part.tag, str):
            if part.tag is etree.Entity or part.tag is etree.ProcessingInstruction:
                yield "an entity or an instruction"
            continue
        name = etree.QName(part.tag)
        ours = f"{{{name.namespace}}}" == _NAMESPACE and name.localname in _ELEMENTS
        if not ours and not (name.namespace or "").startswith(_NOTES):
            yield f"<{name.localname}>"
        if name.localname == "style" and _points_elsewhere("".join(part.itertext())):
            yield "a style that fetches something"
        yield from _unwanted_attributes(part)


def _unwanted_attributes(part: etree._Element) -> Iterator[str]:
    for key, value in part.attrib.items():
        name, text = etree.QName(key).localname, str(value)
        elsewhere = key in {"href", _XLINK} and not text.strip().startswith("#")
        if name.lower().startswith("on") or elsewhere or _points_elsewhere(text):
            yield f"the attribute {name}"


def _points_elsewhere(text: str) -> bool:
    """Tell whether a value or a style names anything outside the drawing, or hides that it does."""
    plain = re.sub(r"""[\s"']|/\*.*?\*/""", "", text.lower(), flags=re.DOTALL)
    fetched = "url(" in plain.replace("url(#", "") or "@import" in plain
    return fetched or "script:" in plain or "\\" in text


def _shape_problems(content: bytes, media: str) -> Iterator[str]:
    ratio = _ratio(content, media)
    if ratio is None:
        yield "it does not say how wide and how high it is; give the svg a viewBox"
    elif not NARROWEST <= ratio <= WIDEST:
        yield f"it is {ratio:.1f} times as wide as it is high; crop it"


def _sides_of_png(content: bytes) -> tuple[int, ...]:
    head = content[16:24]
    return struct.unpack(">II", head) if len(head) == 8 else ()  # noqa: PLR2004 - two of four bytes


def _ratio(content: bytes, media: str) -> float | None:
    """Return width by height; None where the file does not tell."""
    try:
        if media == PNG:
            width, height = map(float, _sides_of_png(content))
        else:
            drawing = _read(content)
            box = drawing.get("viewBox", "").replace(",", " ").split()
            sides = box[2:] if box else [drawing.get("width", ""), drawing.get("height", "")]
            width, height = (float(side.removesuffix("px")) for side in sides)
        return width / height if width > 0 and height > 0 else None
    except (ValueError, struct.error, etree.XMLSyntaxError):
        return None
