"""The scripts that install a version and make secrets change nothing that is in use."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

DEPLOY = Path("deploy")


def a_bundle(folder: Path, says: str) -> Path:
    """What `install.sh` needs of a bundle, with an installer of packages that writes ``says``."""
    (folder / "wheels").mkdir(parents=True)
    uv = (
        "#!/bin/sh\ncase $1 in venv) for last; do :; done; mkdir -p $last/bin;"
        f" printf '#!/bin/sh\\necho {says}\\n' > $last/bin/barometer;"
        " chmod +x $last/bin/barometer;; esac\n"
    )
    with zipfile.ZipFile(folder / "wheels" / "uv-1.whl", "w") as wheel:
        # with the time of writing, the same bundle would be another two seconds later
        wheel.writestr(zipfile.ZipInfo("uv-1.data/scripts/uv"), uv)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    here = f"{platform.system().lower()}-{platform.machine()}"
    (folder / "about").write_text(f"python={version} platform={here} version=1.2\n")
    (folder / "install.sh").write_text((DEPLOY / "bundle" / "install.sh").read_text())
    sums = subprocess.run(
        "sha256sum about wheels/*", shell=True, cwd=folder, capture_output=True, check=True
    )
    (folder / "SHA256SUMS").write_bytes(sums.stdout)
    return folder


def test_other_files_of_a_version_that_is_there_are_installed_beside_it(tmp_path):
    to, python = tmp_path / "to", tmp_path / "a folder with blanks" / "python"
    python.parent.mkdir()
    python.symlink_to(Path(sys.executable).resolve())
    for says in ("first", "first", "mended"):
        bundle = a_bundle(tmp_path / uuid.uuid4().hex, says)
        environment = os.environ | {"PYTHON": str(python)}
        subprocess.run(["sh", bundle / "install.sh", to], check=True, env=environment)
        told = subprocess.run([to / "current/bin/barometer"], capture_output=True, check=True)
        assert told.stdout.decode().strip() == says
    # what runs from the one before is not taken away from under it
    before, beside = sorted(path.name for path in to.iterdir() if not path.is_symlink())
    assert (before, beside[:4], len(beside)) == ("1.2", "1.2-", 16)
    assert subprocess.check_output([to / "1.2/bin/barometer"]).decode().strip() == "first"


def test_the_password_of_the_mail_server_stands_in_no_command(tmp_path):
    script, address = DEPLOY / "make-secrets.sh", "smtp+starttls://user:password@mail.example:587"

    def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", script, *arguments], input=typed, capture_output=True, text=True, check=False
        )

    refused = run(str(tmp_path), address)
    assert (refused.returncode, "is asked for" in refused.stderr) == (2, True)
    assert "nothing was written" in run(str(tmp_path), typed="mail.example\n").stderr
    assert not list(tmp_path.iterdir())
    assert run(str(tmp_path), "db", typed=f"{address}\n").returncode == 0
    assert (tmp_path / "BAROMETER_SMTP_URL").read_text() == address
    secret = (tmp_path / "BAROMETER_SECRET_KEY").read_text()
    assert "@db:5432/" in (tmp_path / "BAROMETER_DATABASE_URL").read_text()
    # run again when a version needs one more: nothing is asked, and what is there stays
    assert run(str(tmp_path)).returncode == 0
    assert (tmp_path / "BAROMETER_SECRET_KEY").read_text() == secret
