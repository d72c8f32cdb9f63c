// The form of one question: what it says, what is shown in it.
"use strict";

const question = {
  position: (form) => Number(form.dataset.position),
  total: (form) => Number(form.dataset.total),
  revision: (form) => Number(form.dataset.revision),

  /** Displayed indices of what is chosen. */
  choice: (form) => Array.from(form.querySelectorAll("[name=choice]:checked"), (input) => Number(input.value)),

  /** The note, where it is another than the one that is stored. */
  note(form) {
    const { value, defaultValue } = form.elements.note;
    return value === defaultValue ? undefined : value;
  },

  /** Whether it says something else than the page brought from the server. */
  isTouched: (form) =>
    question.note(form) !== undefined ||
    Array.from(form.querySelectorAll("[name=choice]")).some((input) => input.checked !== input.defaultChecked),

  /** All that is shown as stored, as a save's echo has it. */
  stored: (form) => ({
    value: question.choice(form),
    struck: Array.from(form.querySelectorAll(".struck [name=choice]"), (input) => Number(input.value)),
    flagged: form.elements.flagged.value !== "",
    revision: question.revision(form),
    savedAt: form.dataset.savedAt,
  }),

  /** Shows what the server has; returns whether anything in sight is another now. */
  show(form, { value, struck, flagged, revision, savedAt }) {
    const before = question.stored(form);
    question.choose(form, value);
    for (const [index, option] of Array.from(form.querySelectorAll(".option")).entries()) {
      question.strike(option, { struck: struck.includes(index) });
    }
    form.elements.flagged.value = flagged ? "1" : "";
    form.querySelector("[value=flag]").setAttribute("aria-pressed", flagged);
    form.dataset.revision = revision;
    form.dataset.savedAt = savedAt;
    const visible = (state) => JSON.stringify([state.value, state.struck, state.flagged]);
    return visible(before) !== visible({ value, struck, flagged });
  },

  choose(form, value) {
    for (const input of form.querySelectorAll("[name=choice]")) input.checked = value.includes(Number(input.value));
  },

  strike(option, { struck }) {
    option.classList.toggle("struck", struck);
    const button = option.querySelector(".strike");
    button.name = struck ? "restore" : "strike";
    button.setAttribute("aria-pressed", struck);
  },

  /** The note is stored, unless it was changed again. */
  keepNote(form, note, sentence) {
    form.elements.note.defaultValue = note;
    form.querySelector("[data-note]").textContent = sentence;
  },

  /** Shows an answer that is not stored yet, and where another page was quicker, both. */
  restore(form, entry) {
    form.querySelector(".clash-note")?.remove();
    if (!entry) return;
    question.choose(form, entry.choice);
    if (entry.note !== undefined) {
      form.elements.note.value = entry.note;
      form.querySelector(".remark").open = true;
    }
    if (entry.clash) question.showClash(form, entry);
  },

  showClash(form, { choice, clash }) {
    form.querySelector(".clash-note")?.remove();
    const note = document.getElementById("clash").content.firstElementChild.cloneNode(true);
    const letters = (indices) =>
      indices.map((index) => form.querySelectorAll(".letter")[index].textContent).join(", ") || note.dataset.none;
    note.querySelector("[data-sentence]").textContent = clash.sentence;
    note.querySelector("[data-stored]").textContent = letters(clash.value);
    note.querySelector("[data-mine]").textContent = letters(choice);
    form.querySelector("fieldset").before(note);
  },
};
