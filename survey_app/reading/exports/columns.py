"""Every column that an export may have: its key never changes, its title is translated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from survey_app.reading.exports.model import Column, Kind
from survey_app.shared.i18n import N_, Language, translator

_TEXT: Final[Kind] = "text"
_ALL: Final = (
    # which wave
    Column("population", _TEXT, N_("Målgruppe"), 11, fact=True),
    Column("wave", _TEXT, N_("Måling, kode"), 24, fact=True),
    Column("wave_name", _TEXT, N_("Måling"), 28, fact=True),
    Column("closed_on", _TEXT, N_("Stengt"), 11, fact=True),
    Column("publication", _TEXT, N_("Publikasjon"), 38, fact=True),
    Column("version", "whole", N_("Versjon"), 8, fact=True),
    # what, and where
    Column("measure", _TEXT, N_("Mål, kode"), 12),
    Column("measure_name", _TEXT, N_("Mål"), 44),
    Column("measure_kind", _TEXT, N_("Slag"), 9),
    Column("level", _TEXT, N_("Nivå i organisasjonen"), 11),
    Column("domain", _TEXT, N_("Sted eller gruppe, kode"), 22),
    Column("domain_name", _TEXT, N_("Sted eller gruppe"), 34),
    Column("parent", _TEXT, N_("Hører til, kode"), 14),
    Column("statistic", _TEXT, N_("Størrelse"), 11),
    Column("category", _TEXT, N_("Svar, kode"), 10),
    Column("category_name", _TEXT, N_("Svar"), 26),
    # the figure
    Column("n", "whole", N_("Antall svar"), 10),
    Column("mean", "figure", N_("Verdi"), 9),
    Column("se", "figure", N_("Standardfeil"), 11),
    Column("low", "figure", N_("Nedre grense (95 %)"), 11),
    Column("high", "figure", N_("Øvre grense (95 %)"), 11),
    Column("range_low", "figure", N_("Spenn for alle, nedre ende"), 12),
    Column("range_high", "figure", N_("Spenn for alle, øvre ende"), 12),
    Column("deff", "figure", N_("Designeffekt"), 11),
    Column("n_eff", "figure", N_("Effektivt antall svar"), 11),
    Column("band", _TEXT, N_("Bånd"), 10),
    Column("band_name", _TEXT, N_("Bånd, ord"), 18),
    Column("status", _TEXT, N_("Status, kode"), 20),
    Column("status_name", _TEXT, N_("Status"), 46),
    Column("wording", "whole", N_("Ordlyd nr. (bare samme nr. kan sammenlignes)"), 14),
    Column("delta", "points", N_("Virkning av endrede spørsmål i poeng"), 14),
    Column("delta_se", "points", N_("Standardfeil for virkningen av endrede spørsmål"), 14),
    # changes
    Column("role", _TEXT, N_("Sammenlignet med"), 14),
    Column("since", _TEXT, N_("Fra måling, kode"), 24),
    Column("since_name", _TEXT, N_("Fra måling"), 28),
    Column("difference", "points", N_("Enkel forskjell i poeng"), 11),
    Column("p", "figure", N_("p-verdi"), 9),
    Column("p_adjusted", "figure", N_("p-verdi, justert for antall enheter"), 12),
    Column("margin", "figure", N_("Minste endring som teller"), 11),
    Column("verdict", _TEXT, N_("Konklusjon, kode"), 11),
    Column("verdict_name", _TEXT, N_("Konklusjon"), 18),
    Column("under_limit", "flag", N_("Retning kjent, men under grensen"), 12),
    Column("model_difference", "points", N_("Endring, beste anslag"), 12),
    Column("model_low", "points", N_("Beste anslag, nedre grense"), 12),
    Column("model_high", "points", N_("Beste anslag, øvre grense"), 12),
    Column("chance", "share", N_("Sjanse for minst halve grensen"), 12),
    Column("apart", "flag", N_("Har skilt seg fra resten"), 12),
    Column("verdict_rule", _TEXT, N_("Regel for konklusjonen, kode"), 14),
    Column("tipping_lower", "figure", N_("Snur: ikke svart, poeng lavere"), 14),
    Column("tipping_higher", "figure", N_("Snur: ikke svart, poeng høyere"), 14),
    Column("tipping_gone", "figure", N_("Retningen ukjent ved, poeng"), 14),
    Column("tipping_plausible", "figure", N_("Rimelig inntil, poeng"), 12),
    # participation
    Column("linked", _TEXT, N_("Fra før enheten ble endret"), 12),
    Column("foreign_answers", "flag", N_("Har med svar fra andre enheter"), 12),
    Column("kind", _TEXT, N_("Type enhet, kode"), 14),
    Column("members", _TEXT, N_("Består av"), 30),
    Column("people", "whole", N_("Personer i målgruppen"), 11),
    Column("invited", "whole", N_("Inviterte"), 10),
    Column("answered", "whole", N_("Svarte"), 10),
    Column("rate", "share", N_("Svarprosent"), 11),
    Column("bound", _TEXT, N_("Vises som grense"), 11),
    Column("low_rate", "flag", N_("Lav svarprosent"), 10),
    # questions
    Column("about", _TEXT, N_("Forklaring"), 60),
    Column("parts", _TEXT, N_("Settes sammen av (vekt)"), 34),
    Column("items", _TEXT, N_("Spørsmål, koder"), 40),
    Column("reversed", "flag", N_("Snudd ved utregning"), 10),
    Column("options", _TEXT, N_("Svaralternativer"), 60),
    Column("statements", _TEXT, N_("Utsagn i strategien, koder"), 30),
    Column("statement_texts", _TEXT, N_("Utsagn i strategien"), 60),
    Column("identity", _TEXT, N_("Hva som ble spurt om, hash (likt = kan sammenlignes)"), 60),
    # smoothed
    Column("side", _TEXT, N_("Mot etaten, kode"), 10),
    Column("side_name", _TEXT, N_("Mot etaten"), 28),
    # all waves as one
    Column("waves", _TEXT, N_("Målinger"), 30),
    Column("smoothed", "flag", N_("Jevnet ut"), 10),
    Column("change_low", "points", N_("Endring, nedre grense"), 12),
    Column("change_high", "points", N_("Endring, øvre grense"), 12),
    Column("direction", _TEXT, N_("Retning, kode"), 11),
    Column("warning", _TEXT, N_("Forbehold, kode"), 14),
    Column("year", "whole", N_("År"), 7),
    # how well the scales work
    Column("alpha", "figure", N_("Cronbachs alfa"), 10),
    Column("omega", "figure", N_("Omega total"), 10),
    Column("omega_low", "figure", N_("Omega, nedre grense"), 11),
    Column("omega_high", "figure", N_("Omega, øvre grense"), 11),
    # what may be compared
    Column("over", _TEXT, N_("Sammenlignet, kode"), 14),
    Column("reached", _TEXT, N_("Hvor likt det måler, kode"), 16),
    Column("comparable", "flag", N_("Kan sammenlignes"), 12),
    Column("cfi", "figure", N_("CFI"), 8),
    Column("rmsea", "figure", N_("RMSEA"), 8),
    # where series stop
    Column("variable", _TEXT, N_("Variabel som gruppene er laget av, kode"), 14),
    Column("before", _TEXT, N_("Siste måling før, kode"), 24),
    Column("before_name", _TEXT, N_("Siste måling før"), 28),
    Column("why", _TEXT, N_("Hva som ble endret, kode"), 14),
    Column("why_name", _TEXT, N_("Hva som ble endret"), 46),
    # about the wave
    Column("campaign", _TEXT, N_("Måleprogram, kode"), 16),
    Column("campaign_name", _TEXT, N_("Måleprogram"), 22),
    Column("wave_kind", _TEXT, N_("Type måling"), 11),
    Column("results_on", _TEXT, N_("Resultatdag"), 11),
    Column("corrected", "flag", N_("Rettet"), 8),
    Column("demo", "flag", N_("Demodata"), 9),
    Column("response_rate", "share", N_("Svarprosent (AAPOR RR2)"), 12),
    Column("minimum_group", "whole", N_("Minste gruppe (k)"), 10),
    Column("questionnaire", _TEXT, N_("Spørreskjema, hash"), 30),
    Column("form", _TEXT, N_("Skjema"), 16),
    Column("strategy", _TEXT, N_("Strategi, utgave"), 10),
    # what happened
    Column("day", _TEXT, N_("Dag"), 11),
    Column("event_kind", _TEXT, N_("Type hendelse, kode"), 14),
    Column("event_kind_name", _TEXT, N_("Type hendelse"), 26),
    Column("event", _TEXT, N_("Hendelse"), 60),
    # words
    Column("number", "whole", N_("Nr."), 5),
    Column("note", _TEXT, N_("Merknad"), 110),
    Column("what", _TEXT, N_("Kolonne"), 16),
    Column("code", _TEXT, N_("Kode"), 24),
    Column("meaning", _TEXT, N_("Betydning"), 90),
)
COLUMNS: Final = {column.key: column for column in _ALL}
WAVE: Final = ("population", "wave", "wave_name", "closed_on", "publication", "version")
MEASURE: Final = ("measure", "measure_name", "measure_kind")
PLACE: Final = ("level", "domain", "domain_name")


def titled_columns(keys: Sequence[str], lang: Language) -> list[Column]:
    """Return columns with their titles in a language."""
    gettext = translator(lang).gettext
    found = [COLUMNS[key] for key in keys]
    return [
        Column(one.key, one.kind, gettext(one.title), one.width, fact=one.fact) for one in found
    ]
