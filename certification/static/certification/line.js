// The line «Answer to this question»: one sentence on how things stand, and the marks on the sheet beside it.
"use strict";

/** `sitting` is what exam.js keeps of the page. */
class Line {
  constructor(sitting) {
    this.sitting = sitting;
    this.element = document.getElementById("saved");
    this.words = this.element.dataset;
    this.sentence = this.element.querySelector("b");
    this.printed = this.sentence.textContent;
  }

  say(text, verdict = "", link = null) {
    this.element.className = `saved ${verdict}`.trim();
    if (this.sentence.textContent === text) return;
    if (link) this.sentence.replaceChildren(Object.assign(document.createElement("a"), { href: link, textContent: text }));
    else this.sentence.textContent = text;
  }

  tell() {
    const { queue, sender, client, form } = this.sitting;
    const unsent = queue.all();
    sheet.showUnsent(unsent.filter((entry) => sender.failing || entry.client !== client || entry.clash));
    this.say(...(this.urgent(queue.waiting().length) ?? (form ? this.ofQuestion(form) : this.ofReview())));
  }

  /** What matters more than the question in sight, if anything does. */
  urgent(waiting) {
    const { state, sender } = this.sitting;
    if (state.ending) return [this.words.ended, "is-warn"];
    if (state.trouble) return [state.trouble, "is-bad"];
    if (!sender.failing) return null;
    if (state.missing) return [this.words.missing, "is-warn"];
    if (waiting > 1) return [this.words.waiting.replace("{count}", waiting), "is-warn"];
    return [waiting ? this.words.offline : this.words.unreachable, "is-warn"];
  }

  ofQuestion(form) {
    const { queue, client } = this.sitting;
    const entry = queue.of(question.position(form));
    if (entry?.clash) return [this.words.undecided, "is-warn"];
    if (entry) return entry.client === client ? [this.words.saving] : [this.words.kept, "is-warn"];
    if (queue.clashes().length) return this.ofClash();
    const time = form.dataset.savedAt;
    return [time ? this.words.saved.replace("{time}", time) : this.words.none];
  }

  ofReview() {
    const { queue } = this.sitting;
    if (queue.waiting().length) return [this.words.kept, "is-warn"];
    return queue.clashes().length ? this.ofClash() : [this.printed];
  }

  /** Which other question wants a decision, as a link to it. */
  ofClash() {
    const [{ position }] = this.sitting.queue.clashes();
    return [this.words.clash.replace("{position}", position), "is-warn", this.sitting.address(position)];
  }
}
