// It is over: what this browser kept of it, for a network that might fail, is thrown away.
"use strict";

const { root } = document.querySelector("[data-root]").dataset;
localStorage.removeItem(`unsent ${root}`);
sessionStorage.removeItem(`warned ${root}`); // the tutorial may begin anew at the same address
