"""What somebody may write to make a page, a mail, a file or a log do something, and what shows it.

Each text names itself, so that what it did can be told from what is ours.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any, Final

from lxml import etree
from lxml import html as markup

MARK: Final = "zqx"
"""Stands in every payload, and nowhere by chance."""
_RUN: Final = f"{MARK}ran()"
PAYLOADS: Final[tuple[str, ...]] = (
    f"<script>{_RUN}</script>",
    f"<img src=x onerror={_RUN}>",
    f"<svg onload={_RUN}><title>{MARK}",
    f"\"' autofocus onfocus={_RUN} {MARK}='",
    f"</title></textarea></script></style><b data-{MARK}=1>",
    f"--><iframe srcdoc='<script>{_RUN}</script>'></iframe>",
    f"javascript:{_RUN}//",
    f"<a href=javascript:{_RUN}>{MARK}</a>",
    f"<base href=//{MARK}.example><form action=//{MARK}.example>",
    f"{{{{ '{MARK}' * 2 }}}}{{% if 1 %}}{MARK}{{% endif %}}{MARK}{{{{7*7}}}}",
    f"%({MARK})s %s %n {{0.__class__}} $({MARK}) `{MARK}`",
    f'=HYPERLINK("http://{MARK}.example";"{MARK}")',
    f"+{MARK}|' /C calc'!A0",
    f"-{MARK};=1+1\t@SUM(1)\n=2+2",
    f"@{MARK}",
    f"{MARK}\r\nBcc: {MARK}@example.org\r\n\r\n<script>{_RUN}</script>",
    f"{MARK}\nX-{MARK}: 1",
    f"{MARK}\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}",
    f"{MARK}\0\x07\x1b[31m\x1b]0;{MARK}\x07",
    f"</script><!--<script>{MARK}",
    f"\u2028\u2029{MARK}\ud83d\udc80".encode("utf-16", "surrogatepass").decode("utf-16"),
    f"../../{MARK}/../etc/passwd",
    f"'; DROP TABLE {MARK};--",
    f'<!DOCTYPE a [<!ENTITY {MARK} SYSTEM "file:///etc/passwd">]>&{MARK};',
    f"{MARK}" * 40,
)
_RUNS: Final = re.compile(r"^\s*(javascript|data:text/html|vbscript)", re.IGNORECASE)
_TURNS_AROUND: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_CONTROLS: Final = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA: Final = re.compile(r'\s*"?\s*[=+\-@]')


def on_a_page(text: str) -> list[str]:
    """List what payloads did to a page: elements, handlers and addresses that they made."""
    if not text.strip():
        return []
    tree = markup.document_fromstring(text)
    found = [f"a handler: {name}" for name in tree.xpath("//@*[starts-with(name(), 'on')]")]
    for element in tree.iter(etree.Element):
        found += _in_an_element(element)
    remarks = [one.text or "" for one in tree.iter(etree.Comment)]
    found += [f"a comment: {one[:80]}" for one in remarks if MARK in one]
    # what a template would have made of two of the texts
    if f"{MARK}{MARK}" in text.replace(MARK * 40, "") or f"{MARK}49" in text:
        found.append("a template was filled in")
    return found


def _in_an_element(element: Any) -> Iterator[str]:
    for name, value in element.attrib.items():
        leads = name in {"href", "src", "action", "formaction"}
        if MARK in name or name == "srcdoc":
            yield f"an attribute: {name}"
        if leads and (_RUNS.match(value) or value.startswith(f"//{MARK}")):
            yield f"an address of theirs: {value[:80]}"
    if element.tag in {"script", "style", "iframe"} and MARK in (element.text or ""):
        yield f"inside {element.tag}"


def in_a_mail(raw: bytes) -> list[str]:
    """List what payloads did to a mail: headers, names that turn around, and its page."""
    mail = message_from_bytes(raw, policy=default)
    found = [f"a header: {name}" for name in mail if name.lower() == "bcc" or MARK in name]
    for name in ("Subject", "From", "Reply-To", "To"):
        value = str(mail[name] or "")
        if _TURNS_AROUND.search(value) or _CONTROLS.search(value) or "\n" in value:
            found.append(f"{name} holds what nobody sees: {value!r}")
    page = mail.get_body(("html",))
    return found + (on_a_page(page.get_content()) if page else [])


def in_a_table(text: str) -> list[str]:
    """List cells that a spreadsheet would reckon, however it splits the lines."""
    found = []
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            found += [cell for cell in row if MARK in cell and _FORMULA.match(cell)]
            found += [cell for cell in row if re.match(r"\s*[=@](1|2|SUM)", cell)]
    return [f"a formula: {one!r}" for one in found]


def in_an_archive(content: bytes) -> list[str]:
    """List what payloads did to a workbook or slides: formulas, links, broken XML."""
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if ".." in name or name.startswith("/"):
                found.append(f"a path: {name}")
            if not name.endswith((".xml", ".rels")):
                continue
            tree = etree.fromstring(archive.read(name))
            for element in tree.iter(etree.Element):
                tag = etree.QName(element).localname
                if tag in {"f", "script", "oleObject"} and "c:" not in name and "chart" not in name:
                    found.append(f"{tag} in {name}: {(element.text or '')[:60]}")
                if tag == "Relationship" and MARK in element.get("Target", ""):
                    found.append(f"a link in {name}")
    return found


def in_a_document(content: bytes) -> list[str]:
    """List what runs or leads away in a PDF."""
    return [
        what.decode() for what in (b"/JavaScript", b"/Launch", b"/EmbeddedFile") if what in content
    ]


def labelled(content: dict[str, Any]) -> dict[str, Any]:
    """Return a publication in which whatever an agency names ends in a payload."""
    made: dict[str, Any] = json.loads(json.dumps(content))
    texts = itertools.cycle(_CONTROLS.sub("", one) for one in PAYLOADS)
    for named in (made["wave"]["labels"], made["campaign"]["title"]):
        _plant(named, texts)
    for measure in made["measures"]:
        for what in ("title", "short", "about"):
            _plant(measure.get(what, {}), texts)
    for domain in made["domains"]:
        if isinstance(domain["name"], str):
            domain["name"] += f" {next(texts)}"
        else:
            _plant(domain["name"], texts)
    return made


def _plant(place: dict[str, Any], texts: Iterator[str]) -> None:
    for key, value in place.items():
        if isinstance(value, dict):
            _plant(value, texts)
        elif isinstance(value, str):
            place[key] = f"{value} {next(texts)}"
