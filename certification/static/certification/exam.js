// The exam page: saves answers as they are given and shows the server's time.
// Everything here also works without this file, by plain forms.
"use strict";

(() => {
  const SAVE_DELAY = 300; // ms; arrow keys run through a group of radios
  const RETRY_DELAYS = [1000, 2000, 5000, 10000]; // ms
  const MINUTE = 60000;

  const panel = document.getElementById("panel");
  const saved = document.getElementById("saved");
  const client = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join("");
  let seq = 0;

  const answerForm = () => document.getElementById("answer");

  // --- What stands in the line «Answer to this question»

  function say(text, verdict = "") {
    saved.className = `saved ${verdict}`.trim();
    const line = saved.querySelector("b");
    if (line.textContent !== text) line.textContent = text;
  }

  const clockTime = (iso) =>
    new Date(iso).toLocaleTimeString("ru-RU", { timeZone: "Europe/Moscow", hour12: false });

  // --- Saving: one save at a time, the newest answer last

  let timer = null; // a change waits to be sent
  let flying = null; // the promise of the save under way
  let retries = 0;
  let ended = false;

  const dirty = () => timer !== null || flying !== null;

  function stamp(data) {
    data.set("client", client);
    data.set("seq", String(++seq));
    return data;
  }

  function changed() {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_DELAY);
    say(saved.dataset.saving);
  }

  /** Sends what the form says now, if something waits; settles when nothing waits any more. */
  async function flush() {
    if (timer !== null) await save();
    while (flying) await flying;
  }

  function save() {
    clearTimeout(timer);
    timer = null;
    const before = flying;
    const form = answerForm();
    const data = stamp(new FormData(form));
    data.set("go", "save");
    const mine = (async () => {
      if (before) await before;
      await send(form, data);
    })();
    flying = mine;
    mine.finally(() => {
      if (flying === mine) flying = null;
    });
    return mine;
  }

  async function send(form, data) {
    let response;
    try {
      response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(data),
        headers: { Accept: "application/json" },
        keepalive: true, // it outlives the page, if somebody leaves at once
      });
    } catch {
      return later(form);
    }
    if (response.status >= 500) return later(form);
    const echo = await response.json();
    if (!response.ok) return refused(echo);
    retries = 0;
    setClock(echo.server_now, echo.deadline);
    if (form !== answerForm()) return;
    form.dataset.savedAt = echo.saved_at ? clockTime(echo.saved_at) : "";
    showSaved(form);
    showAnswered(Number(form.dataset.position), echo.value.length > 0);
  }

  function later(form) {
    say(saved.dataset.offline, "is-warn");
    if (form !== answerForm()) return;
    const delay = RETRY_DELAYS[Math.min(retries++, RETRY_DELAYS.length - 1)];
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  }

  function refused(echo) {
    say(echo.sentence, "is-bad");
    if (echo.login) location.assign(echo.login.replace(/next=[^&]*/, `next=${encodeURIComponent(location.pathname)}`));
    if (echo.reason === "ended") location.assign(panel.dataset.result);
  }

  function showSaved(form) {
    const time = form.dataset.savedAt;
    say(time ? saved.dataset.saved.replace("{time}", time) : saved.dataset.none);
  }

  function showAnswered(position, answered) {
    const list = document.querySelector(".sheet");
    const cell = list.children[position - 1].firstElementChild;
    cell.classList.toggle("done", answered);
    cell.querySelector("[data-state]").textContent = answered ? list.dataset.answered : list.dataset.empty;
    const done = list.querySelectorAll(".done").length;
    document.querySelector("[data-count=answered]").textContent = done;
    document.querySelector("[data-count=unanswered]").textContent = list.children.length - done;
  }

  document.addEventListener("change", (event) => {
    if (event.target.name === "choice") changed();
  });

  // A link is followed when what waits has arrived, or after two seconds without an answer.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.closest(".sheet") || !dirty() || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    await Promise.race([flush(), new Promise((done) => setTimeout(done, 2000))]);
    location.assign(link.href);
  });

  addEventListener("pagehide", () => {
    if (timer !== null && !ended) save();
  });
  addEventListener("beforeunload", (event) => {
    if (retries > 0 && !ended) event.preventDefault();
  });
  addEventListener("online", () => {
    if (timer !== null) save();
  });

  // --- htmx moves between questions; the form it sends is one more save of this page

  let pressed = null; // the button that asked for it, to be focused again

  document.addEventListener("htmx:confirm", (event) => {
    const form = event.target.closest("form");
    if (form || !dirty()) return;
    event.preventDefault();
    flush().then(() => event.detail.issueRequest(true));
  });

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== answerForm()) {
      pressed = null;
      return;
    }
    clearTimeout(timer); // this request carries the answer
    timer = null;
    pressed = event.detail.triggeringEvent?.submitter ?? null;
    event.detail.parameters.set("client", client);
    event.detail.parameters.set("seq", String(++seq));
  });

  document.addEventListener("htmx:afterSwap", () => {
    retries = 0;
    const form = answerForm();
    showSaved(form);
    focusAfter(form);
  });

  function focusAfter(form) {
    const stays = pressed && !["next", "previous"].includes(pressed.value);
    const names = pressed?.name === "go" ? ["go"] : ["strike", "restore"];
    const button =
      stays && names.map((name) => form.querySelector(`button[name=${name}][value="${pressed.value}"]`)).find(Boolean);
    if (button) {
      button.focus();
      return;
    }
    form.querySelector("h1").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  for (const failure of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(failure, (event) => {
      if (event.detail.elt === answerForm()) later(answerForm());
    });
  }

  // --- The clock: the server's time, counted on by a clock that nobody can set

  const remaining = document.querySelector("[role=timer]");
  const warning = document.getElementById("warning");
  const details = panel.querySelector("details");
  const ruler = document.getElementById("ruler");
  const started = Date.parse(panel.dataset.started);
  let deadline;
  let offset; // server's clock minus performance.now()
  let drift; // Date.now() minus performance.now(), to notice that the computer slept
  const warned = new Set();

  function setClock(serverNow, newDeadline) {
    offset = Date.parse(serverNow) - performance.now();
    drift = Date.now() - performance.now();
    deadline = Date.parse(newDeadline);
  }

  async function askTime() {
    try {
      const response = await fetch(panel.dataset.clock, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const time = await response.json();
      setClock(time.server_now, time.deadline);
      tick();
    } catch {
      // Without a network the page goes on counting; the server decides anyway.
    }
  }

  function tick() {
    if (Math.abs(Date.now() - performance.now() - drift) > 2000) {
      drift = Date.now() - performance.now();
      askTime();
    }
    const left = Math.max(deadline - performance.now() - offset, 0);
    remaining.textContent = countdown(left);
    drawRuler(1 - left / (deadline - started));
    warn(left);
    if (left === 0) end();
  }

  function countdown(left) {
    const seconds = Math.floor(left / 1000);
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }

  function drawRuler(gone) {
    const at = `${(100 * Math.min(Math.max(gone, 0), 1)).toFixed(2)}%`;
    ruler.querySelector(".k").setAttribute("width", at);
    const pen = ruler.querySelector(".p");
    pen.setAttribute("x1", at);
    pen.setAttribute("x2", at);
  }

  /** Says each warning once, the most urgent that holds; a page opened late is not flooded. */
  function warn(left) {
    const whole = deadline - started;
    const due = [
      ["one", left <= MINUTE],
      ["five", left <= 5 * MINUTE],
      ["quarter", left <= whole / 4 && whole > 20 * MINUTE],
    ].filter(([, holds]) => holds);
    details.classList.toggle("is-warn", left <= 5 * MINUTE);
    if (!due.length || warned.has(due[0][0])) return;
    if (due[0][0] !== "quarter") details.open = true;
    due.forEach(([name]) => warned.add(name));
    warning.textContent = warning.dataset[due[0][0]].replace("{left}", countdown(left));
  }

  async function end() {
    if (ended) return;
    ended = true;
    say(saved.dataset.ended, "is-warn");
    if (answerForm()) await Promise.race([flush(), new Promise((done) => setTimeout(done, 5000))]);
    document.getElementById("time-up").submit();
  }

  details.open = sessionStorage.getItem("clock") !== "hidden";
  details.addEventListener("toggle", () => sessionStorage.setItem("clock", details.open ? "shown" : "hidden"));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) askTime();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  setClock(panel.dataset.now, panel.dataset.deadline);
  tick();
  setInterval(tick, 1000);
})();
