"""The trust list as files: certificates (PEM or DER) and trusted lists (ETSI TS 119 612, XML).

One file, or a folder of `.pem`, `.crt`, `.cer`, `.der` and `.xml`. The signature of a trusted
list is not checked: like any other setting, the file is what the administrator put there.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from cryptography import x509
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from station import bounded
from station.codes.trust import TrustList
from station.errors import ConfigError
from station.unreadable import UNREADABLE

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

_MOST_FILES, _MOST_BYTES, _MOST_CERTIFICATES = 256, 8 * 1024 * 1024, 4096
_SUFFIXES = {".pem", ".crt", ".cer", ".der", ".xml"}
_NS = "{http://uri.etsi.org/02231/v2#}"
_IDENTIFIER = re.compile(r"[A-Z]{2}[0-9A-Z]{2}")
_IN_FORCE = ("/inaccord", "/granted")  # ends of the URI of a service's status

Named = tuple[str, x509.Certificate]


def load(path: Path) -> TrustList:
    """The trust list in the file or folder `path`; raises `ConfigError` naming a wrong file."""
    certificates: list[x509.Certificate] = []
    named: list[Named] = []
    for file in files_of(path, _SUFFIXES):
        data = bounded.content(file, _MOST_BYTES, ConfigError)
        if file.suffix == ".xml":
            named += _of_list(data, file.name)
        else:
            certificates += _of_file(data, file.name)
    if not certificates and not named:
        raise ConfigError(f"{path.name}: a trust list without certificate")
    if len(certificates) + len(named) > _MOST_CERTIFICATES:
        raise ConfigError(f"{path.name}: more than {_MOST_CERTIFICATES} certificates")
    return TrustList.of(certificates, named)


def files_of(path: Path, suffixes: set[str]) -> list[Path]:
    """The file itself, or what a folder holds of `suffixes`; raises `ConfigError` beyond 256."""
    if not path.is_dir():
        return [path]
    found = sorted(f for f in path.iterdir() if f.suffix in suffixes)
    if len(found) > _MOST_FILES:
        raise ConfigError(f"{path.name}: more than {_MOST_FILES} files")
    return found


def _of_file(data: bytes, name: str) -> list[x509.Certificate]:
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except UNREADABLE as error:
        raise ConfigError(f"{name}: not a certificate") from error


def _of_list(data: bytes, name: str) -> list[Named]:
    try:
        providers = list(fromstring(data).iter(f"{_NS}TrustServiceProvider"))
        return [pair for provider in providers for pair in _of_provider(provider)]
    except (
        ParseError,
        DefusedXmlException,
        *UNREADABLE,
    ) as error:
        raise ConfigError(f"{name}: not a trusted list") from error


def _of_provider(provider: Element) -> list[Named]:
    """The authorities in force of one provider, under the four characters of its trade name."""
    trade = provider.findall(f".//{_NS}TSPTradeName/{_NS}Name")
    names = [t.text.strip() for t in trade if t.text and _IDENTIFIER.fullmatch(t.text.strip())]
    if not names:
        return []
    return [
        (names[0], x509.load_der_x509_certificate(base64.b64decode(element.text or "")))
        for service in provider.iter(f"{_NS}ServiceInformation")
        if (service.findtext(f"{_NS}ServiceStatus") or "").strip().endswith(_IN_FORCE)
        for element in service.iter(f"{_NS}X509Certificate")
    ]
