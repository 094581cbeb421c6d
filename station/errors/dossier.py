"""What the agent puts right in an application, or leaves as it is because it is sealed."""

from __future__ import annotations

from station.errors.root import StationError


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


class DossierSealed(DossierError):
    """The dossier is sealed: nothing in it changes any more."""

    code = "DOS-011"
    remedy = "Un dossier scellé ne se modifie plus ; le centre demande un complément s’il le faut."


class FieldChanged(DossierError):
    """The field does not hold any more what the page shows: another window was quicker."""

    code = "DOS-010"
    remedy = "Comparer les deux valeurs, puis retaper celle qui est juste."

    def __init__(self, champ: str) -> None:
        super().__init__(f"{champ}: changed elsewhere")
        self.champ = champ

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.champ,)


class DossierFull(DossierError):
    """The dossier holds as many pages, or bytes, as one may hold."""

    code = "DOS-012"
    remedy = "Retirer les pages inutiles de ce dossier avant d’en ajouter d’autres."


class WrongState(DossierError):
    """The dossier is at another step of its life (process.md §9) than this act needs."""

    code = "DOS-005"
    remedy = "Actualiser le suivi : l’état du dossier ne permet pas cette action."


class HandOverRefused(DossierError):
    """The title may not be handed over as things stand; `missing` names what is in the way."""

    code = "DOS-006"
    remedy = "Ne pas remettre le titre ; compléter ce qui manque, sinon garder le titre au guichet."

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("missing: " + ", ".join(missing))
        self.missing = missing

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.missing,)
