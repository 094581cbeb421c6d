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
_BLOCK = r"^{}==.*\\\n(?:    --hash.*\n)+"
_EXTRAS = {  # each optional, so in a file of its own, with what only it needs
    "smartcard": ("pyscard",),
    "nfiq2": ("nbis-py",),
    "judges": ("yubikey-manager",),
    "pkcs11": ("asn1crypto", "python-pkcs11"),
}


def main() -> None:
    """Write requirements.txt, and a file for each optional extra."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        subprocess.run([f"{folder}/bin/pip", "install", "-q", "uv"], check=True)
        (ROOT / "requirements.txt").write_text(_resolved(folder, "dev"))
        for extra, packages in _EXTRAS.items():
            resolved = _resolved(folder, extra)
            blocks = "".join(_block(resolved, package) for package in packages)
            (ROOT / f"requirements-{extra}.txt").write_text(blocks)


def _block(resolved: str, package: str) -> str:
    """The lines of one package; ends the run when it was not resolved."""
    found = re.search(_BLOCK.format(package), resolved, re.MULTILINE)
    if found is None:
        sys.exit(f"make lock: {package} was not resolved")
    return found.group()


def _resolved(folder: str, extra: str) -> str:
    """The pinned requirements of the project with one extra."""
    target = Path(folder) / f"{extra}.txt"
    command = [f"{folder}/bin/uv", *_COMPILE, "--extra", extra, "-o", str(target)]
    subprocess.run([*command, "pyproject.toml"], cwd=ROOT, check=True)
    return target.read_text()


if __name__ == "__main__":
    main()
