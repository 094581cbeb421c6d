"""Synthetic applicants, all named SPECIMEN: what they would say, show and put on the platen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from simulators import faces, prints

if TYPE_CHECKING:
    import numpy.typing as npt

_PRENOMS = {"F": ("Camille", "Inès", "Louise", "Zoé"), "M": ("Noé", "Rémi", "Élie", "Jules")}
_EYES = ("BLEU", "GRIS", "MARRON", "NOISETTE", "VERT")
_PAGE = (1240, 1754)  # A4 at 150 dpi
_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class Person:
    """Everything about one applicant follows from `seed`."""

    seed: int

    def civil(self) -> dict[str, Any]:
        """The `usager` of the form, as JSON has it (process.md §4.2)."""
        rng = np.random.default_rng([self.seed, 1])
        sexe = "FM"[rng.integers(2)]
        names = _PRENOMS[sexe]
        born = date(1960, 1, 1) + timedelta(days=int(rng.integers(16_000)))
        place = {"libelle": "Specimen-sur-Seine", "pays": "FRA"}
        return {
            "nom_famille": "SPECIMEN",
            "prenoms": [names[i] for i in rng.permutation(len(names))[:2]],
            "sexe": sexe,
            "date_naissance": {"annee": born.year, "mois": born.month, "jour": born.day},
            "lieu_naissance": place,
            "taille_cm": int(rng.integers(150, 200)),
            "couleur_yeux": _EYES[rng.integers(len(_EYES))],
            "nationalite": "FRA",
            "mode_acquisition": "NAISSANCE_EN_FRANCE",
            "adresse": {
                "lignes": [f"{int(rng.integers(1, 90))} RUE DU SPECIMEN"],
                "code_postal": "75056",
                "commune": "SPECIMEN",
                "pays": "FRA",
            },
            "parents": [{"inconnu": True}, {"inconnu": True}],
        }

    def finger(
        self, code: int, attempt: int = 1, conditions: prints.Conditions | None = None
    ) -> npt.NDArray[np.uint8]:
        """One placement of ISO finger `code`: (500, 400) grey levels at 500 ppi."""
        placement = self.seed * 1000 + code * 10 + attempt
        return prints.impression(prints.master(self.seed, code), placement, conditions)

    def portrait(self, width: int, height: int) -> npt.NDArray[np.uint8]:
        """The face, (height, width, 3) in B, G, R."""
        return faces.portrait(self.seed, width, height)

    def page(self, title: str, *lines: str) -> bytes:
        """A sheet of A4 at 150 dpi with a title and some lines, PNG."""
        sheet = np.full((_PAGE[1], _PAGE[0]), 250, np.uint8)
        cv2.putText(sheet, title, (120, 220), _FONT, 1.8, 30, 4, cv2.LINE_AA)
        for rank, line in enumerate(("SPECIMEN", *lines)):
            cv2.putText(sheet, line, (120, 340 + 70 * rank), _FONT, 1.1, 40, 2, cv2.LINE_AA)
        if "signature" in title.lower():
            self._sign(sheet)
        _, png = cv2.imencode(".png", sheet)
        return png.tobytes()

    def _sign(self, sheet: npt.NDArray[np.uint8]) -> None:
        """A flourish of pen strokes."""
        rng = np.random.default_rng([self.seed, 9])
        t = np.linspace(0, 1, 200)
        wave = sum(rng.normal(0, 60) * np.sin(2 * np.pi * k * t) for k in range(2, 7))
        points = np.stack([200 + 700 * t, 1400 + wave], 1).astype(np.int32)
        cv2.polylines(sheet, [points], False, 20, 5, cv2.LINE_AA)


def application(person: Person, today: date | None = None) -> dict[str, Any]:
    """A form for CNI and passport in one dossier; `pages` name files that `pages` writes."""
    day = today or datetime.now(UTC).date()
    recent = (day - timedelta(days=20)).isoformat()
    request = {
        "motif": "PREMIERE_DEMANDE",
        "date_depot": day.isoformat(),
        "lieu_depot": "75056",
        "demande_jointe": True,
    }
    stamp = {"numero": "1234567890123456", "achete_le": recent}
    return {
        "portrait_source": "CAMERA_DR",
        "usager": person.civil(),
        "demandes": [
            {"type_titre": "CNI", **request},
            {"type_titre": "PASSEPORT", **request, "timbre": stamp},
        ],
        "pieces": [
            {"reference": {"type": "ACTE_NAISSANCE", "delivree_le": recent}, "pages": ["acte.png"]},
            {
                "reference": {"type": "JUSTIF_DOMICILE", "delivree_le": recent},
                "pages": ["domicile.png"],
            },
            {"reference": {"type": "FORMULAIRE_SIGNE"}, "pages": ["formulaire.png"]},
        ],
    }


def pages(person: Person) -> dict[str, bytes]:
    """The files that `application` names."""
    return {
        "acte.png": person.page("ACTE DE NAISSANCE", "copie integrale"),
        "domicile.png": person.page("JUSTIFICATIF DE DOMICILE", "facture d'energie"),
        "formulaire.png": person.page("FORMULAIRE ET SIGNATURE", "lu et approuve"),
    }
