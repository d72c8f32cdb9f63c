// Who sits an exam now: asked for again every ten seconds, but not while nobody looks.
"use strict";

const running = document.getElementById("running");
let focused = false;

running.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) htmx.trigger(running, "again");
});

// htmx gives the focus back to what stands there anew; where its row is gone it stays in the section.
running.addEventListener("htmx:beforeSwap", () => {
  focused = running.contains(document.activeElement);
});
running.addEventListener("htmx:afterSettle", () => {
  if (focused && document.activeElement === document.body) {
    running.tabIndex = -1;
    running.focus({ preventScroll: true });
  }
});
