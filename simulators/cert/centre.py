"""What the CERT does with a whole package: open, examine, acknowledge, decide, and sign."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

from simulators.cert.contents import unmet
from simulators.cert.decisions import LATE, Issue, Scenario, said
from simulators.cert.opener import Refused
from simulators.cert.store import Received

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from simulators.cert.contents import Content, Examine
    from simulators.cert.decisions import Words
    from simulators.cert.store import Outcome, Store, Upload

DELAY = 92 * 24 * 3600.0  # seconds: three months, for a complement and for a title


@dataclass(slots=True)
class Centre:
    """One CERT: how it examines, its key to sign, its files, what it says of a new dossier.

    `suite` is what it says once a complement has come.
    """

    examine: Examine
    signing_key: EllipticCurvePrivateKey
    store: Store
    scenario: Scenario = Scenario.ACCEPTE
    suite: Scenario = Scenario.ACCEPTE

    def receive(self, upload: Upload) -> Received:
        """Open and examine a whole upload; the same dossier twice is one dossier.

        One that was refused is examined anew.
        """
        data = self.store.assembled(upload.id)
        digest = hashlib.sha256(data).hexdigest()
        known = self.store.received(upload.dossier)
        if known is not None and known.refus is None:
            return known
        content = None
        try:
            if digest != upload.sha256:
                raise Refused("EMPREINTE_NUMERIQUE_FAUSSE")
            content = self.examine(data, upload)
            if self.store.numbered(content.numero):
                raise Refused("NUMERO_DEJA_RECU")
            self._check_about(content, upload)
            received = Received(upload.dossier, upload.station, digest, content.numero, None)
        except Refused as refusal:
            received = Received(upload.dossier, upload.station, digest, None, refusal.code)
        self.store.keep(received, data, () if content is None else content.titres)
        if content is not None and received.refus is None:
            self._go_on(received, content)
        return received

    def decide(self, dossier: str, scenario: Scenario) -> None:
        """Publish what `scenario` says; a complement may be followed by a final decision."""
        for words in said(scenario, self.titres(dossier)):
            self.publish(dossier, words)

    def publish(self, dossier: str, words: Words, at: float | None = None) -> None:
        """Say one thing about a dossier, at `at`, seconds since 1970 (None: now)."""
        self.store.add_outcome(dossier, words, time.time() if at is None else at)

    def ask(self, dossier: str, code: str, motif: str, **demande: Any) -> None:
        """Ask for a complement: `pieces`, `photo`, `doigts`, `signature`, `champs`."""
        asked = {"issue": Issue.COMPLEMENT_DEMANDE, "code": code, "motif": motif}
        self.publish(dossier, asked | {"demande": demande})

    def advance(self, dossier: str, issue: Issue, numbers: dict[str, str] | None = None) -> None:
        """Move a dossier on; for `DISPONIBLE`, `numbers` are those of its titles, by their kind."""
        words: Words = {"issue": issue}
        if issue is Issue.DISPONIBLE:
            words["titres"] = [
                titre | {"numero": (numbers or {}).get(titre["type_titre"], titre["numero"])}
                for titre in self.titres(dossier)
            ]
        self.publish(dossier, words)

    def expire(self, now: float) -> list[str]:
        """Reject complements and destroy titles that nobody came for, as of `now`; which."""
        done = []
        for outcome in self.store.latest():
            issue = outcome.words["issue"]
            if now - outcome.at < DELAY:
                continue
            if issue == Issue.COMPLEMENT_DEMANDE:
                self.publish(outcome.received.id, LATE)
            elif issue == Issue.DISPONIBLE:
                self.publish(outcome.received.id, {"issue": Issue.DETRUIT})
            else:
                continue
            done.append(outcome.received.id)
        return done

    def titres(self, dossier: str) -> list[dict[str, str]]:
        """The titles a dossier asks for, with the numbers that this CERT gives them."""
        digest = hashlib.sha256(dossier.encode()).hexdigest().upper()
        return [
            {"type_titre": kind, "numero": f"X{rank}{digest[:7]}"}
            for rank, kind in enumerate(self.store.titres(dossier), 1)
        ]

    def receipt(self, received: Received) -> str:
        """The signed acknowledgement of a package."""
        return self.sign("receipt", _about(received))

    def decision(self, outcome: Outcome) -> str:
        """The signed outcome, dated when it was published."""
        claims = {**_about(outcome.received), "rang": outcome.rang, **outcome.words}
        return self.sign("decision", {"iat": int(outcome.at), **claims})

    def sign(self, kind: str, claims: dict[str, Any]) -> str:
        """A JWS of `claims` (RFC 7515), ES384."""
        whole = {"iss": "CERT", "iat": int(time.time()), **claims}
        return jwt.encode(whole, self.signing_key, algorithm="ES384", headers={"typ": kind})

    def _check_about(self, content: Content, upload: Upload) -> None:
        """Whether the dossier that is named is here, of this station, and waits for this."""
        about = content.about
        if about is None:
            return
        first = self.store.received(about.dossier)
        named = (upload.station, about.numero, about.sha256)
        if first is None or (first.station, first.numero, first.sha256) != named:
            raise Refused("DOSSIER_INCONNU")
        last = self.store.last(about.dossier)
        if content.nature == "REMISE":
            self._check_titles(last, content)
        elif last is None or (last.rang, last.words["issue"]) != (
            about.rang,
            Issue.COMPLEMENT_DEMANDE,
        ):
            raise Refused("COMPLEMENT_NON_ATTENDU")
        elif code := unmet(last.words.get("demande", {}), content.given):
            raise Refused(code)

    def _check_titles(self, last: Outcome | None, content: Content) -> None:
        if last is None or last.words["issue"] != Issue.DISPONIBLE:
            raise Refused("REMISE_NON_ATTENDUE")
        if {t["numero"] for t in last.words["titres"]} != set(content.titres):
            raise Refused("TITRE_DISCORDANT")

    def _go_on(self, received: Received, content: Content) -> None:
        """What follows a package that was taken."""
        if content.about is None:
            self.decide(received.id, self.scenario)
        elif content.nature == "REMISE":
            self.publish(content.about.dossier, {"issue": Issue.REMIS})
        else:
            self.publish(content.about.dossier, {"issue": Issue.EN_INSTRUCTION})
            self.decide(content.about.dossier, self.suite)


def _about(received: Received) -> dict[str, Any]:
    return {
        "dossier": received.id,
        "numero": received.numero or "",
        "sha256": received.sha256,
    }
