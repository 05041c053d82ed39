"""The open data described for data.norge.no and other catalogues: DCAT-AP-NO 3.

Source: https://data.norge.no/specification/dcat-ap-no, with the controlled vocabularies of the EU
that it asks for. Nothing here is a figure: what there is, from when, by whom, and how to get it.
"""

from __future__ import annotations

from typing import Final

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from survey_app.reading.exports.formats import FORMATS
from survey_app.reading.results.open_facts import ADDRESS, CATALOGUES, OpenFacts
from survey_app.reading.results.open_files import FILES
from survey_app.shared.agency import agency, agency_as_source, agency_in_sentence
from survey_app.shared.i18n import N_, first_language, in_each_language

ORGANISATIONS: Final = "https://organization-catalog.fellesdatakatalog.digdir.no/organizations/"
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
_EU: Final = "http://publications.europa.eu/resource/authority/"
_IANA: Final = "https://www.iana.org/assignments/media-types/"
# by name of our format: the EU's name of the file type
_FILE_TYPES: Final = {
    "csv": "CSV", "csv-excel": "CSV", "xlsx": "XLSX", "parquet": "PARQUET", "json-stat": "JSON",
    "ddi": "XML",
}  # fmt: skip

_CATALOGUE: Final = N_("Åpne data fra Verdibarometer")
_ABOUT_CATALOGUE: Final = N_("Åpne tall fra %(agency)s om tillit, omdømme, kultur og arbeidsplass.")
_TITLE: Final = N_("Tillit til %(agency)s, og kulturen der")
_ABOUT: Final = N_(
    "Indekser fra 0 til 100 for hvor mye befolkningen stoler på %(agency)s, hvordan de ser "
    "på omdømmemålene i strategien, og for kulturen slik de ansatte opplever den der det er åpnet. "
    "Hvert tall har et 95 prosents intervall og antall svar. Det som ikke kan vises, står som "
    "tomt, med grunnen. Ingen fil har en rad for noen som har svart."
)
_KEYWORDS: Final = (N_("tillit"), N_("omdømme"), N_("arbeidsmiljø"))
_FILE_ABOUT: Final = {
    "csv": N_("Alle åpne tall i én tabell."),
    "csv-excel": N_("Alle åpne tall i én tabell, slik norsk Excel åpner den."),
    "xlsx": N_("Et ark for hver tabell, og merknader."),
    "parquet": N_("Alle åpne tall i én tabell, med typer."),
    "json-stat": N_("Gjennomsnittene som én kube etter JSON-stat 2.0."),
    "ddi": N_("Spørsmålene slik de ble stilt, etter DDI-Codebook 2.5."),
}


def catalog_bytes(facts: OpenFacts, name: str) -> bytes:
    """Write the description in one of ``CATALOGUES``."""
    return _graph(facts).serialize(format=CATALOGUES[name][0], encoding="utf-8")


def _graph(facts: OpenFacts) -> Graph:
    graph = Graph()
    graph.bind("vcard", VCARD)
    page = f"{facts.base_url}/results"
    catalog, dataset = URIRef(f"{page}#catalog"), URIRef(f"{page}#dataset")
    publisher, contact = _publisher(graph, facts), _contact(graph, facts)
    for one, title, about in (
        (catalog, _CATALOGUE, _ABOUT_CATALOGUE),
        (dataset, _TITLE, _ABOUT),
    ):
        _say(graph, one, DCTERMS.title, title)
        _say(graph, one, DCTERMS.description, about)
        graph.add((one, DCTERMS.identifier, Literal(str(one))))
        graph.add((one, DCTERMS.publisher, publisher))
        graph.add((one, DCAT.contactPoint, contact))
        graph.add((one, DCTERMS.issued, Literal(facts.issued)))
        graph.add((one, DCTERMS.modified, Literal(facts.modified)))
        graph.add((one, DCTERMS.spatial, URIRef(f"{_EU}country/NOR")))
        for tongue in agency().styles:
            graph.add((one, DCTERMS.language, URIRef(f"{_EU}language/{tongue.register}")))
    graph.add((catalog, RDF.type, DCAT.Catalog))
    graph.add((catalog, FOAF.homepage, URIRef(page)))
    graph.add((catalog, DCAT.themeTaxonomy, URIRef(f"{_EU}data-theme")))
    graph.add((catalog, DCAT.dataset, dataset))
    _describe(graph, dataset, facts)
    for name, form in FILES.items():
        graph.add((dataset, DCAT.distribution, _distribution(graph, page, name, form)))
    return graph


