"""Terminal authentication, version 1, at the chip's end (BSI TR-03110-1, §3.5).

A chip knows one root. It takes certificates in order (root → DV → terminal), each signed by the
last one it took, then a signature over its identity, its challenge and the terminal's key of chip
authentication. What may be read is what every certificate of the chain allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.title_chip import cvc
from simulators.title_chip.status import Refused, only
from station.errors import ProtocolError

if TYPE_CHECKING:
    from datetime import date

_ROLES = 0xC0
_ORDER = {cvc.CVCA: (cvc.CVCA, cvc.DV, 0x40), cvc.DV: (cvc.TERMINAL,), 0x40: (cvc.TERMINAL,)}


@dataclass(slots=True)
class TerminalAuthentication:
    """One run, from the root the chip was made with; `today` is the latest date it knows."""

    root: cvc.CvCertificate
    today: date
    _trusted: cvc.CvCertificate | None = None
    _rights: int = 0
    _named: bool = False

    def choose(self, data: bytes) -> None:
        """MSE:Set DST names the key that signed the next certificate: 83 its holder."""
        if self._holder(data) == self.root.says.holder:
            self._trusted, self._rights = self.root, self.root.says.rights
        elif self._trusted is None or self._holder(data) != self._trusted.says.holder:
            raise Refused(0x6A88)

    def take(self, data: bytes) -> None:
        """PSO:Verify Certificate; raises `Refused` (6300, 6A80, 6985)."""
        if self._trusted is None:
            raise Refused(0x6985)
        try:
            certificate = cvc.read(data)
            certificate.verify(self._trusted.key)
        except (ValueError, ProtocolError):
            raise Refused(0x6300) from None
        self._check(certificate.says, self._trusted.says)
        if certificate.says.rights & _ROLES != cvc.TERMINAL:
            self.today = max(self.today, certificate.says.since)
        self._trusted = certificate
        self._rights &= certificate.says.rights

    def name(self, data: bytes) -> None:
        """MSE:Set AT names the terminal that is about to sign: 83 its holder."""
        trusted = self._trusted
        if trusted is None or trusted.says.rights & _ROLES != cvc.TERMINAL:
            raise Refused(0x6985)
        if self._holder(data) != trusted.says.holder:
            raise Refused(0x6A88)
        self._named = True

    def confirm(self, signature: bytes, message: bytes) -> int:
        """EXTERNAL AUTHENTICATE: the rights of the terminal; raises `Refused` (6300, 6985)."""
        if self._trusted is None or not self._named:
            raise Refused(0x6985)
        self._named = False
        try:
            cvc.verify_plain(self._trusted.key, signature, message)
        except ValueError:
            raise Refused(0x6300) from None
        return self._rights

    def _check(self, says: cvc.Statement, issuer: cvc.Statement) -> None:
        """The issuer may issue it, and it has not expired for all the chip knows."""
        order = _ORDER.get(issuer.rights & _ROLES, ())
        if says.issuer != issuer.holder or says.rights & _ROLES not in order:
            raise Refused(0x6300)
        if says.until < self.today:
            raise Refused(0x6300)

    @staticmethod
    def _holder(data: bytes) -> str:
        return only(data, 0x83).decode("latin-1")
