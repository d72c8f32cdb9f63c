// Other windows of the same attempt: in this browser they hear of each other's saves.
"use strict";

/**
 * A window that opens second says so, as long as the other is there. `heard(position, stored)` is called with
 * what another window has stored.
 */
class Windows {
  constructor(root, client, heard) {
    this.client = client;
    this.note = document.getElementById("elsewhere");
    this.others = new Set(); // those that were open before this one
    if (!("BroadcastChannel" in window)) return;
    this.channel = new BroadcastChannel(`sitting ${root}`);
    this.channel.addEventListener("message", ({ data }) => {
      if (data.kind === "hello") this.say("here", { to: data.from });
      if (data.kind === "here" && data.to === client) this.others.add(data.from);
      if (data.kind === "bye") this.others.delete(data.from);
      if (data.kind === "stored") heard(data.position, data.stored);
      else this.show();
    });
    addEventListener("pagehide", () => this.say("bye"));
    this.say("hello");
  }

  say(kind, more = {}) {
    this.channel?.postMessage({ kind, from: this.client, ...more });
  }

  show() {
    const open = this.others.size > 0;
    for (const part of this.note.querySelectorAll("[data-open]")) part.hidden = !open;
    this.note.firstElementChild.hidden = !open && !this.note.querySelector("[data-news]").textContent;
  }

  /** Whether the answer in sight has just become another one. */
  tellNews(changed) {
    this.note.querySelector("[data-news]").textContent = changed ? this.note.dataset.news : "";
    this.show();
  }
}
