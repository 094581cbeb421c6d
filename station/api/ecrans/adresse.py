"""The screen ADRESSE: see process.md §15.1."""

from __future__ import annotations

from station.api.ecrans.formulaire import Formulaire
from station.dossier.formulaire import Ecran

VUE = Formulaire(Ecran.ADRESSE, "ecrans/adresse.html")
