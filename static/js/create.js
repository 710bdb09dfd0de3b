// A customer or an item is made without leaving the document: a form comes into a
// dialog, and what it saved fills the fields here.

import { cell, changed, emptyLine, form, isEmpty, lineOf, mark, priceHere, setColumn } from "./grid.js";

const dialog = document.getElementById("create");
const urls = { customer: form.dataset.newCustomer, item: form.dataset.newItem };
let from = null; // the field that had the focus

// open asks for the form of a new customer or item, with what was typed of its name.
async function open(kind, field) {
  const url = new URL(urls[kind], location.href);
  from = field;
  const line = lineOf(field ?? form);
  if (kind === "customer") url.searchParams.set("buyer.name", form.querySelector("#buyer-name").value);
  else url.searchParams.set("description", line ? cell(line, "description").value : "");
  await window.htmx.ajax("GET", url.pathname + url.search, { target: "#create-body", swap: "innerHTML" });
  if (!dialog.querySelector("#create-body").firstElementChild) return;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("#create-body").querySelector("[autofocus], input:not([type=hidden])")?.focus();
}

function close() {
  dialog.querySelector("#create-body").replaceChildren();
  dialog.close();
}

form.addEventListener("click", (event) => {
  const link = event.target.closest("[data-create]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open("customer", form.querySelector("#buyer-name"));
});

form.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || (event.code !== "KeyC" && event.key !== "c")) return;
  const kind = lineOf(event.target) ? "item" : "customer";
  if (!urls[kind]) return;
  event.preventDefault();
  event.stopPropagation();
  open(kind, event.target);
});

dialog?.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) close();
});
dialog?.addEventListener("close", () => from?.focus());

const texts = (detail) => Object.entries(detail).filter(([, value]) => typeof value === "string");

document.addEventListener("customer-saved", ({ detail }) => {
  for (const [name, value] of texts(detail)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLElement) field.value = value;
  }
  from = null;
  close();
  form.querySelector("#supply").focus();
  changed();
});

document.addEventListener("item-saved", ({ detail }) => {
  const line = from?.isConnected && lineOf(from) ? lineOf(from) : emptyLine();
  const { with_tax: withTax, ...columns } = detail;
  for (const [column, value] of texts({ ...columns, price: priceHere(detail.price, withTax) })) {
    if (value !== "" || cell(line, column)) setColumn(line, column, value);
  }
  mark(line);
  from = null;
  close();
  if (!isEmpty(line)) cell(line, "qty").focus();
  changed();
});
