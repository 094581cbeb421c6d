"""The whole order, once: captures into a draft, a draft into a package, a package in the queue.

    open_draft → Attempts, take_visage, page or scanned, keep … → complete → seal_dossier

A complement that the CERT asks for goes the same way (`station.pipeline.complement`).

Each step is in the encrypted draft, and in the journal, before the next begins. A dossier that is
sealed twice because the machine stopped in between is still one: the outbox keeps the first.
"""

from station.pipeline.brouillons import ANNULATIONS, RaisonAnnulation, cancel, purge_drafts
from station.pipeline.complement import (
    complete_complement,
    decision_of,
    open_complement,
    seal_complement,
)
from station.pipeline.doigts import erase, essais_permis, pass_over, slots, take_back
from station.pipeline.essais import Essais
from station.pipeline.pages import Lue, brought, count, page, scanned, sheets, take_page
from station.pipeline.portrait import Portraits, take_visage
from station.pipeline.prints import Attempts, Taken
from station.pipeline.recueil import Recueil, complete, keep, open_draft, resume
from station.pipeline.remettre import check_remise, controle_of, record_remise
from station.pipeline.remise import Issue, Remise, remise
from station.pipeline.sealing import seal_dossier
from station.pipeline.signature import Signed, take_signature
from station.pipeline.suivi import Suivi, suivi, suivi_of
from station.pipeline.titre import Lecture, read_title

__all__ = [
    "ANNULATIONS",
    "Attempts",
    "Essais",
    "Issue",
    "Lecture",
    "Lue",
    "Portraits",
    "RaisonAnnulation",
    "Recueil",
    "Remise",
    "Signed",
    "Suivi",
    "Taken",
    "brought",
    "cancel",
    "check_remise",
    "complete",
    "complete_complement",
    "controle_of",
    "count",
    "decision_of",
    "erase",
    "essais_permis",
    "keep",
    "open_complement",
    "open_draft",
    "page",
    "pass_over",
    "purge_drafts",
    "read_title",
    "record_remise",
    "remise",
    "resume",
    "scanned",
    "seal_complement",
    "seal_dossier",
    "sheets",
    "slots",
    "suivi",
    "suivi_of",
    "take_back",
    "take_page",
    "take_signature",
    "take_visage",
]
