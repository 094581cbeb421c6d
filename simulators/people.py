"""Synthetic applicants, all named SPECIMEN: what they would say, show and put on the platen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simulators import faces, prints, sheets
from simulators.signed_codes import Header, datamatrix, proof_of_address, put
from station.capture import Finger

if TYPE_CHECKING:
    import numpy.typing as npt

    from simulators.signed_codes import Issuer
    from station.capture import Hand

    Image = npt.NDArray[np.uint8]

_PRENOMS = {
    "F": ("Camille", "Inès", "Louise", "Zoé", "Anne-Marie", "Éloïse"),
    "M": ("Noé", "Rémi", "Élie", "Jules", "Jean-Loup", "Théo"),
}
_HEIGHTS = {"F": 164, "M": 177}  # cm, means
_EYES = {  # iris, B, G, R
    "BLEU": (150, 112, 72),
    "GRIS": (134, 128, 116),
    "MARRON": (28, 50, 84),
    "NOIR": (20, 26, 36),
    "NOISETTE": (44, 84, 116),
    "VERT": (74, 106, 84),
}
_BIRTH_YEARS = (1950, 2004)  # adults, whatever the day
_COMMUNE = {"libelle": "Specimen-sur-Seine", "commune": "75999", "departement": "75", "pays": "FRA"}
_YOUNGEST, _OTHER_LIGHT = 3.0, 12.0  # years, degrees
_LIVE = 0.66  # chin to crown over the height of a live frame
_MODULE, _CODE_AT = 3, (60, 940)  # pixels: 0.5 mm at 150 dpi, row and column of the 2D-Doc
_PHOTO = (827, 1063)  # 35 x 45 mm at 600 dpi


@dataclass(frozen=True, slots=True)
class Person:
    """Everything about one applicant follows from the seed, and the year of birth if given."""

    seed: int
    birth_year: int | None = None

    @classmethod
    def from_seed(cls, seed: int, birth_year: int | None = None) -> Self:
        """The applicant number `seed`: an adult, unless `birth_year` makes a minor."""
        return cls(seed, birth_year)

    def civil(self) -> dict[str, Any]:
        """The `usager` of the form, as JSON has it (process.md §4.2)."""
        rng = np.random.default_rng([self.seed, 1])
        sexe = "FM"[rng.integers(2)]
        drawn = int(rng.integers(*_BIRTH_YEARS))
        year = drawn if self.birth_year is None else self.birth_year
        return {
            "nom_famille": "SPECIMEN",
            "prenoms": _prenoms(rng, sexe, 2),
            "sexe": sexe,
            "date_naissance": _day(rng, year),
            "lieu_naissance": dict(_COMMUNE),
            "taille_cm": int(np.clip(rng.normal(_HEIGHTS[sexe], 7), 145, 205)),
            "couleur_yeux": tuple(_EYES)[rng.integers(len(_EYES))],
            "nationalite": "FRA",
            "mode_acquisition": "NAISSANCE_EN_FRANCE",
            "adresse": _adresse(rng),
            "parents": [_parent(rng, sexe, year) for sexe in "FM"],
        }

    def print_of(
        self, finger: Finger, conditions: prints.Conditions | None = None, attempt: int = 1
    ) -> Image:
        """One placement of `finger`: (500, 400) grey levels at 500 ppi, another each attempt."""
        placement = (self.seed * 11 + finger) * 1000 + attempt
        return prints.impression(prints.master(self.seed, finger), placement, conditions)

    def slap(
        self, hand: Hand, conditions: prints.SlapConditions | None = None, attempt: int = 1
    ) -> prints.Slap:
        """One placement of four fingers: (1500, 1600) grey levels at 500 ppi, and their places."""
        return prints.slap(self.seed, hand, conditions, attempt)

    def finger(self, code: int) -> Image:
        """An ordinary placement of ISO finger `code`."""
        return self.print_of(Finger(code))

    def portrait(self, width: int, height: int, years_ago: int = 0) -> Image:
        """The face, (height, width, 3) in B, G, R: three quarters as high as the picture.

        Before a live camera, whose pictures are wider than high, two thirds: a portrait of
        35 x 45 mm can be cut out. Some years ago it was younger and in another light.
        """
        iris = _EYES[self.civil()["couleur_yeux"]]
        usual = replace(faces.person(self.seed, width, height), iris=iris)
        if years_ago:
            age = max(_YOUNGEST, usual.age - years_ago)
            usual = replace(usual, age=age, light_az=_OTHER_LIGHT)
        if width > height:
            usual = replace(usual, head_ratio=_LIVE)
        return faces.render(usual)

    def photo_scan(self) -> Image:
        """The printed photograph of 35 x 45 mm, scanned at 600 dpi: (1063, 827, 3) in B, G, R."""
        return self.portrait(*_PHOTO)

    def signature(self) -> Image:
        """Pen strokes, (300, 900) grey: dark on white."""
        return sheets.signature(self.seed)


def application(person: Person, today: date | None = None) -> dict[str, Any]:
    """A form for CNI and passport in one dossier; `pages` of a piece name files of `pages`."""
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
        "raisons": {"photo": "Photographie fictive, contrôlée à l’œil : laboratoire sans modèles."},
        "usager": person.civil(),
        "demandes": [
            {"type_titre": "CNI", **request},
            {"type_titre": "PASSEPORT", **request, "timbre": stamp},
        ],
        "pieces": [
            _piece("acte.png", type="ACTE_NAISSANCE", delivree_le=recent),
            _piece("domicile.png", type="JUSTIF_DOMICILE", delivree_le=recent),
            _piece("formulaire.png", type="FORMULAIRE_SIGNE"),
        ],
    }


def _piece(page: str, **reference: str) -> dict[str, Any]:
    return {
        "reference": reference,
        "pages": [page],
        "raison": "Page fictive, contrôlée à l’œil : elle est entière et se lit.",
    }


def pages(person: Person, issuer: Issuer | None = None) -> dict[str, bytes]:
    """The files that `application` names: pages of A4, PNG.

    The proof of address bears a 2D-Doc signed by `issuer`, if there is one.
    """
    civil = person.civil()
    name = f"{civil['nom_famille']} {' '.join(civil['prenoms'])}"
    born = f"ne(e) le {_spoken(civil['date_naissance'])} a {civil['lieu_naissance']['libelle']}"
    home = civil["adresse"]
    lives = (*home["lignes"], f"{home['code_postal']} {home['commune']}")
    form = sheets.page("FORMULAIRE DE DEMANDE", (name, born, *lives, "lu et approuve :"))
    sheets.sign(form, person.signature())
    home_proof = sheets.page("JUSTIFICATIF DE DOMICILE", (name, *lives, "facture d'energie"))
    if issuer is not None:
        code = issuer.sign(Header(kind="01"), proof_of_address(civil))
        put(home_proof, datamatrix(code, _MODULE), _CODE_AT)
    return {
        "acte.png": sheets.png(sheets.page("ACTE DE NAISSANCE", ("copie integrale", name, born))),
        "domicile.png": sheets.png(home_proof),
        "formulaire.png": sheets.png(form),
    }


def _prenoms(rng: np.random.Generator, sexe: str, count: int) -> list[str]:
    names = _PRENOMS[sexe]
    return [names[i] for i in rng.permutation(len(names))[:count]]


def _day(rng: np.random.Generator, year: int) -> dict[str, int]:
    """A day of `year`, in parts as the form has it: the civil register knows partial dates."""
    day = date(year, 1, 1) + timedelta(days=int(rng.integers(365)))
    return {"annee": day.year, "mois": day.month, "jour": day.day}


def _spoken(day: dict[str, int]) -> str:
    return f"{day['jour']:02}/{day['mois']:02}/{day['annee']}"


def _adresse(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "lignes": [f"{int(rng.integers(1, 90))} RUE DU SPECIMEN"],
        "code_postal": "75999",
        "commune": "SPECIMEN-SUR-SEINE",
        "insee": "75999",
        "pays": "FRA",
    }


def _parent(rng: np.random.Generator, sexe: str, child_born: int) -> dict[str, Any]:
    return {
        "nom_famille": "SPECIMEN",
        "prenoms": _prenoms(rng, sexe, 1),
        "date_naissance": _day(rng, child_born - int(rng.integers(20, 41))),
        "lieu_naissance": dict(_COMMUNE),
        "nationalite": "FRA",
    }
