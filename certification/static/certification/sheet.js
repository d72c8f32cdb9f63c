// The answer sheet: one cell a question, marked by shape and in words.
"use strict";

const sheet = {
  get list() {
    return document.querySelector(".sheet");
  },

  cell(position) {
    return sheet.list.children[position - 1].firstElementChild;
  },

  showStored(position, { value, flagged }) {
    const cell = sheet.cell(position);
    cell.classList.toggle("done", value.length > 0);
    cell.classList.toggle("flag", flagged);
    sheet.describe(cell);
    const count = (kind) => sheet.list.querySelectorAll(kind).length;
    const [all, done] = [sheet.list.children.length, count(".done")];
    for (const [name, number] of Object.entries({ answered: done, unanswered: all - done, flagged: count(".flag") })) {
      document.querySelector(`[data-count=${name}]`).textContent = number;
    }
  },

  /** Which answers are not stored yet: half an oval waits, two halves are two answers to choose from. */
  showUnsent(entries) {
    const unsent = new Map(entries.map((entry) => [entry.position, entry]));
    for (const [index, item] of Array.from(sheet.list.children).entries()) {
      const entry = unsent.get(index + 1);
      const cell = item.firstElementChild;
      if (!entry && !cell.matches(".wait, .clash")) continue;
      cell.classList.toggle("wait", Boolean(entry && !entry.clash));
      cell.classList.toggle("clash", Boolean(entry?.clash));
      sheet.describe(cell);
    }
    for (const mark of document.querySelectorAll("[data-key]")) {
      mark.hidden = !sheet.list.querySelector(`.${mark.dataset.key}`);
    }
  },

  describe(cell) {
    const words = sheet.list.dataset;
    const is = (name) => cell.classList.contains(name);
    const state = ["clash", "wait", "done"].find(is) ?? "empty";
    cell.querySelector("[data-state]").textContent = words[state] + (is("flag") ? `, ${words.flag}` : "");
  },

  showHere(position) {
    sheet.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    sheet.cell(position).setAttribute("aria-current", "step");
  },
};