def _describe(graph: Graph, dataset: URIRef, facts: OpenFacts) -> None:
    graph.add((dataset, RDF.type, DCAT.Dataset))
    graph.add((dataset, DCAT.landingPage, URIRef(f"{facts.base_url}/results")))
    graph.add((dataset, DCTERMS.accessRights, URIRef(f"{_EU}access-right/PUBLIC")))
    if often := agency().frequency:
        graph.add((dataset, DCTERMS.accrualPeriodicity, URIRef(f"{_EU}frequency/{often}")))
    for theme in agency().themes:
        graph.add((dataset, DCAT.theme, URIRef(f"{_EU}data-theme/{theme}")))
    for word in _KEYWORDS:
        _say(graph, dataset, DCAT.keyword, word)
    for text in agency().keywords:
        for lang, own_word in text.items():
            graph.add((dataset, DCAT.keyword, Literal(own_word, lang=lang)))
    period = BNode("period")  # its name stands in files, which are the same each time
    graph.add((dataset, DCTERMS.temporal, period))
    graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
    graph.add((period, DCAT.startDate, Literal(facts.first_closed)))
    graph.add((period, DCAT.endDate, Literal(facts.last_closed)))


def _distribution(graph: Graph, page: str, name: str, form: str) -> URIRef:
    made = URIRef(f"{page}#{name}")
    graph.add((made, RDF.type, DCAT.Distribution))
    graph.add((made, DCTERMS.title, Literal(name, lang=first_language())))
    _say(graph, made, DCTERMS.description, _FILE_ABOUT[form])
    graph.add((made, DCAT.accessURL, URIRef(page)))
    graph.add((made, DCAT.downloadURL, URIRef(f"{page}/{name}")))
    graph.add((made, DCTERMS.license, URIRef(f"{_EU}licence/NLOD_2_0")))
    graph.add((made, DCTERMS["format"], URIRef(f"{_EU}file-type/{_FILE_TYPES[form]}")))
    graph.add((made, DCAT.mediaType, URIRef(f"{_IANA}{FORMATS[form].media_type}")))
    return made


def _publisher(graph: Graph, facts: OpenFacts) -> URIRef:
    known = facts.organisation
    made = URIRef(f"{ORGANISATIONS}{known}" if known else f"{facts.base_url}/results#publisher")
    graph.add((made, RDF.type, FOAF.Agent))
    for lang, name in agency().as_source.items():
        graph.add((made, FOAF.name, Literal(name, lang=lang)))
    if known:
        graph.add((made, DCTERMS.identifier, Literal(known)))
    return made


def _contact(graph: Graph, facts: OpenFacts) -> URIRef:
    found = ADDRESS.search(facts.contact)
    assert found is not None  # asked for by `has_address` before
    name = facts.contact.replace(found[0], "").strip(" ,;:") or agency_as_source(first_language())
    made = URIRef(f"{facts.base_url}/results#contact")
    graph.add((made, RDF.type, VCARD.Organization))
    graph.add((made, VCARD.fn, Literal(name, lang=first_language())))
    graph.add((made, VCARD.hasEmail, URIRef(f"mailto:{found[0]}")))
    return made


def _say(graph: Graph, subject: URIRef, predicate: URIRef, text: str) -> None:
    for lang, said in in_each_language(text).items():
        whole = said % {"agency": agency_in_sentence(lang)}
        graph.add((subject, predicate, Literal(whole, lang=lang)))
