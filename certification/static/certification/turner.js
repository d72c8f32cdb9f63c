// From question to question: shows what the page has already, or asks the server for it.
"use strict";

/**
 * Keeps the forms of the questions that this page has shown or that a save brought along, by position. Without
 * a network one can go on among them; with it they are asked for again, but for the one that came with the
 * save of the question before. `sitting` is what exam.js keeps of the page.
 */
class Turner {
  static LEAVE_DELAY = 2000; // ms; so long a link waits for what is being saved

  constructor(sitting) {
    this.sitting = sitting;
    this.forms = new Map();
    this.ahead = null; // position of the question that came with the last save
    this.here = null; // position of the one in sight
    this.shownSince = 0; // ms, by performance.now()
    this.away = { times: 0, ms: 0, since: null }; // behind other windows, since the question was shown
    this.wish = null; // the latest one to go on
    document.addEventListener("click", (event) => this.clicked(event), { capture: true });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.wentAway() : this.cameBack()));
    addEventListener("popstate", (event) => this.wentBack(event));
  }

  wentAway() {
    this.away.times++;
    this.away.since = performance.now();
  }

  cameBack() {
    this.away.ms += performance.now() - (this.away.since ?? performance.now());
    this.away.since = null;
  }

  /** For how long the question has been shown, and how often and long the page was out of sight meanwhile. */
  get times() {
    const now = performance.now();
    const { times, ms, since } = this.away;
    return {
      shown_ms: Math.round(now - this.shownSince),
      away_times: times,
      away_ms: Math.round(ms + (since === null ? 0 : now - since)),
    };
  }

  /** Whether a save shall bring the next question along. */
  wantsNext(position) {
    const { form } = this.sitting;
    return form && position === this.here && position < question.total(form) && this.ahead !== position + 1;
  }

  bring({ position, html }) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    this.forms.set(position, holder.content.querySelector("form"));
    if (position === this.here + 1) this.ahead = position;
  }

  /** A form is on the screen: it has just come, or been brought back. */
  arrived() {
    const { form, queue, state, windows, line } = this.sitting;
    const position = question.position(form);
    this.forms.set(position, form);
    if (position !== this.here) {
      this.here = position;
      this.ahead = null;
      this.shownSince = performance.now();
      this.away = { times: Number(document.hidden), ms: 0, since: document.hidden ? this.shownSince : null };
      windows.tellNews(false);
    }
    Object.assign(state, { trouble: "", missing: false });
    question.restore(form, queue.of(position));
    line.tell();
  }

  /** Shows a question that is here already. */
  reveal(position, { push = true } = {}) {
    const form = this.forms.get(position);
    this.sitting.form.replaceWith(form);
    htmx.process(form);
    if (push) {
      history.replaceState({ htmx: true }, ""); // htmx goes Back only to what it knows
      history.pushState({ htmx: true }, "", this.sitting.address(position));
    }
    document.title = `${form.querySelector("h1").textContent} — amoquiz`;
    sheet.showHere(position);
    this.arrived();
    Turner.focus(form);
  }

  static focus(form) {
    form.querySelector("h1").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** Goes to a question once this one's answer is stored, or kept because it cannot be. */
  async turn(position, { next = false } = {}) {
    const { form, queue, sender, state } = this.sitting;
    const wish = (this.wish = {});
    const clashes = queue.clashes().length;
    state.missing = false;
    if (this.sitting.isUnsent) await sender.flush();
    if (wish !== this.wish || state.trouble || queue.clashes().length > clashes) return;
    if (position > question.total(form)) this.follow(`${this.sitting.root}review/`);
    else if (this.forms.has(position) && (sender.failing || (next && this.ahead === position))) this.reveal(position);
    else this.fetch(position, wish);
  }

  async fetch(position, wish) {
    this.ahead = null;
    try {
      await htmx.ajax("GET", this.sitting.address(position), { target: "#sitting", swap: "innerHTML" });
    } catch {
      // No network: the sender has been told.
    }
    if (wish !== this.wish || this.here === position || this.sitting.state.leaving) return;
    if (this.forms.has(position)) this.reveal(position);
    else this.miss();
  }

  miss() {
    this.sitting.state.missing = true;
    this.sitting.line.tell();
  }

  /** Follows a link when what waits has arrived, or after a moment; never to a page that will not come. */
  async follow(path) {
    const { root, sender, clock } = this.sitting;
    if (this.sitting.isUnsent) await Promise.race([sender.flush(), this.sitting.pause(Turner.LEAVE_DELAY)]);
    if (sender.failing && !(await clock.ask())) return this.miss();
    // Another page of this attempt takes the queue over; from any other the browser asks whether to go.
    if (path.startsWith(root)) this.sitting.leave(path);
    else location.assign(path);
  }

  clicked(event) {
    const link = event.target.closest("a[href]");
    if (!link || link.hash || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { form, root, sender } = this.sitting;
    const position = Turner.position(link.pathname);
    if (form && position && link.pathname.startsWith(root)) {
      event.preventDefault();
      this.turn(position);
    } else if (this.sitting.isUnsent || sender.failing) {
      event.preventDefault();
      this.follow(link.pathname);
    }
  }

  /** Online, htmx loads the page. */
  wentBack(event) {
    const position = Turner.position(location.pathname);
    if (!this.sitting.sender.failing || !this.forms.has(position)) return;
    event.stopImmediatePropagation();
    this.reveal(position, { push: false });
  }

  static position(path) {
    return Number(path.match(/\/questions\/(\d+)\/$/)?.[1] ?? 0);
  }
}
