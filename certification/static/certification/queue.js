// Answers that the server has not confirmed yet: kept in this browser until it has.
"use strict";

/**
 * The unsent answers of one attempt, in the order in which they were given; its windows share them.
 *
 * An entry is {position, client, seq, base, choice, note, at, clash} with the times of Turner. A question has one: a newer
 * one takes its place, and keeps the `base` (revision) of what was never stored. `note` only where it was changed.
 * `clash` is what another page has stored since `base`; such an entry waits until somebody decides.
 */
class Queue {
  static LONG_AGO = 24 * 60 * 60 * 1000; // ms after a deadline: by then nothing can be saved any more
  static PREFIX = "unsent ";

  constructor(root, deadline) {
    this.key = Queue.PREFIX + root;
    this.deadline = deadline; // a function
    this.page = null; // the entries, where the browser refuses to keep any
  }

  /** Throws away what attempts have left that ended long before `now` (ms). */
  static purge(now) {
    try {
      for (const key of Object.keys(localStorage).filter((key) => key.startsWith(Queue.PREFIX))) {
        const kept = Queue.parse(localStorage.getItem(key));
        if (!(Date.parse(kept.deadline) + Queue.LONG_AGO > now)) localStorage.removeItem(key);
      }
    } catch {
      // Nothing is kept where nothing can be.
    }
  }

  static parse(text) {
    try {
      const kept = JSON.parse(text);
      return Array.isArray(kept?.entries) ? kept : { entries: [] };
    } catch {
      return { entries: [] };
    }
  }

  all() {
    if (this.page) return this.page;
    try {
      return Queue.parse(localStorage.getItem(this.key)).entries;
    } catch {
      return [];
    }
  }

  /** Those that go out by themselves. */
  waiting() {
    return this.all().filter((entry) => !entry.clash);
  }

  clashes() {
    return this.all().filter((entry) => entry.clash);
  }

  of(position) {
    return this.all().find((entry) => entry.position === position);
  }

  put(entry) {
    const former = this.of(entry.position);
    if (former) Object.assign(entry, { base: former.base, clash: former.clash });
    this.write([...this.all().filter((other) => other !== former && other.position !== entry.position), entry]);
  }

  /** Takes this entry away, unless a newer one has taken its place. */
  drop({ position, client, seq }) {
    const isIt = (entry) => entry.position === position && entry.client === client && entry.seq === seq;
    this.write(this.all().filter((entry) => !isIt(entry)));
  }

  /** Marks the entry of a question as one to be decided about. */
  hold(position, clash) {
    this.write(this.all().map((entry) => (entry.position === position ? { ...entry, clash } : entry)));
  }

  clear() {
    this.write([]);
  }

  write(entries) {
    const kept = JSON.stringify({ deadline: this.deadline(), entries });
    try {
      if (entries.length) localStorage.setItem(this.key, kept);
      else localStorage.removeItem(this.key);
      this.page = null;
    } catch {
      this.page = entries;
    }
  }
}
