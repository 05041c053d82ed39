"""The template: wide slides, our colours as the theme, three layouts, a footer that counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.presentation import Presentation as Deck
from pptx.shapes.autoshape import Shape
from pptx.slide import SlideLayout, SlideMaster
from pptx.util import Emu, Inches, Length

from survey_app.reading.reports.paper import tokens


@dataclass(frozen=True, slots=True)
class Box:
    """Where something stands on a slide."""

    left: int
    top: int
    width: int
    height: int

    @property
    def lengths(self) -> tuple[Length, Length, Length, Length]:
        """Left, top, width and height, as slides take them."""
        return Emu(self.left), Emu(self.top), Emu(self.width), Emu(self.height)


WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, RIGHT = Inches(0.6), Inches(12.733)
INNER: Final = Emu(RIGHT - LEFT)
TOP: Final = Inches(1.55)  # where the content begins
BOTTOM: Final = Inches(6.85)
WHOLE: Final = Box(LEFT, TOP, INNER, BOTTOM - TOP)
FONT: Final = "Calibri"
COVER, CONTENT = "Title Slide", "Title Only"
_NS: Final = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_PNS: Final = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_THEME: Final = {
    "dk1": "ink", "lt1": "paper", "dk2": "ink-2", "lt2": "ground", "accent1": "series",
    "accent2": "down", "accent3": "band-edge", "accent4": "series-2", "accent5": "band",
    "accent6": "line", "hlink": "accent", "folHlink": "ink-2",
}  # fmt: skip


def colour(token: str) -> str:
    """Return the light value of a colour of ours, as six hexadecimal digits."""
    return tokens()[token].lstrip("#").upper()


def rgb(hue: str) -> RGBColor:
    """Return the light value of a colour of ours, as slides take it."""
    made: RGBColor = RGBColor.from_string(colour(hue))
    return made


def presentation(footer: str) -> Deck:
    """Return an empty presentation with our theme, and ``footer`` under every slide."""
    made = Presentation()
    made.slide_width, made.slide_height = WIDTH, HEIGHT
    for layout in list(made.slide_layouts):
        if layout.name not in {COVER, CONTENT}:
            made.slide_layouts.remove(layout)
    _colour_theme(made)
    _place(made.slide_master, Inches(0.5), Inches(0.9), 24)
    for layout in made.slide_layouts:
        if layout.name == COVER:
            _place(layout, Inches(1.6), Inches(1.4), 40)
        else:
            _place(layout, Inches(0.5), Inches(0.9), 24)
        _footer(layout, footer)
    return made


def layout_of(made: Deck, name: str) -> SlideLayout:
    """Return a layout by name."""
    return next(one for one in made.slide_layouts if one.name == name)


def _colour_theme(made: Deck) -> None:
    part = next(
        rel.target_part
        for rel in made.slide_master.part.rels.values()
        if rel.reltype.endswith("/theme")
    )
    theme = parse_xml(part.blob)
    scheme = theme.find(".//" + qn("a:clrScheme"))
    for name, token in _THEME.items():
        slot = scheme.find(qn(f"a:{name}"))
        for child in list(slot):
            slot.remove(child)
        slot.append(parse_xml(f'<a:srgbClr {_NS} val="{colour(token)}"/>'))
    for font in theme.iter(qn("a:latin")):
        font.set("typeface", FONT)
    part._blob = _serialised(theme)  # noqa: SLF001 - the theme is a plain part without a setter


def _serialised(element: BaseOxmlElement) -> bytes:
    from lxml import etree  # noqa: PLC0415 - comes with python-pptx

    text: bytes = etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)
    return text


def _place(owner: SlideLayout | SlideMaster, top: Length, height: Length, size: int) -> None:
    """Put the title of a master or layout in its place, and take the other boxes away."""
    for shape in list(owner.placeholders):
        kind = shape.placeholder_format.type
        if shape.placeholder_format.idx == 0:
            shape.left, shape.top, shape.width, shape.height = LEFT, top, INNER, height
            frame = shape.text_frame
            frame.word_wrap = True
            properties = frame._txBody.bodyPr  # noqa: SLF001 - anchors have no other door on layouts
            properties.set("anchor", "b")
            properties.set("lIns", "0")
            _title_style(shape, size)
        elif owner.name or kind is not None:
            shape._element.getparent().remove(shape._element)  # noqa: SLF001


def _title_style(shape: Shape, size: int) -> None:
    """Write the title's style where slides inherit it from: left, bold, our ink."""
    body = shape.text_frame._txBody  # noqa: SLF001
    style = body.find(qn("a:lstStyle"))
    for child in list(style):
        style.remove(child)
    style.append(
        parse_xml(
            f'<a:lvl1pPr {_NS} algn="l"><a:lnSpc><a:spcPct val="95000"/></a:lnSpc>'
            f'<a:defRPr sz="{size * 100}" b="1"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
            "</a:defRPr></a:lvl1pPr>"
        )
    )


def _footer(layout: SlideLayout, text: str) -> None:
    """Write the footer with the slide's number into a layout, so that each slide shows it."""
    rule = layout.shapes._spTree  # noqa: SLF001 - layouts have no shapes to add by
    rule.append(_line(int(Inches(7.0))))
    rule.append(_box(LEFT, INNER - Inches(1), _run(text), "l", 90))
    number = (
        '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
        '<a:rPr lang="nb-NO"/><a:t>‹#›</a:t></a:fld>'
    )
    rule.append(_box(RIGHT - Inches(1), Inches(1), number, "r", 91))


def _run(text: str) -> str:
    return f'<a:r><a:rPr lang="nb-NO"/><a:t>{escape(text)}</a:t></a:r>'


def _line(top: int) -> BaseOxmlElement:
    line: BaseOxmlElement = parse_xml(
        f'<p:cxnSp {_PNS} {_NS}><p:nvCxnSpPr><p:cNvPr id="92" name="Line"/><p:cNvCxnSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvCxnSpPr><p:spPr>{_frame(LEFT, top, INNER, 0)}'
        '<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="6350"><a:solidFill>'
        '<a:schemeClr val="accent6"/></a:solidFill></a:ln></p:spPr></p:cxnSp>'
    )
    return line


def _box(left: int, width: int, content: str, align: str, number: int) -> BaseOxmlElement:
    style = (
        f'<a:lvl1pPr algn="{align}"><a:defRPr sz="1000"><a:solidFill>'
        '<a:schemeClr val="tx2"/></a:solidFill></a:defRPr></a:lvl1pPr>'
    )
    where = _frame(left, Inches(7.03), width, Inches(0.32))
    made: BaseOxmlElement = parse_xml(
        f'<p:sp {_PNS} {_NS}><p:nvSpPr><p:cNvPr id="{number}" name="Footer {number}"/>'
        f'<p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{where}'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" rIns="0" anchor="ctr"/><a:lstStyle>{style}</a:lstStyle>'
        f"<a:p>{content}</a:p></p:txBody></p:sp>"
    )
    return made


def _frame(left: int, top: int, width: int, height: int) -> str:
    return (
        f'<a:xfrm><a:off x="{int(left)}" y="{int(top)}"/>'
        f'<a:ext cx="{int(width)}" cy="{int(height)}"/></a:xfrm>'
    )
