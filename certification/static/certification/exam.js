// The exam page: saves answers as they are given and shows the server's time.
// Everything here also works without this file, by plain forms.
"use strict";

(() => {
  const SAVE_DELAY = 300; // ms; arrow keys run through a group of radios
  const SAVE_TIMEOUT = 10000; // ms; then it counts as lost, and is sent again
  const RETRY_DELAYS = [1000, 2000, 5000, 10000]; // ms
  const MINUTE = 60000;

  const panel = document.getElementById("panel");
  const saved = document.getElementById("saved");
  const client = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join("");
  let seq = 0;

  const answerForm = () => document.getElementById("answer");
  const pause = (time) => new Promise((done) => setTimeout(done, time));

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

  function saveIn(delay) {
    clearTimeout(timer);
    timer = setTimeout(() => save(), delay);
  }

  function changed() {
    saveIn(SAVE_DELAY);
    say(saved.dataset.saving);
  }

  /** Sends what the form says now, if something waits; settles when nothing waits any more. */
  async function flush() {
    if (timer !== null) await save();
    while (flying) await flying;
  }

  function save(before = flying) {
    clearTimeout(timer);
    timer = null;
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
    let echo;
    try {
      response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(data),
        headers: { Accept: "application/json" },
        keepalive: true, // it outlives the page, if somebody leaves at once
        signal: AbortSignal.timeout(SAVE_TIMEOUT),
      });
      if (response.status < 500) echo = await response.json();
    } catch {
      // No network, no answer in time, or half of one: echo stays empty.
    }
    // Of what was given since, this answer says nothing; the save that carries it will.
    const newest = form === answerForm() && timer === null && Number(data.get("seq")) === seq;
    if (!echo) return newest && later();
    if (!response.ok) return refused(echo);
    retries = 0;
    setClock(echo.server_now, echo.deadline);
    if (!newest) return;
    form.dataset.savedAt = echo.value.length > 0 ? clockTime(echo.saved_at) : "";
    showSaved(form);
    showAnswered(Number(form.dataset.position), echo.value.length > 0);
  }

  function later() {
    say(saved.dataset.offline, "is-warn");
    saveIn(RETRY_DELAYS[Math.min(retries++, RETRY_DELAYS.length - 1)]);
  }

  function refused(echo) {
    retries = 0; // no question about leaving: there is nothing left to send
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
    await Promise.race([flush(), pause(2000)]);
    location.assign(link.href);
  });

  // The page may not live until the save under way has arrived. Sent beside it, the newer of the two
  // wins all the same: the server minds their numbers.
  function saveAtOnce() {
    if (timer !== null && !ended) save(null);
  }

  addEventListener("pagehide", saveAtOnce);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) saveAtOnce();
  });
  addEventListener("beforeunload", (event) => {
    if (retries > 0 && !ended) event.preventDefault();
  });
  addEventListener("online", () => {
    if (timer !== null) save();
    askTime();
  });

  // --- htmx moves between questions; the form it sends is one more save of this page

  htmx.config.scrollIntoViewOnBoost = false; // focusAfter scrolls

  let slow = null; // says that a request is under way, if it takes its time
  let pressed = null; // the control that asked for it, to be focused again

  document.addEventListener("htmx:confirm", (event) => {
    const form = event.target.closest("form");
    if (form || !dirty()) return;
    event.preventDefault();
    flush().then(() => {
      if (timer === null) event.detail.issueRequest(true); // else it could not be saved: stay with it
    });
  });

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.timeout = SAVE_TIMEOUT;
    if (event.detail.elt !== answerForm()) {
      pressed = null;
      return;
    }
    clearTimeout(timer); // this request carries the answer
    timer = null;
    const submitter = event.detail.triggeringEvent?.submitter ?? null;
    pressed = submitter?.value === "save" ? document.activeElement : submitter; // Enter in an option
    event.detail.parameters.set("client", client);
    event.detail.parameters.set("seq", String(++seq));
    slow = setTimeout(() => say(saved.dataset.saving), SAVE_DELAY);
  });

  document.addEventListener("htmx:afterRequest", () => clearTimeout(slow));

  document.addEventListener("htmx:beforeSwap", saveAtOnce); // an answer given while it was on its way

  document.addEventListener("htmx:afterSwap", () => {
    retries = 0;
    const form = answerForm();
    showSaved(form);
    focusAfter(form);
  });

  function focusAfter(form) {
    const stays = pressed && !["next", "previous"].includes(pressed.value);
    const names = ["strike", "restore"].includes(pressed?.name) ? ["strike", "restore"] : [pressed?.name];
    const control =
      stays && names.map((name) => form.querySelector(`[name="${name}"][value="${pressed.value}"]`)).find(Boolean);
    if (control) {
      control.focus();
      return;
    }
    form.querySelector("h1").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(failure, later);
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
  const memory = `warned ${panel.dataset.clock}`; // each page of the attempt loads this file anew
  const warned = new Set((sessionStorage.getItem(memory) ?? "").split(" "));

  function setClock(serverNow, newDeadline) {
    offset = Date.parse(serverNow) - performance.now();
    drift = Date.now() - performance.now();
    deadline = Date.parse(newDeadline);
  }

  let asking = false;

  /** Whether the server answered. Without it the page goes on counting, and the server decides anyway. */
  async function askTime() {
    if (asking) return false;
    asking = true;
    try {
      const response = await fetch(panel.dataset.clock, { headers: { Accept: "application/json" } });
      const time = await response.json();
      if (response.ok) setClock(time.server_now, time.deadline);
      else drift = Date.now() - performance.now(); // signed out: no use in asking again
      return true;
    } catch {
      return false;
    } finally {
      asking = false;
    }
  }

  function tick() {
    // After a sleep the network may take a while: asked again each second until it is there.
    if (Math.abs(Date.now() - performance.now() - drift) > 2000) askTime();
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
    sessionStorage.setItem(memory, [...warned].join(" "));
    const words = warning.dataset[due[0][0]].replace("{left}", countdown(Math.ceil(left / 1000) * 1000));
    setTimeout(() => (warning.textContent = words), 500); // what a page says while it loads is not read out
  }

  async function end() {
    if (ended) return;
    ended = true;
    say(saved.dataset.ended, "is-warn");
    if (answerForm()) await Promise.race([flush(), pause(5000)]);
    while (!(await askTime())) await pause(2000); // without a network the browser's error page would come
    document.getElementById("time-up").submit();
  }

  details.open = sessionStorage.getItem("clock") !== "hidden";
  details.addEventListener("toggle", () => sessionStorage.setItem("clock", details.open ? "shown" : "hidden"));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) askTime().then(tick);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  setClock(panel.dataset.now, panel.dataset.deadline);
  tick();
  setInterval(tick, 1000);
})();
