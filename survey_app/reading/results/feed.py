"""A feed of what is released for everybody, for whoever follows it in a program (RFC 4287)."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree as ET

from survey_app.publications.retractions import retractions
from survey_app.reading.exports.scope import OPEN_LEVELS
from survey_app.reading.results.overview import waves_for_everybody
from survey_app.reading.waves import told_taken_back
from survey_app.shared.agency import agency_name, in_language
from survey_app.shared.i18n import Language, first_language, translator

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
MOST = 20


async def feed(base_url: str, lang: Language, at: datetime) -> bytes:
    """Return the newest open results as an Atom feed, the newest first; figures are on the page."""
    found = [
        wave for population in OPEN_LEVELS for wave in await waves_for_everybody(population, at)
    ]
    newest = sorted(found, key=lambda wave: (wave.released_at, wave.key), reverse=True)[:MOST]
    back = [
        one
        for one in await retractions(at=at)
        if one.population in OPEN_LEVELS and one.open_results >= 1
    ]
    moments = [wave.released_at for wave in newest] + [one.at for one in back]
    query = "" if lang == first_language() else f"?lang={lang}"
    page = f"{base_url}/results{query}"
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": lang})
    _add(root, "id", f"{base_url}/results")
    gettext = translator(lang).gettext
    _add(root, "title", f"{gettext('Åpne resultater')} – {agency_name(lang)}")
    _add(root, "updated", _moment(max(moments, default=at)))
    _add(_add(root, "author", None), "name", agency_name(lang))
    _link(root, "self", f"{base_url}/results/feed.xml{query}")
    _link(root, "alternate", page)
    for one in back:
        entry = _add(root, "entry", None)
        _add(entry, "id", f"{base_url}/results#{one.wave_key}-{one.publication}")
        told = {"wave": in_language(one.labels["name"], lang)}
        _add(entry, "title", gettext("%(wave)s (trukket tilbake)") % told)
        _add(entry, "summary", told_taken_back(one, lang))
        _add(entry, "updated", _moment(one.at))
        _link(entry, "alternate", page)
    for wave in newest:
        entry = _add(root, "entry", None)
        # a corrected version is another entry: whoever read the first is told
        _add(entry, "id", f"{base_url}/results#{wave.key}-{wave.version}")
        corrected = f" ({gettext('rettet')})" if wave.correction else ""
        _add(entry, "title", wave.label("name", lang) + corrected)
        if said := wave.corrected(lang):
            _add(entry, "summary", said)
        _add(entry, "updated", _moment(wave.released_at))
        _link(entry, "alternate", page)
    return bytes(ET.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _add(parent: ET.Element, name: str, text: str | None) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = text
    return child


def _link(parent: ET.Element, rel: str, address: str) -> None:
    _add(parent, "link", None).attrib.update({"rel": rel, "href": address})


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
