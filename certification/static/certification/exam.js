// A page of a sitting: saves answers as they are given, turns from question to question, ends at zero.
// Everything here also works without this file, by plain forms and links.
"use strict";

(() => {
  const SAVE_DELAY = 300; // ms; arrow keys run through a group of radios
  const NOTE_DELAY = 1000; // ms; typing goes on
  const END_DELAY = 5000; // ms; so long the end waits for what is being saved: less than the server's grace

  const panel = document.getElementById("panel");
  const { root, result } = panel.dataset;
  const client = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join("");
  let seq = 0;

  /** What the parts of the page know of each other. */
  const sitting = {
    root,
    client,
    state: {
      ending: false,
      leaving: false, // the page itself goes elsewhere; nobody is asked
      trouble: "", // why an answer was not taken
      missing: false, // something was asked for that cannot be fetched
    },
    address: (position) => `${root}questions/${position}/`,
    pause: (time) => new Promise((done) => setTimeout(done, time)),
    leave,

    get form() {
      return document.getElementById("answer");
    },

    get isUnsent() {
      const { form } = sitting;
      return form && queue.waiting().some((entry) => entry.position === question.position(form));
    },
  };
  const { state } = sitting;
  const clock = new Clock(panel, {
    query: () => (sitting.form ? `?question=${question.position(sitting.form)}` : ""),
    heard,
    over: end,
  });
  const queue = new Queue(root, () => new Date(clock.deadline).toISOString());
  const sender = new Sender(queue, client, {
    url: (entry) => sitting.address(entry.position),
    token: () => document.querySelector("[name=csrfmiddlewaretoken]").value,
    extras: (entry) => (turner.wantsNext(entry.position) ? { with: "next" } : {}),
    stored,
    refused,
    probe: () => clock.ask(),
    changed: () => line.tell(),
  });
  const windows = new Windows(root, client, learn);
  const line = new Line(sitting);
  Object.assign(sitting, { clock, queue, sender, windows, line });
  const turner = new Turner(sitting);

  // --- Saving

  /** Puts what the form says now into the queue, to be sent after so many ms. */
  function changed(delay) {
    const { form } = sitting;
    const position = question.position(form);
    state.trouble = "";
    state.missing = false;
    sender.put({
      position,
      client,
      seq: ++seq,
      base: question.revision(form),
      choice: question.choice(form),
      note: question.note(form),
      ...turner.times,
      at: new Date(clock.now).toISOString(),
    });
    const entry = queue.of(position);
    if (entry.clash) question.showClash(form, entry);
    else sender.flushIn(delay);
    line.tell();
  }

  /** An echo's account of a question, in the words of the page. */
  const account = ({ value, struck, flagged, revision, saved_at }) => ({
    value,
    struck,
    flagged,
    revision,
    savedAt: value.length ? moscowTime(saved_at) : "",
  });

  function stored(entry, echo) {
    clock.set(echo.server_now, echo.deadline);
    const form = turner.forms.get(entry.position);
    if (form && entry.note !== undefined) {
      question.keepNote(form, entry.note, line.words.saved.replace("{time}", moscowTime(echo.saved_at)));
    }
    windows.say("stored", { position: entry.position, stored: account(echo) });
    learn(entry.position, account(echo));
    if (echo.next) turner.bring(echo.next);
    if (!sitting.form && !queue.waiting().length && !state.leaving) location.reload(); // the review counts anew
  }

  /** What the server has of a question now; it is shown where nothing newer waits to be sent. */
  function learn(position, now) {
    sheet.showStored(position, now);
    const form = turner.forms.get(position);
    if (form && now.revision >= question.revision(form)) {
      if (queue.of(position)) form.dataset.revision = now.revision;
      else if (question.show(form, now) && form === sitting.form) windows.tellNews(true);
    }
    line.tell();
  }

  /** Why an answer was not taken; returns whether the next one may be sent. */
  function refused(entry, echo) {
    if (echo.reason === "conflict") return clash(entry, echo);
    if (echo.reason === "ended") {
      queue.clear();
      return leave(result);
    }
    if (echo.reason === "signed_out") {
      return leave(echo.login.replace(/next=[^&]*/, `next=${encodeURIComponent(location.pathname)}`));
    }
    state.trouble = echo.sentence;
    if (echo.reason !== "csrf") queue.drop(entry); // that one is mended by opening the page anew
    line.tell();
    return echo.reason !== "csrf";
  }

  /** Another page has written since: both answers are kept until somebody decides. */
  function clash(entry, echo) {
    const now = account(echo);
    const { form } = sitting;
    if (entry.note === undefined && String(entry.choice) === String(now.value)) {
      queue.drop(entry);
      learn(entry.position, now);
      return true;
    }
    queue.hold(entry.position, { ...now, sentence: echo.sentence });
    sheet.showStored(entry.position, now);
    if (form && question.position(form) === entry.position) question.showClash(form, queue.of(entry.position));
    line.tell();
    return true;
  }

  /** «stored» keeps what the server has, «mine» saves what this page has, as any other answer. */
  function decide(which) {
    const { form } = sitting;
    const entry = queue.of(question.position(form));
    queue.drop(entry);
    question.restore(form);
    form.dataset.revision = entry.clash.revision;
    if (which === "mine") changed(0);
    else question.show(form, entry.clash);
    line.tell();
    Turner.focus(form);
  }

  function leave(path) {
    state.leaving = true;
    location.assign(path);
    return false;
  }

  document.addEventListener("change", ({ target }) => {
    if (target.name === "choice") changed(SAVE_DELAY);
    if (target.name === "note" && question.note(sitting.form) !== undefined) changed(0);
  });
  document.addEventListener("input", ({ target }) => {
    if (target.name === "note") changed(NOTE_DELAY);
  });
  document.addEventListener("click", ({ target }) => {
    const which = target.closest("[data-decide]")?.dataset.decide;
    if (which) decide(which);
  });
  addEventListener("pagehide", () => sender.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) sender.hurry();
    else if (sender.failing) sender.retry();
  });
  addEventListener("online", () => sender.retry());
  addEventListener("beforeunload", (event) => {
    if (sender.failing && queue.waiting().length && !state.leaving && !state.ending) event.preventDefault();
  });
  // Another window has put something into the queue, or taken it out.
  addEventListener("storage", ({ key }) => {
    if (key !== queue.key) return;
    const { form } = sitting;
    const entry = form && queue.of(question.position(form));
    if (entry && entry.client !== client) {
      const before = String(question.choice(form));
      question.restore(form, entry);
      if (String(question.choice(form)) !== before) windows.tellNews(true);
    }
    line.tell();
  });

  // --- The buttons. htmx sends «flag», «clear» and «strike out», each as one more save of this page

  let pressed = null; // the control that asked for it, to be focused again
  let carried = null; // the unsent answer that goes with it
  let busy = null; // a timer: says that a request is under way, if it takes its time

  const ACTS = {
    next: () => turner.turn(turner.here + 1, { next: true }),
    previous: () => turner.turn(turner.here - 1),
    save: () => changed(0), // Enter in an option
  };

  document.addEventListener(
    "submit",
    (event) => {
      if (event.target !== sitting.form) return finish(event);
      const { name, value } = event.submitter ?? {};
      if (name !== "go" || !(value in ACTS)) return;
      event.preventDefault();
      event.stopPropagation();
      ACTS[value]();
    },
    { capture: true },
  );
  // The second click of a double click turns no second page.
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("#answer > .turn .btn")) event.preventDefault();
  });

  htmx.config.scrollIntoViewOnBoost = false;

  document.addEventListener("htmx:confirm", (event) => {
    if (event.target !== sitting.form) return;
    const issue = () => {
      const undecided = sitting.form.querySelector("[data-decide]"); // this save would decide by itself
      if (undecided) undecided.focus();
      else event.detail.issueRequest(true);
    };
    event.preventDefault();
    if (sitting.isUnsent && !sender.failing) sender.flush().then(issue);
    else issue();
  });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.timeout = SAVE_TIMEOUT;
    clearTimeout(busy);
    busy = setTimeout(() => line.say(line.words.saving), SAVE_DELAY);
    const { form } = sitting;
    pressed = detail.elt === form ? (detail.triggeringEvent?.submitter ?? null) : null;
    carried = pressed && queue.of(question.position(form));
    if (!pressed) return;
    detail.parameters.set("client", client);
    detail.parameters.set("seq", String(++seq));
    for (const [name, value] of Object.entries(turner.times)) detail.parameters.set(name, String(value));
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
    clearTimeout(busy);
    busy = null;
    if (xhr.getResponseHeader("HX-Redirect")) state.leaving = true;
    else if (xhr.status === 200 && carried && !carried.clash) queue.drop(carried);
    line.tell();
  });
  document.addEventListener("htmx:afterSwap", () => {
    const { form } = sitting;
    if (pressed) windows.say("stored", { position: question.position(form), stored: question.stored(form) });
    turner.arrived();
    focusAfter(form);
  });

  function focusAfter(form) {
    const names = ["strike", "restore"].includes(pressed?.name) ? ["strike", "restore"] : [pressed?.name];
    const find = (name) => form.querySelector(`[name="${name}"][value="${pressed.value}"]`);
    const control = pressed && names.map(find).find(Boolean);
    if (control) control.focus();
    else Turner.focus(form);
  }

  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(failure, ({ detail }) => {
      if (detail.xhr?.status === 403) changed(0); // the save says what is wrong
      else sender.fail();
    });
  }

  // --- The end

  /** The server's word on the time, and on the question in sight. */
  function heard(answer) {
    if (!answer.open && clock.left > 0) return leave(result); // finished in another window
    const { form } = sitting;
    const newer = form && !busy && answer.question && answer.question.revision > question.revision(form);
    if (newer && !queue.of(question.position(form))) learn(question.position(form), account(answer.question));
    if (sender.failing && queue.waiting().length) sender.flush();
  }

  const flushed = () => Promise.race([sender.flush(), sitting.pause(END_DELAY)]);

  /** Nobody finishes while answers wait that would not count. */
  async function finish(event) {
    if (event.target.getAttribute("action") !== `${root}finish/` || !queue.waiting().length) return;
    event.preventDefault();
    state.leaving = true;
    await flushed();
    state.leaving = !queue.waiting().length;
    if (state.leaving) event.target.submit();
    else line.tell();
  }

  /** At zero: what waits is sent, and the time asked for once more, which may have been put off. */
  async function end() {
    if (state.ending || state.leaving) return;
    state.ending = true;
    line.tell();
    await flushed();
    while (!(await clock.ask())) await sitting.pause(2000); // without a network the browser's error page would come
    if (queue.waiting().length) await flushed();
    state.ending = clock.left === 0 && !state.leaving;
    if (state.ending) document.getElementById("time-up").submit();
    line.tell();
  }

  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  Queue.purge(clock.now);
  if (sitting.form) {
    if (question.isTouched(sitting.form)) changed(0); // answered before this file had come
    turner.arrived();
  } else {
    line.tell();
  }
  if (queue.waiting().length) sender.flush();
  clock.start();
})();
