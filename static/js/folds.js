// The parts of the form that most documents do not need: closed, they say in short what
// they hold; groups of fields repeat; a menu closes by itself.

import { changed, form } from "./grid.js";

const mostInSummary = 5; // as in the views

// textOf is what a filled field says in a summary.
function textOf(field) {
  if (field.type === "checkbox") return field.checked ? labelOf(field) : "";
  // The first choice of a list is the usual one, or none.
  if (field.tagName === "SELECT") return field.selectedIndex > 0 ? field.selectedOptions[0].textContent.trim() : "";
  return field.value.trim();
}

// labelOf is what a summary calls a field: a property's value by the property's name.
function labelOf(field) {
  const name = field.closest(".field")?.previousElementSibling;
  if (name?.matches(".pair")) return name.querySelector("input").value.trim();
  return field.labels[0]?.textContent.trim() ?? "";
}

// spoken reports whether a field says something of its own: the name of a property does
// with its value.
function spoken(field) {
  const box = field.closest(".field");
  return !(box?.matches(".pair") && box.nextElementSibling?.querySelector("input")?.value.trim());
}

export function summarise(fold) {
  const place = fold.querySelector(":scope > summary > [data-sum]");
  if (!place) return;
  const inLine = fold.closest("tr.line-more");
  const parts = [...fold.querySelectorAll("input:not([type=hidden]), select")]
    .filter(spoken)
    .map((field) => [field, textOf(field)])
    .filter(([, text]) => text !== "")
    .map(([field, text]) => ("labels" in place.dataset && field.type !== "checkbox" ? `${labelOf(field)} ${text}`.trim() : text));
  place.textContent = (inLine ? parts : parts.slice(0, mostInSummary)).join(" · ");
}

// The toggle event does not bubble.
form.addEventListener("toggle", ({ target }) => {
  if (target.matches("details") && !target.open) summarise(target);
}, true);

// addRow makes one more row of a group, and goes there.
function addRow(group) {
  const rows = group.querySelectorAll(":scope > [data-row]");
  const last = rows[rows.length - 1];
  const row = group.querySelector("template").content.firstElementChild.cloneNode(true);
  const name = group.dataset.group;
  const id = name.replace(/[._]/g, "-");
  for (const el of [row, ...row.querySelectorAll("*")]) {
    for (const { name: attribute, value } of [...el.attributes]) {
      const now = value
        .replaceAll(`${name}[NEW]`, `${name}[${rows.length}]`)
        .replaceAll(`${id}-NEW-`, `${id}-${rows.length}-`)
        .replace(/ NEW$/, ` ${rows.length + 1}`);
      if (now !== value) el.setAttribute(attribute, now);
    }
  }
  row.dataset.row = String(rows.length);
  last.after(row);
  row.querySelector("input").focus();
}

form.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add-row]");
  if (add) {
    event.preventDefault();
    addRow(add.closest("[data-group]"));
  }
});

// A menu closes when something in it was chosen, and when anything else is done.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target) || event.target.closest("button")) menu.open = false;
  }
});
form.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details[data-menu][open]");
  if (!menu) return;
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (step) {
    event.preventDefault();
    items[(at + step + items.length) % items.length].focus();
  }
});

// What only an export or a typed round-off needs opens when it is asked for.
form.addEventListener("change", ({ target }) => {
  if (target.id === "supply" && target.value.startsWith("EXP")) document.getElementById("export-fold").open = true;
  if (target.id === "prices" && target.value === "foreign") document.getElementById("export-fold").open = true;
});

// A typed round-off is meant.
form.addEventListener("input", ({ target }) => {
  if (target.id !== "totals-round-off") return;
  document.getElementById("round").value = target.value.trim() === "" ? "auto" : "typed";
  changed();
});
