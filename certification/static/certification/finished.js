// The attempt is over: what this browser kept of it, for a network that might fail, is thrown away.
"use strict";

const { attempt } = document.querySelector("[data-attempt]").dataset;
localStorage.removeItem(`unsent /attempts/${attempt}/`);
