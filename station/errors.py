"""Everything that can go wrong at a station, by who has to act.

    StationError
    ├── DeviceError             technicien: cable, power, firmware, card reader
    │   ├── DeviceLost              the port vanished
    │   ├── DeviceSilent            the port is there, the device does not answer
    │   ├── DeviceRefused           the device answered with an error code
    │   ├── DeviceUntrusted         the device may not serve a dossier (simulated, 4-bit images)
    │   ├── DeviceTampered          it says that it was opened
    │   ├── DeviceUnconfigured      registration, keys or settings are missing
    │   ├── DeviceNotReady          it is still starting
    │   ├── ServiceRefused          its service answered with an error code
    │   ├── AttestationInvalid      what it signed does not prove what it should
    │   ├── CaptureReplayed         the capture was seen before
    │   └── ProtocolError           the device said something the protocol does not allow
    ├── CaptureError            agent: ask the applicant again
    │   ├── CaptureTimeout
    │   ├── CaptureCancelled
    │   ├── DeviceBusy              one capture at a time
    │   ├── AttemptsSpent           no further capture of this finger
    │   ├── FingerNotSeen           nothing on the glass, or not the way the device needs it
    │   └── WrongFingers            other fingers than those asked for
    ├── CardError               agent: the card in the reader, or its PIN
    │   ├── CardAbsent
    │   ├── CardUnknown
    │   ├── PinWrong
    │   ├── PinBlocked
    │   ├── PinNeeded
    │   ├── SessionLocked
    │   └── CardBusy
    ├── DossierError            agent: complete or correct the application
    │   ├── IncompleteDossier
    │   ├── InvalidField
    │   ├── DraftDamaged
    │   └── DraftForeign
    ├── InputError              agent: a file or value that is not what it should be
    │   ├── NotAnImage
    │   ├── RecordInvalid
    │   └── JournalBroken
    ├── SealError               administrateur: keys, certificates, clock
    │   └── CertificateInvalid
    ├── StorageError            administrateur: disk full, file damaged
    ├── CentreError             administrateur: the CERT, or the way to it
    │   ├── CentreUnreachable
    │   ├── CentreRefused
    │   └── ReceiptInvalid
    └── ConfigError             administrateur: the settings of this station

A sample of poor quality is not an error: it is a `QualityReport`.
"""

from __future__ import annotations

from typing import ClassVar


class StationError(Exception):
    """Base of all errors a station reports; `code` is stable, the text is not."""

    code: ClassVar[str] = "STA-000"
    remedy: ClassVar[str] = "Contacter l’assistance."


class DeviceError(StationError):
    """A device cannot do its work."""

    code = "DEV-000"


class DeviceLost(DeviceError):
    """The port went away while the device was open, or could not be opened."""

    code = "DEV-001"
    remedy = "Rebrancher le câble de l’appareil, puis relancer la capture."


class DeviceSilent(DeviceError):
    """Nothing came back within the reply time of the protocol."""

    code = "DEV-002"
    remedy = "Éteindre et rallumer l’appareil, puis relancer la capture."


class DeviceRefused(DeviceError):
    """The device answered, and the answer is no; `status` is its own code."""

    code = "DEV-003"
    remedy = "Noter le code et appeler le technicien."

    def __init__(self, status: int, *, command: str) -> None:
        super().__init__(f"{command}: status 0x{status:02x}")
        self.status = status
        self.command = command

    def __reduce__(self) -> tuple[object, ...]:
        return _refused, (type(self), self.status, self.command)


def _refused(cls: type[DeviceRefused], status: int, command: str) -> DeviceRefused:
    return cls(status, command=command)


class ProtocolError(DeviceError):
    """The bytes received cannot come from a device that follows its protocol."""

    code = "DEV-004"
    remedy = "Débrancher et rebrancher l’appareil ; si l’erreur revient, appeler le technicien."


