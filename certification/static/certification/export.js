// A list is taken away as a file, which may take a minute: the page says so, and when it is there.
"use strict";

/** The name that the server gives the file. */
function nameOf(response) {
  const header = response.headers.get("Content-Disposition") ?? "";
  const encoded = header.match(/filename\*=utf-8''([^;]+)/i);
  return encoded ? decodeURIComponent(encoded[1]) : (header.match(/filename="([^"]+)"/)?.[1] ?? "");
}

function keep(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function takeAway(form, button) {
  const told = form.querySelector("[role=status]");
  const sent = new FormData(form);
  sent.append(button.name, button.value);
  form.dataset.busy = "";
  told.textContent = form.dataset.making;
  try {
    const response = await fetch(form.action, { method: "POST", body: sent });
    if (!response.headers.get("Content-Disposition")) throw new Error(response.status);
    keep(await response.blob(), nameOf(response));
    told.textContent = form.dataset.made;
  } catch {
    // Refused, or no network: sent as without a script, the browser shows what it is.
    told.textContent = "";
    const choice = Object.assign(document.createElement("input"), {
      type: "hidden",
      name: button.name,
      value: button.value,
    });
    form.append(choice);
    form.submit();
    choice.remove();
  } finally {
    delete form.dataset.busy;
  }
}

// The form may come anew with the table.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-export]") || !event.submitter) return;
  event.preventDefault();
  if (!("busy" in form.dataset)) takeAway(form, event.submitter);
});
