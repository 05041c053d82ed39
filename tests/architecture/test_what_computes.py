"""The version in a manifest covers every source that a figure can depend on."""

from pathlib import Path

import grimp

from survey_app.publishing.releasing import made_by
from survey_app.publishing.releasing.made_by import SOURCES, sources

# these carry rows, times, states and names, and can move no digit
CARRIES = {
    "survey_app.asking.campaigns.states",
    "survey_app.asking.reasons",
    "survey_app.asking.writing",
    "survey_app.shared.agency",
    "survey_app.shared.clock",
    "survey_app.shared.database",
    "survey_app.shared.errors",
    "survey_app.shared.i18n",
    "survey_app.shared.peers",
    "survey_app.shared.trustees",
}
STARTS = (
    "survey_app.publishing.computing.compute",
    "survey_app.publishing.inputs.wave_inputs",
)
ROOT = Path(made_by.__file__).parents[3]


def test_all_that_publishing_computes_with_is_part_of_the_version():
    graph = grimp.build_graph(
        *("survey_app", "analytics", "questionnaires"),
        exclude_type_checking_imports=True,
        cache_dir=None,
    )
    named = {name for name, _ in sources()}
    for start in STARTS:
        needed = {start, *graph.find_upstream_modules(start)} - CARRIES
        paths = {one.replace(".", "/") for one in needed}
        missing = {one for one in paths if not named & {f"{one}.py", f"{one}/__init__.py"}}
        assert not missing, f"{start} computes with what made_by.SOURCES lacks"
    assert len(needed) > 50


def test_tables_that_are_read_while_computing_are_part_of_the_version():
    named = {name for name, _ in sources()}
    assert {"questionnaires/drivers.toml", "questionnaires/population/2024-01-01.toml"} <= named
    for source in SOURCES:
        assert (ROOT / source).exists()
        kinds = {one.suffix for one in (ROOT / source).rglob("*") if one.is_file()}
        assert kinds <= {".py", ".toml", ".md", ".pyc"}, source