class DeviceUntrusted(DeviceError):
    """The device works, but what it yields may not enter a dossier."""

    code = "DEV-005"
    remedy = "Utiliser un appareil homologué ; les simulateurs sont réservés au laboratoire."


class DeviceTampered(DeviceError):
    """The device reports that somebody opened it."""

    code = "DEV-006"
    remedy = "Ne plus utiliser l’appareil, le mettre de côté et appeler le technicien."


class DeviceUnconfigured(DeviceError):
    """The device works but its registration, its keys or its settings are missing."""

    code = "DEV-007"
    remedy = "Appeler le technicien : enregistrement, clés ou réglages de l’appareil à revoir."


class DeviceNotReady(DeviceError):
    """The device is there and still starting."""

    code = "DEV-008"
    remedy = "Attendre que l’appareil soit prêt, puis relancer la capture."


class ServiceRefused(DeviceError):
    """The service of the device answered with an error code of its own."""

    code = "DEV-009"
    remedy = "Relancer la capture ; si l’erreur revient, noter le code et appeler le technicien."


class AttestationInvalid(DeviceError):
    """A signed answer that does not prove which device made it, when, and for which request."""

    code = "DEV-010"
    remedy = "Ne pas utiliser l’appareil : appeler le technicien (certificat, horloge, numéro)."


class CaptureReplayed(DeviceError):
    """The device handed over a capture that was seen before."""

    code = "DEV-011"
    remedy = "Ne pas utiliser l’appareil et prévenir l’administrateur : capture déjà vue."


class CaptureError(StationError):
    """The device works, the applicant or the agent did not follow through."""

    code = "CAP-000"


class CaptureTimeout(CaptureError):
    """Nobody presented the finger, the face or the page in time."""

    code = "CAP-001"
    remedy = "Recommencer la capture."


class CaptureCancelled(CaptureError):
    """The agent pressed cancel."""

    code = "CAP-002"
    remedy = "Relancer la capture quand le demandeur est prêt."


class DeviceBusy(CaptureError):
    """A capture is under way on this device."""

    code = "CAP-003"
    remedy = "Attendre la fin de la capture en cours, ou l’annuler, puis recommencer."


class AttemptsSpent(CaptureError):
    """The finger was captured as often as the rules allow, and never well enough."""

    code = "CAP-004"
    remedy = "Accepter la meilleure empreinte avec une raison, ou déclarer le doigt inexploitable."


class FingerNotSeen(CaptureError):
    """The device found no finger on its glass, or not straight enough."""

    code = "CAP-005"
    remedy = "Reposer les doigts bien à plat et bien droits, puis recommencer."


class WrongFingers(CaptureError):
    """What came is not what was asked for; the text names each finger that is wrong."""

    code = "CAP-006"
    remedy = "Présenter les doigts demandés, de la main demandée, puis recommencer."


class CardError(StationError):
    """The agent card cannot be used as it is."""

    code = "CRT-000"


class CardAbsent(CardError):
    """No card in the reader, or it was taken out."""

    code = "CRT-001"
    remedy = "Insérer la carte agent dans le lecteur."


class CardUnknown(CardError):
    """The card in the reader is not an agent card this station can use."""

    code = "CRT-002"
    remedy = "Vérifier que la carte insérée est bien une carte agent, dans le bon sens."


class PinWrong(CardError):
    """The PIN was refused; `tries` are left before the card blocks."""

    code = "CRT-003"
    remedy = "Ressaisir le code PIN ; la carte se bloque après le dernier essai."

    def __init__(self, tries: int) -> None:
        super().__init__(f"wrong PIN, {tries} tries left")
        self.tries = tries

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.tries,)


class PinBlocked(CardError):
    """Too many wrong PINs."""

    code = "CRT-004"
    remedy = "Appeler le gestionnaire de cartes de la mairie pour débloquer la carte."


