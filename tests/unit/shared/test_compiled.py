import os
import subprocess
import sys

from tests.compiled import compiled


def test_pytest_reads_what_was_compiled_before_it_begins(tmp_path, monkeypatch):
    file = tmp_path / "test_one.py"
    file.write_text("def test_one():\n    one = 1\n    assert one == 2\n", encoding="utf-8")
    kept = compiled(file)
    before = kept.stat()
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file],
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    assert "assert 1 == 2" in told
    # what pytest writes is another file, put in the place of the first
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [one.name for one in kept.parent.iterdir()] == [kept.name]
    # somebody may have said where Python keeps what it compiles
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "elsewhere"))
    assert (tmp_path / "elsewhere") in compiled(file).parents
