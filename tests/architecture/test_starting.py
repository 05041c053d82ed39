"""What a process loads before it serves: each start of a page's server waits for it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

from survey_app.reading import writers

ROOT = Path(__file__).parent.parent.parent


COMPUTES = {"numpy", "pandas", "pyarrow", "scipy", "statsmodels"}
WRITES = {"xlsxwriter", "pypdfium2", "weasyprint", "pptx", "rdflib"}
SERVES = {"litestar", "piccolo", "asyncpg", "redis", "pydantic", "jinja2", "survey_app.settings"}


def loaded_by(*modules: str) -> set[str]:
    """Tell what a process has in memory that did no more than start."""
    code = f"import sys, json, {', '.join(modules)}; print(json.dumps([*sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {*json.loads(done.stdout)}


def test_pages_start_without_the_statistics_that_the_worker_computes_with():
    assert not loaded_by("survey_app.app") & (COMPUTES | WRITES)


def test_a_worker_starts_without_the_statistics_that_its_child_computes_with():
    assert not loaded_by("survey_app.worker") & (COMPUTES | WRITES)


def test_the_process_that_holds_the_port_loads_nothing_of_what_it_starts():
    assert not loaded_by("survey_app.commands.listen") & (COMPUTES | WRITES | SERVES)


def test_a_child_that_writes_a_file_loads_nothing_that_answers_requests_or_asks_a_database():
    imported = [
        one.module
        for one in ast.walk(ast.parse(Path(writers.__file__).read_text(encoding="utf-8")))
        if isinstance(one, ast.ImportFrom) and one.module
    ]
    assert "survey_app.reading.reports.paper" in imported
    found = loaded_by(*(one for one in imported if one.startswith("survey_app.")))
    assert "jinja2" in found  # its documents are templates, as pages are
    assert not found & (SERVES - {"jinja2"})


def test_no_crash_of_a_command_or_of_what_it_starts_writes_its_memory_to_a_disk():
    code = (
        "import resource, sys; from survey_app.cli import main\n"
        "most = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most))\n"
        "sys.argv = ['barometer', '--help']; main()\n"
        "print('limits', *resource.getrlimit(resource.RLIMIT_CORE), most)\n"
        # whoever started it may have left nothing to raise
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); main()\n"
        "print('limits', *resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    told = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("limits ")]
    assert len(told) == 2, done.stderr
    (*limits, most), after = told
    # with a byte, and with no other limit, a program that collects cores is given none, either
    assert limits == (["0", "0"] if most == "0" else ["1", "1"])
    assert after == ["0", "0"]


def test_a_publication_computes_without_what_only_long_series_need():
    found = loaded_by("survey_app.publishing.computing.compute")
    assert "pandas" in found
    assert not found & {"statsmodels", "scipy.stats"}


def test_a_series_of_waves_is_smoothed_without_what_fits_models_and_tests_series():
    found = loaded_by("analytics.trend.state_space")
    assert not found & {"statsmodels.tsa.statespace.mlemodel", "statsmodels.tsa.stattools"}


def test_a_child_that_counts_loads_neither_what_opens_waves_nor_what_migrates():
    commands = ast.parse((ROOT / "survey_app/cli/waves.py").read_text(encoding="utf-8"))
    root = ast.parse((ROOT / "survey_app/cli/root.py").read_text(encoding="utf-8"))
    begun = [one for one in commands.body if getattr(one, "name", "") == "wave_finish"]
    begun += [one for one in root.body if getattr(one, "name", "") in {"settings", "as_worker"}]
    parts = [part for one in begun for part in ast.walk(one) if isinstance(part, ast.ImportFrom)]
    found = loaded_by(*(one.module for one in parts if one.module.startswith("survey_app.")))
    assert "pandas" in found
    assert not found & {"survey_app.waves.open_wave", "piccolo.apps.migrations.auto", "black"}
