"""One instruction at a time: it is meant before it is said, and read before the next one."""

from __future__ import annotations


class Voice:
    """Turns what each frame would say into what is said; times are seconds of a steady clock.

    A word is said once it was wanted for `meant` seconds, and stands for `stands` seconds.
    """

    def __init__(self, stands: float, meant: float = 0.0) -> None:
        self._stands, self._meant = stands, meant
        self._said = ("", float("-inf"))
        self._wanted = ("", 0.0)

    def begin(self, word: str) -> str:
        """Say `word` at once; whatever is meant next need not wait for it to be read."""
        self._said = (word, float("-inf"))
        return word

    def say(self, word: str, at: float, *, urgent: bool = False) -> str | None:
        """`word` when it is to be told now; None when what was said before still stands.

        An `urgent` word does not wait until the one before was read.
        """
        if word != self._wanted[0]:
            self._wanted = (word, at)
        said, when = self._said
        is_read = urgent or at - when >= self._stands
        if word == said or not is_read or at - self._wanted[1] < self._meant:
            return None
        self._said = (word, at)
        return word
