"""What the agent puts right at the counter: card, files."""

from __future__ import annotations

from station.errors.root import StationError


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
    """The PIN was refused; `tries` are left before the card blocks, None when it does not say."""

    code = "CRT-003"
    remedy = "Ressaisir le code PIN ; la carte se bloque après le dernier essai."

    def __init__(self, tries: int | None) -> None:
        super().__init__("wrong PIN" if tries is None else f"wrong PIN, {tries} tries left")
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


class MechanismUnsupported(CardError):
    """The card, or its key, cannot sign in the way that was asked for."""

    code = "CRT-008"
    remedy = "Choisir un autre mécanisme de signature, ou une autre carte ; prévenir le technicien."


class CardKeyWrong(CardError):
    """What the card signed is not verified by its own certificate."""

    code = "CRT-009"
    remedy = "Ne plus utiliser cette carte et prévenir le gestionnaire de cartes de la mairie."


class PukWrong(CardError):
    """The unblocking code was refused; `tries` are left before it blocks as well."""

    code = "CRT-010"
    remedy = "Vérifier le code de déblocage (PUK) ; il se bloque, lui, pour toujours."

    def __init__(self, tries: int) -> None:
        super().__init__(f"wrong PUK, {tries} tries left")
        self.tries = tries

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.tries,)


class PukBlocked(CardError):
    """Too many wrong unblocking codes, or the card has none."""

    code = "CRT-011"
    remedy = "La carte ne peut plus être débloquée ici : demander une nouvelle carte."


class PinUnfit(CardError):
    """What was typed cannot be a PIN of this card; no try was spent."""

    code = "CRT-012"
    remedy = "Saisir un code PIN fait de chiffres, de la longueur que la carte demande."


class LastTry(CardError):
    """One try is left, and nobody has said that it may be spent."""

    code = "CRT-013"
    remedy = "Vérifier le code PIN, puis confirmer que le dernier essai peut être tenté."


class CardRevoked(CardError):
    """The issuer of the card, or of its authority, has revoked it."""

    code = "CRT-015"
    remedy = "Ne plus utiliser cette carte : la rendre au gestionnaire de cartes de la mairie."


class CardIssuerUnknown(CardError):
    """No valid path leads from the card's certificate to an authority of the settings."""

    code = "CRT-016"
    remedy = "Utiliser la carte agent de cette mairie ; sinon faire vérifier les autorités réglées."


class CardExpired(CardError):
    """The card's certificate has expired, or is not valid yet."""

    code = "CRT-017"
    remedy = "Vérifier la date du poste, puis demander le renouvellement de la carte agent."


class AgentNotEnrolled(CardError):
    """The card is sound, but nothing says what its holder is at this station."""

    code = "CRT-018"
    remedy = "Demander au technicien d’inscrire cette carte sur la liste des agents du poste."


class RoleForbidden(CardError):
    """The role of whoever is logged in does not include this act."""

    code = "CRT-019"
    remedy = "Se connecter avec la carte d’un agent dont le rôle permet cette opération."


class ChipAbsent(CardError):
    """No title lay on the reader before the deadline."""

    code = "CRT-020"
    remedy = "Poser le titre bien à plat sur le lecteur, puis relancer la lecture."


class ChipRemoved(CardError):
    """The title left the reader while it was read, and did not come back."""

    code = "CRT-021"
    remedy = "Relancer la lecture et laisser le titre immobile sur le lecteur jusqu’à la fin."


class ChipRefused(CardError):
    """The chip does not accept the CAN or the MRZ that was given."""

    code = "CRT-022"
    remedy = "Vérifier le CAN ou la MRZ sur le titre, les ressaisir, puis relancer la lecture."


class ChipUnknown(CardError):
    """What lies on the reader is no chip of a title, or one that asks for what we do not speak."""

    code = "CRT-023"
    remedy = (
        "Vérifier que c’est bien un titre à puce, posé seul ; sinon contrôler le titre à l’œil."
    )


