"""How prints and portraits are taken live, as data: times, movements, limits of what is seen."""

from __future__ import annotations

from functools import cache
from typing import Annotated, TypeVar

from pydantic import Field

from station.rules.dated import Frozen, read

EN_VIGUEUR = "2026-01"

Millis = Annotated[int, Field(gt=0, le=120_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=1000)]


Rules = TypeVar("Rules", bound=Frozen)


class Etapes(Frozen):
    """Times of the automatic capture, in milliseconds."""

    vitre_propre: Millis
    vitre_sale: Millis
    stable: Millis
    essai: Millis
    retrait: Millis
    retrait_limite: Millis


class Mouvement(Frozen):
    """What still counts as lying still, and how long an instruction stands."""

    deplacement_mm: Positive
    surface: Share
    consigne_ms: Millis


class Vue(Frozen):
    """Limits of what a frame shows: areas in mm², levels in grey, shares from 0 to 1."""

    surface_propre: Positive
    surface_presente: Positive
    surface_doigt: Positive
    part_cretes: Share
    part_cretes_gris: Share
    contraste_doigt: Positive
    decentrage_mm: Positive
    sombre_sec: Share
    sombre_humide: Share
    vallee_humide: Positive
    contraste: Positive
    noir: Share


class Main(Frozen):
    """Naming a hand: mm between the best explanation of the tips and the next."""

    marge_mm: Positive


class Comparaison(Frozen):
    """Scores from which on two prints are of one finger, by algorithm; and one glass of two."""

    poc: Positive
    bozorth3: Positive
    residu: Positive


class Acquisition(Frozen):
    """Everything that prints are taken by."""

    id: str
    etapes: Etapes
    mouvement: Mouvement
    vue: Vue
    main: Main
    comparaison: Comparaison


class EtapesPortrait(Frozen):
    """Times of the automatic capture of a portrait, in milliseconds, and frames it needs."""

    stable: Millis
    images: Annotated[int, Field(ge=1, le=100)]
    consigne_voulue: Millis
    consigne_ms: Millis


class VuePortrait(Frozen):
    """Limits of what a frame shows: degrees, px, mm of the print, shares; see the rules file."""

    bord_mm: Positive
    decentrage: Share
    hauteur: Share
    ecart_yeux: Positive
    roulis: Positive
    lacet: Positive
    tangage: Positive
    yeux: Share
    regard: Share
    bouche: Share
    sombre: Positive
    blanc: Positive
    brule: Share
    inegal: Positive
    nettete: Share
    deplacement: Share
    tolerance: Share


class AcquisitionPortrait(Frozen):
    """Everything that a portrait is taken by, from a live camera."""

    id: str
    etapes: EtapesPortrait
    vue: VuePortrait


@cache
def acquisition(name: str = EN_VIGUEUR) -> Acquisition:
    """The rules for prints called `name`; raises `ConfigError` when absent or unsound."""
    return read(Acquisition, "acquisitions", name)


@cache
def acquisition_portrait(name: str = f"portrait-{EN_VIGUEUR}") -> AcquisitionPortrait:
    """The rules for portraits called `name`; raises `ConfigError` when absent or unsound."""
    return read(AcquisitionPortrait, "acquisitions", name)
