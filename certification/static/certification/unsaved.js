// The form of a question: whoever leaves it with something typed is asked first.
"use strict";

const form = document.getElementById("question_form");
let isSent = false;

function differs(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  return field.value !== field.defaultValue;
}

/** What a refused form is shown again with is saved nowhere either. */
function isUnsaved() {
  return form.querySelector(".errornote") !== null || [...form.elements].some(differs);
}

// A page that is only shown has nothing to save.
if (form?.querySelector("[name=_save]")) {
  // A preview opens beside the form and leaves it where it is.
  form.addEventListener("submit", (event) => {
    isSent = event.submitter?.formTarget !== "_blank";
  });
  addEventListener("pageshow", () => {
    isSent = false;
  });
  addEventListener("beforeunload", (event) => {
    if (!isSent && isUnsaved()) event.preventDefault();
  });
}
