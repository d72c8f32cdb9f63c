// Sends the unsent answers, one after the other, until each has arrived.
"use strict";

const SAVE_TIMEOUT = 10000; // ms; then it counts as lost, and is sent again
const RETRY_DELAYS = [1000, 2000, 5000, 10000]; // ms

/**
 * One of an attempt's windows sends at a time. An answer goes out with the client and number it was given
 * with, however often, so that a retry changes nothing twice. One that cannot go at once says what it was made
 * upon (`base`), and is not stored over what another page has written since.
 *
 * The page is asked and told: url(entry), token(), extras(entry), stored(entry, echo), refused(entry, echo),
 * which returns whether to go on, probe(), which resolves to whether the server answers, and changed().
 */
class Sender {
  constructor(queue, client, page) {
    Object.assign(this, { queue, client, page });
    this.fresh = null; // number of the answer that goes out as soon as it is given
    this.flying = new Set(); // numbers of this page's answers that are on their way
    this.failures = 0; // in a row
    this.running = null;
    this.timer = null;
  }

  get failing() {
    return this.failures > 0;
  }

  put(entry) {
    if (!this.failing) this.fresh = entry.seq;
    this.queue.put(entry);
  }

  flushIn(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  /** Settles when nothing waits any more, or what waits cannot be sent now. */
  flush() {
    clearTimeout(this.timer);
    this.running ??= this.alone(() => this.drain());
    return this.running;
  }

  async alone(work) {
    try {
      await (navigator.locks ? navigator.locks.request(this.queue.key, work) : Promise.resolve().then(work));
    } finally {
      this.running = null;
    }
  }

  async drain() {
    try {
      let entry;
      while ((entry = this.queue.waiting()[0]) && (await this.send(entry)));
    } finally {
      this.running = null; // at once: what is given from now on needs another pass
    }
  }

  /** The page may not live until a save under way has arrived. Sent beside it, the newer of the two wins. */
  hurry() {
    const entry = this.queue.waiting().findLast(({ client }) => client === this.client);
    if (!entry || this.failing || this.flying.has(entry.seq)) return;
    clearTimeout(this.timer);
    this.send(entry);
  }

  /** Whether the next one may go. */
  async send(entry) {
    const mine = entry.client === this.client;
    const body = this.body(entry, { fresh: mine && entry.seq === this.fresh });
    let response;
    let echo;
    if (mine) this.flying.add(entry.seq);
    try {
      response = await fetch(this.page.url(entry), {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        keepalive: true, // it outlives the page, if somebody leaves at once
        signal: AbortSignal.timeout(SAVE_TIMEOUT),
      });
      if (response.status < 500) echo = await response.json();
    } catch {
      // No network, no answer in time, or half of one: echo stays empty.
    }
    this.flying.delete(entry.seq);
    if (!echo) {
      this.fail();
      return false;
    }
    this.failures = 0;
    if (!response.ok) return this.page.refused(entry, echo);
    this.queue.drop(entry);
    this.page.stored(entry, echo);
    return true;
  }

  body(entry, { fresh }) {
    const body = new URLSearchParams({ go: "save", csrfmiddlewaretoken: this.page.token() });
    for (const name of ["client", "seq", "shown_ms", "away_times", "away_ms"]) body.set(name, entry[name]);
    for (const index of entry.choice) body.append("choice", index);
    if (entry.note !== undefined) body.set("note", entry.note);
    if (!fresh) body.set("base", entry.base);
    for (const [name, value] of Object.entries(this.page.extras(entry))) body.set(name, value);
    return body;
  }

  /** The server could not be reached, with this or with a page: tries until it can. */
  fail() {
    this.fresh = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.retry(), RETRY_DELAYS[Math.min(this.failures, RETRY_DELAYS.length - 1)]);
    this.failures++;
    this.page.changed();
  }

  async retry() {
    if (this.queue.waiting().length) return this.flush();
    if (!(await this.page.probe())) return this.fail();
    this.failures = 0;
    this.page.changed();
  }
}
