"""Elements of DDI-Codebook 2.5 (schema ``ddi:codebook:2_5`` of the DDI Alliance)."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

from questionnaires.formats.names import for_xml

NAMESPACE: Final = "ddi:codebook:2_5"
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def codebook(language: str) -> ET.Element:
    """Begin a codebook whose texts are in a language where they say nothing else."""
    ET.register_namespace("", NAMESPACE)
    return ET.Element(_tag("codeBook"), {"version": "2.5", LANG: language})


def codebook_bytes(root: ET.Element) -> bytes:
    """Write a codebook as UTF-8 XML."""
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8")
    return _HEAD + text + b"\n"


def add(
    parent: ET.Element, path: str, text: str = "", attributes: Mapping[str, str] | None = None
) -> ET.Element:
    """Add an element; a path ``a/b`` opens each step anew."""
    for step in path.split("/"):
        parent = ET.SubElement(parent, _tag(step))
    parent.text = for_xml(text) or None
    parent.attrib.update({name: for_xml(value) for name, value in (attributes or {}).items()})
    return parent


def add_text(
    parent: ET.Element,
    name: str,
    text: Mapping[str, str],
    attributes: Mapping[str, str] | None = None,
) -> None:
    """Add an element once for each language of a text, in their order."""
    for language, words in text.items():
        add(parent, name, words, {LANG: language, **(attributes or {})})


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