class ChannelBroken(CardError):
    """An answer under secure messaging is missing, out of order or not the chip's own."""

    code = "CRT-024"
    remedy = "Relancer la lecture ; si l’erreur revient, ne pas se fier à la puce de ce titre."


class ChipSwapped(CardError):
    """Another chip came back than the one that was being read."""

    code = "CRT-025"
    remedy = "Ne laisser qu’un seul titre près du lecteur, puis relancer la lecture."


class ChipSlow(CardError):
    """The chip was there and not read to its end before the deadline."""

    code = "CRT-026"
    remedy = (
        "Reposer le titre bien à plat et relancer la lecture, avec un délai plus long au besoin."
    )


class InputError(StationError):
    """A file given to the station is not what it claims."""

    code = "INP-000"


class NotAnImage(InputError):
    """The bytes are no image the station can read, or one beyond its bounds."""

    code = "INP-001"
    remedy = (
        "Fournir une image PNG, BMP, PGM, JPEG ou JPEG 2000, en gris ou en RVB, "
        "de taille et de résolution normales."
    )


class RecordInvalid(InputError):
    """The bytes are no biometric record the station can read."""

    code = "INP-002"
    remedy = "Vérifier le fichier : l’enregistrement biométrique est incomplet ou altéré."


class TwoDDocInvalid(InputError):
    """The text is no well-formed 2D-Doc; the text of the error names the part, never a value."""

    code = "INP-004"
    remedy = "Relire le code 2D-Doc ; s’il reste illisible, contrôler le justificatif à l’œil."


class MrzInvalid(InputError):
    """The lines are no machine-readable zone; the text of the error names the field."""

    code = "INP-005"
    remedy = "Relire la zone du titre, ou la saisir en la comparant caractère par caractère."


class SymbolsUnread(InputError):
    """The search for codes in an image crashed or took too long; nothing of it is believed."""

    code = "INP-006"
    remedy = "Numériser la page à nouveau, à 300 dpi, ou lire le code avec le lecteur."


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


class LandmarksInvalid(InputError):
    """The points given for a face cannot be those of a face in this image; the text says which."""

    code = "INP-007"
    remedy = "Reprendre les repères : les deux yeux, le menton, le sommet du crâne."


class PhotoNotFound(InputError):
    """The scan shows no photograph that could be cropped."""

    code = "INP-008"
    remedy = "Poser la photo seule, face contre la vitre, loin des bords, puis numériser à 600 ppp."


class PdfRefused(InputError):
    """A PDF that cannot be read, or holds what no page needs, or outgrows its limits."""

    code = "INP-009"
    remedy = "Imprimer le document, puis numériser le papier ; un PDF doit être simple et court."


class SecondLoss(InputError):
    """The image has been through a lossy coder, and another one is asked for."""

    code = "INP-010"
    remedy = "Partir de l’image d’origine, ou demander la seconde perte par --recompress."


class ConversionImpossible(InputError):
    """The format asked for cannot hold the record that was given."""

    code = "INP-011"
    remedy = "Choisir un autre format avec --to, ou préciser --finger et --dpi."


class ChipFileInvalid(InputError):
    """A file of a title's chip is not what its standard says; the text names file and field."""

    code = "INP-020"
    remedy = "Ne pas se fier à cette donnée de la puce : contrôler le titre à l’œil et le signaler."


class SignedDataInvalid(InputError):
    """The bytes are no signed object (CMS) that the station can read."""

    code = "INP-021"
    remedy = "La signature de l’objet ne peut pas être vérifiée : ne pas s’y fier et le signaler."


class ChipKeyInvalid(InputError):
    """What was typed cannot open a chip: no six digits, or no whole zone."""

    code = "INP-022"
    remedy = "Saisir les six chiffres du CAN, ou toutes les lignes de la MRZ."
