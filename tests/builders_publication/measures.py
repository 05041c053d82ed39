"""The measures of a form, and a wave's names in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires.identity import identities
from tests.builders_publication.facts import library


def wave_labels(name: str, short: str, year: int, kind: str) -> dict[str, Any]:
    kinds = {"main": ", hovedmåling", "pulse": ", kortmåling", "half_year": "", "open": ""}
    lower = name[0].lower() + name[1:]
    season = lower.startswith("høsten")
    english = _english(name)
    english_kinds = {"main": ", main survey", "pulse": ", pulse", "half_year": "", "open": ""}
    nynorsk = lower.replace("høsten", "hausten")
    return {
        "name": {
            "nb": name + kinds[kind],
            "nn": (nynorsk[0].upper() + nynorsk[1:])
            + kinds[kind].replace("hovedmåling", "hovudmåling"),
            "en": english + english_kinds[kind],
        },
        "since": {"nb": f"siden {lower}", "nn": f"sidan {nynorsk}", "en": f"since {english}"},
        "short": {"nb": short, "nn": short.replace("høst", "haust"), "en": english.split()[0][:3]},
        "year": year,
        "in": {
            "nb": lower if season else f"i {lower}",
            "nn": nynorsk if season else f"i {nynorsk}",
            "en": f"in {english}",
        },
    }


def _english(name: str) -> str:
    words = {"Høsten": "autumn", "Februar": "February", "Mai": "May", "Mars": "March"}
    month, year = name.split()
    return f"{words.get(month, month)} {year}"


def measures_of(form: str) -> list[dict[str, Any]]:
    questionnaire = library().questionnaire(form)
    made = []
    for index in questionnaire.indices:
        items = [item for scale in questionnaire.scales if scale.code in index.weights
                 for item in scale.items]  # fmt: skip
        made.append(_measure(index.code, "index", index.title, index.short, index.about,
                             dict(index.weights), items))  # fmt: skip
    known = {measure["code"] for measure in made}
    made += [
        _measure(scale.code, "scale", scale.title, scale.title, {}, {}, list(scale.items))
        for scale in questionnaire.scales
        if scale.code not in known
    ]
    for item in questionnaire.items:
        if item.purpose == "measure":
            options = [
                {"code": option.code, "label": dict(option.label)}
                for option in questionnaire.option_set(item).options
            ]
            made.append(
                _measure(item.id, "item", item.text, item.text, {}, {}, [item.id],
                         statements=list(item.statements), options=options,
                         reversed=item.reversed)
            )  # fmt: skip
    asked = identities(questionnaire)
    return [one | {"identity": asked[one["code"]]} for one in made]


def _measure(
    code: str,
    kind: str,
    title: Mapping[str, str],
    short: Mapping[str, str],
    about: Mapping[str, str],
    parts: Mapping[str, float],
    items: list[str],
    **more: Any,
) -> dict[str, Any]:
    return {
        "code": code, "kind": kind, "title": dict(title), "short": dict(short),
        "about": dict(about), "parts": dict(parts), "items": items,
        "statements": more.get("statements", []), "options": more.get("options", []),
        "reversed": more.get("reversed", False),
    }  # fmt: skip
