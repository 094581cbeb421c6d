"""A person without a mouse: every step is a key, and what has the focus must be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_ROUNDS = 2  # times the focus leaves the page before it counts as walked
_STEPS = 300  # tab stops after which a page is said to trap the focus

# The focus shows by an outline (a shadow is gone in forced colours): on the element itself, on its
# label or on one of three elements around it. It must be on the screen and under nothing else.
_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  const again = (window.reached ??= new Set()).has(at);
  window.reached.add(at);
  const around = [at, ...(at.labels ?? [])];
  for (let up = at.parentElement; up && around.length < 5; up = up.parentElement) around.push(up);
  const outlined = around.some((element) => {
    const { outlineStyle: kind, outlineWidth: width, outlineColor: color } =
      getComputedStyle(element);
    return kind !== "none" && parseFloat(width) >= 1 && !/, 0\\)$|transparent/.test(color);
  });
  const box = at.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(x, y);
  const labels = [...(at.labels ?? [])];
  const clear = top !== null
    && (at.contains(top) || top.contains(at) || labels.some((label) => label.contains(top)));
  return { again, outlined, clear, what: at.outerHTML.slice(0, 120) };
}"""

# What Tab has to reach: everything one can click or type into, and one button of each radio group.
_MISSED = """() => {
  const inside = document.querySelector("dialog:modal") ?? document;
  const wanted = inside.querySelectorAll(
    "a[href], area[href], button, input, select, textarea, summary, [tabindex], [contenteditable]");
  const reached = [...(window.reached ?? [])];
  const groups = new Set(reached.filter((e) => e.type === "radio").map((e) => e.name));
  return [...wanted]
    .filter((e) => e.tabIndex >= 0 && !e.closest(":disabled, [type=hidden], [inert]"))
    .filter((e) => e.checkVisibility({ visibilityProperty: true }))
    .filter((e) => !reached.includes(e) && !(e.type === "radio" && groups.has(e.name)))
    .map((e) => e.outerHTML.slice(0, 120));
}"""


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The keys, on one page."""

    page: Page

    def tab(self, *, back: bool = False) -> bool:
        """To the next stop, which must show that it has the focus; False past the last one."""
        return self._step(back=back) is not None

    def _step(self, *, back: bool) -> dict[str, Any] | None:
        self.page.keyboard.press("Shift+Tab" if back else "Tab")
        focus: dict[str, Any] | None = self.page.evaluate(_FOCUS)
        if focus is not None:
            assert focus["outlined"], f"the focus is not seen on {focus['what']}"
            assert focus["clear"], f"the focus is off the screen or covered: {focus['what']}"
        return focus

    def to(self, target: Locator, *, back: bool = False) -> None:
        """Tab until `target` has the focus; AssertionError when it is never reached."""
        for _ in range(_STEPS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.tab(back=back)
        raise AssertionError(f"never reached by Tab: {target}")

    def press(self, *keys: str) -> None:
        """Keys by their names: Enter, Space, Escape, ArrowDown, Alt+s."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Letter by letter, as they are typed."""
        self.page.keyboard.type(text)

    def walk(self, *, back: bool = False) -> int:
        """Over the whole page once: nothing is missed, nothing holds the focus; the stops."""
        self.page.evaluate("() => { document.activeElement?.blur(); window.reached = new Set(); }")
        stops, outside = 0, 0
        while outside < _ROUNDS:
            focus = self._step(back=back)
            if focus is None:
                outside += 1  # wherever it began: once more, from the other end
            elif focus["again"]:
                break
            else:
                stops += 1
            assert stops < _STEPS, "the focus never leaves the page"
        missed: list[str] = self.page.evaluate(_MISSED)
        assert missed == [], f"not reached by Tab: {missed}"
        return stops
