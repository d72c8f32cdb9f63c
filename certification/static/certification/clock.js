// The time of a sitting: the server's, counted on by a clock that nobody can set.
"use strict";

const MINUTE = 60000; // ms
const POLL = [25000, 30000]; // ms; between these, so that a class that starts together does not ask together
const ASK_TIMEOUT = 10000; // ms

const moscowTime = (iso) =>
  new Date(iso).toLocaleTimeString("ru-RU", { timeZone: "Europe/Moscow", hour12: false });

/**
 * Shows the time that is left and asks the server for its own: after a sleep, when the window is looked at
 * again, and when nothing was heard for half a minute. Without an answer it goes on counting; the server
 * decides anyway.
 *
 * The page is asked and told: query() for what it wants to know beside the time, heard(answer), over().
 */
class Clock {
  constructor(panel, page) {
    this.panel = panel;
    this.page = page;
    this.root = panel.dataset.root;
    this.started = Date.parse(panel.dataset.started);
    this.timer = panel.querySelector("[role=timer]");
    this.details = panel.querySelector("details");
    this.warning = document.getElementById("warning");
    this.memory = `warned ${this.root}`; // each page of the attempt loads this file anew
    this.warned = new Set((sessionStorage.getItem(this.memory) ?? "").split(" "));
    this.details.open = sessionStorage.getItem("clock") !== "hidden";
    this.details.addEventListener("toggle", () =>
      sessionStorage.setItem("clock", this.details.open ? "shown" : "hidden"),
    );
    this.set(panel.dataset.now, panel.dataset.deadline);
  }

  start() {
    this.tick();
    setInterval(() => this.tick(), 1000);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) clearTimeout(this.poll);
      else this.ask().then(() => this.tick());
    });
  }

  /** The server's time, and the deadline, which it may have put off. */
  set(serverNow, deadline) {
    this.offset = Date.parse(serverNow) - performance.now();
    this.minded();
    const moved = Date.parse(deadline);
    const longer = this.deadline !== undefined && moved > this.deadline;
    this.deadline = moved;
    this.pollLater();
    if (longer) this.extended();
  }

  /** From here on a jump of this computer's clock against its uptime means that it slept. */
  minded() {
    this.drift = Date.now() - performance.now();
  }

  get left() {
    return Math.max(this.deadline - performance.now() - this.offset, 0);
  }

  /** What the server is thought to have on its clock; ms. */
  get now() {
    return performance.now() + this.offset;
  }

  pollLater() {
    clearTimeout(this.poll);
    if (document.hidden) return;
    const [least, most] = POLL;
    this.poll = setTimeout(() => this.ask(), least + Math.random() * (most - least));
  }

  /** Whether the server answered. */
  ask() {
    this.asking ??= this.request().finally(() => {
      this.asking = null;
      this.pollLater();
    });
    return this.asking;
  }

  async request() {
    try {
      const response = await fetch(`${this.root}clock/${this.page.query()}`, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(ASK_TIMEOUT),
      });
      if (response.status >= 500) return false;
      const answer = await response.json();
      if (response.ok) {
        this.set(answer.server_now, answer.deadline);
        this.page.heard(answer);
      } else {
        this.minded(); // signed out: no use in asking every second
      }
      return true;
    } catch {
      return false;
    }
  }

  tick() {
    // After a sleep the network may take a while: asked again each second until it is there.
    if (Math.abs(Date.now() - performance.now() - this.drift) > 2000) this.ask();
    this.timer.textContent = Clock.countdown(this.left);
    this.drawRuler(1 - this.left / (this.deadline - this.started));
    this.warn();
    if (this.left === 0) this.page.over();
  }

  static countdown(left) {
    const seconds = Math.floor(left / 1000);
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }

  drawRuler(gone) {
    const at = `${(100 * Math.min(Math.max(gone, 0), 1)).toFixed(2)}%`;
    const ruler = document.getElementById("ruler");
    ruler.querySelector(".k").setAttribute("width", at);
    const pen = ruler.querySelector(".p");
    pen.setAttribute("x1", at);
    pen.setAttribute("x2", at);
  }

  /** Says each warning once, the most urgent that holds; a page opened late is not flooded. */
  warn() {
    const due = this.due();
    this.details.classList.toggle("is-warn", this.left <= 5 * MINUTE);
    if (!due.length || this.warned.has(due[0])) return;
    if (due[0] !== "quarter") this.details.open = true;
    due.forEach((name) => this.warned.add(name));
    this.remember();
    const left = Clock.countdown(Math.ceil(this.left / 1000) * 1000);
    this.announce(this.warning.dataset[due[0]].replace("{left}", left));
  }

  /** The warnings that hold, the most urgent first. */
  due() {
    const whole = this.deadline - this.started;
    return [
      ["one", this.left <= MINUTE],
      ["five", this.left <= 5 * MINUTE],
      ["quarter", this.left <= whole / 4 && whole > 20 * MINUTE],
    ].flatMap(([name, holds]) => (holds ? [name] : []));
  }

  remember() {
    sessionStorage.setItem(this.memory, [...this.warned].join(" "));
  }

  announce(words) {
    setTimeout(() => (this.warning.textContent = words), 500); // what a page says while it loads is not read out
  }

  /** More time was given: shown everywhere, said once, and what was warned of may come again. */
  extended() {
    const until = moscowTime(this.deadline);
    document.getElementById("due").textContent = until;
    const due = this.due();
    this.warned = new Set([...this.warned].filter((name) => due.includes(name)));
    this.remember();
    this.announce(this.warning.dataset.longer.replace("{time}", until));
    this.tick();
    this.renewRuler();
  }

  /** The marks of another length of time are drawn by the server. */
  async renewRuler() {
    try {
      const page = await (await fetch(location.pathname)).text();
      const ruler = new DOMParser().parseFromString(page, "text/html").getElementById("ruler");
      if (ruler) document.getElementById("ruler").replaceWith(ruler);
    } catch {
      // The former marks stay.
    }
  }
}
