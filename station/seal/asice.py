"""The ASiC-E container: files, and manifests of their digests that the signatures are over.

ETSI EN 319 162-1. Written so that the same input gives the same bytes.
"""

from __future__ import annotations

import base64
import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from station.seal import format as names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from station.seal.manifest import Part

_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE_MODE = 0o100644 << 16
_DEFLATED = {names.JSON_TYPE, names.XML_TYPE, names.P7S_TYPE}  # images are compressed already


def asic_manifest(signature: str, parts: Sequence[Part]) -> bytes:
    """The ASiCManifest that `signature` (a name in the container) is over."""
    references = "".join(map(_reference, parts))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<asic:ASiCManifest xmlns:asic="{names.ASIC_NAMESPACE}" xmlns:ds="{names.DSIG_NAMESPACE}">'
        f'<asic:SigReference URI={quoteattr(signature)} MimeType="{names.P7S_TYPE}"/>'
        f"{references}</asic:ASiCManifest>"
    ).encode()


def _reference(part: Part) -> str:
    root = ' Rootfile="true"' if part.name == names.MANIFEST else ""
    return (
        f"<asic:DataObjectReference URI={quoteattr(part.name)}"
        f" MimeType={quoteattr(part.media_type)}{root}>"
        f'<ds:DigestMethod Algorithm="{names.SHA256_URI}"/>'
        f"<ds:DigestValue>{base64.b64encode(part.digest).decode()}</ds:DigestValue>"
        "</asic:DataObjectReference>"
    )


def container(parts: Iterable[Part]) -> memoryview:
    """The ZIP of `parts`, `mimetype` first and stored."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_entry(names.MIMETYPE, zipfile.ZIP_STORED), names.ASIC_TYPE)
        for part in parts:
            method = zipfile.ZIP_DEFLATED if part.media_type in _DEFLATED else zipfile.ZIP_STORED
            archive.writestr(_entry(part.name, method), part.data)
    return file.getbuffer()


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type, entry.create_system, entry.external_attr = method, _UNIX, _FILE_MODE
    return entry
