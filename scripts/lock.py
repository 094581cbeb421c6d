"""Renew the pinned requirements: every version with its hashes, no address of any registry.

Run by `make lock`. uv resolves in an environment of its own, so that it is no dependency.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
_COMPILE = (
    "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-annotate",
    "--no-header", "--no-emit-index-url", "--upgrade",
)  # fmt: skip
_BLOCK = re.compile(r"^pyscard==.*\\\n(?:    --hash.*\n)+", re.MULTILINE)


def main() -> None:
    """Write requirements.txt and requirements-smartcard.txt."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        subprocess.run([f"{folder}/bin/pip", "install", "-q", "uv"], check=True)
        for extra, name in (("dev", "requirements.txt"), ("smartcard", "smartcard.txt")):
            target = Path(folder) / name
            command = [f"{folder}/bin/uv", *_COMPILE, "--extra", extra, "-o", str(target)]
            subprocess.run([*command, "pyproject.toml"], cwd=ROOT, check=True)
        (ROOT / "requirements.txt").write_text((Path(folder) / "requirements.txt").read_text())
        found = _BLOCK.search((Path(folder) / "smartcard.txt").read_text())
    if found is None:
        sys.exit("make lock: pyscard was not resolved")
    (ROOT / "requirements-smartcard.txt").write_text(found.group())


if __name__ == "__main__":
    main()