class PinNeeded(CardError):
    """The card wants its PIN before this operation."""

    code = "CRT-005"
    remedy = "Saisir le code PIN de la carte agent."


class SessionLocked(CardError):
    """The session ended: card removed, swapped, or reset by another program."""

    code = "CRT-006"
    remedy = "Réinsérer la carte agent et se reconnecter ; le brouillon est conservé."


class CardBusy(CardError):
    """Another program of this computer holds the card."""

    code = "CRT-007"
    remedy = "Fermer les autres programmes qui utilisent la carte agent, puis recommencer."


class DossierError(StationError):
    """The application itself is at fault."""

    code = "DOS-000"


class IncompleteDossier(DossierError):
    """Something is missing; `missing` names it in the order of the form."""

    code = "DOS-001"
    remedy = "Compléter les éléments manquants, puis sceller à nouveau."

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("missing: " + ", ".join(missing))
        self.missing = missing

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.missing,)


class InvalidField(DossierError):
    """A field of the form holds what it may not; the text names fields, never values."""

    code = "DOS-002"
    remedy = "Corriger le champ indiqué."


class DraftDamaged(DossierError):
    """The stored draft fails its integrity check; the file is kept for the technician."""

    code = "DOS-003"
    remedy = "Ne rien effacer : appeler le technicien, puis reprendre la saisie du dossier."


class DraftForeign(DossierError):
    """The stored draft was begun by another agent."""

    code = "DOS-004"
    remedy = "Faire reprendre le dossier par l’agent qui l’a commencé."


class InputError(StationError):
    """A file given to the station is not what it claims."""

    code = "INP-000"


class NotAnImage(InputError):
    """The bytes are no image the station can read, or one beyond its bounds."""

    code = "INP-001"
    remedy = "Fournir une image PNG, BMP, PGM, JPEG ou JPEG 2000 de taille raisonnable."


class RecordInvalid(InputError):
    """The bytes are no biometric record the station can read."""

    code = "INP-002"
    remedy = "Vérifier le fichier : l’enregistrement biométrique est incomplet ou altéré."


class JournalBroken(InputError):
    """The audit log was edited, cut or reordered; `line` is the first wrong line, from 1."""

    code = "INP-003"
    remedy = "Mettre le journal de côté sans le modifier et prévenir l’administrateur."

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.line, self.reason)


class SealError(StationError):
    """A package cannot be signed or encrypted."""

    code = "SEA-001"
    remedy = "Vérifier la carte agent, les clés de la station et le certificat du CERT."


class CertificateInvalid(SealError):
    """A certificate is expired, not yet valid, or does not chain to a trusted authority."""

    code = "SEA-002"
    remedy = "Vérifier l’horloge du poste, puis faire renouveler le certificat."


class StorageError(StationError):
    """The station cannot write or read its own files; nothing half-written remains."""

    code = "STO-001"
    remedy = "Libérer de la place sur le disque ou appeler l’administrateur ; rien n’est perdu."


class CentreError(StationError):
    """The CERT did not take the dossier; it stays in the outbox."""

    code = "CEN-000"


class CentreUnreachable(CentreError):
    """No answer, or an answer that promises nothing; the upload will go on later."""

    code = "CEN-001"
    remedy = "Le dossier est conservé et sera renvoyé ; vérifier le réseau s’il tarde."


class CentreRefused(CentreError):
    """The CERT said no, for good, and why."""

    code = "CEN-002"
    remedy = "Le dossier est conservé : transmettre le code du refus à l’administrateur."


class ReceiptInvalid(CentreError):
    """The receipt or decision is not signed by the CERT, or is about another package."""

    code = "CEN-003"
    remedy = "Le dossier est conservé : prévenir l’administrateur, l’accusé n’est pas authentique."


class ConfigError(StationError):
    """A setting is absent or makes no sense; there are no silent defaults for rules."""

    code = "CFG-001"
    remedy = "Corriger le fichier station.toml ou le fichier de règles indiqué."
