// Makes the document editor quick: this module fills fields from what is remembered and
// walks the form; the lines, pasting, messages, folds, dialogs and saving have modules of
// their own. Without any of them the same form works with its buttons; the server
// computes everything.

import { cell, columnOf, form, lineOf, mark, priceHere, setColumn, spare } from "./grid.js";
import { unfold } from "./messages.js";
import "./dates.js";
import "./paste.js";
import { summarise } from "./folds.js";
import "./create.js";
import "./ship.js";
import "./save.js";

// Enter outside the grid goes to the next field instead of sending the form.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (!event.target.matches("input:not([type=checkbox]), select")) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll("input:not([type=hidden]), select")].filter((el) => el.checkVisibility());
  fields[fields.indexOf(event.target) + 1]?.focus();
});

// chosen finds the suggestion that a field's text is.
function chosen(input) {
  const list = document.getElementById(input.getAttribute("list"));
  return [...(list?.options ?? [])].find((option) => option.value === input.value);
}

// picked reports whether a text was put in whole from the suggestions.
const picked = (event) => !event.inputType || event.inputType === "insertReplacementText";

function fillItem(input, overwrite) {
  const option = chosen(input);
  if (!option) return;
  const line = lineOf(input);
  for (const column of ["hsn", "unit", "price", "rate"]) {
    const target = cell(line, column);
    const value = column === "price" ? priceHere(option.dataset.price, option.dataset.withTax) : option.dataset[column];
    if (value && (overwrite || target.value === "")) target.value = value;
  }
  for (const [column, value] of Object.entries(JSON.parse(option.dataset.more ?? "{}"))) {
    if (overwrite || !cell(line, column)?.value) setColumn(line, column, value);
  }
  mark(line);
  if (overwrite) cell(line, "qty").focus();
}

// follows are the fields that a customer empties too: what is usual with one is not so
// with the next.
const follows = /^(buyer|prices|terms)(-|$)/;

let filled = form.querySelector("#buyer-name").value; // the customer whose details stand in the form
const meant = new Set(); // what was chosen by hand before there was a customer

form.addEventListener("change", ({ target }) => {
  if (filled === "" && ["supply", "pos", "prices"].includes(target.id)) meant.add(target.id);
});

// fillCustomer fills in what is remembered of a customer, once: what is typed over it
// afterwards stays, and so does what was chosen before.
function fillCustomer(input) {
  const option = chosen(input);
  if (!option || option.value === filled) return;
  filled = option.value;
  for (const { name, value } of option.attributes) {
    const target = name.startsWith("data-") && document.getElementById(name.slice(5));
    if (target && !meant.has(target.id) && (value || follows.test(target.id))) target.value = value;
  }
  // Left empty, the place of supply follows the buyer's State.
  const { pos = "", buyerState = "", buyerGstin, buyerAddress1, buyerPin } = option.dataset;
  if (!meant.has("pos")) form.querySelector("#pos").value = pos === buyerState ? "" : pos;
  meant.clear();
  summarise(form.querySelector("#order-fold"));
  form.querySelector("#buyer-gstin").dispatchEvent(new Event("input", { bubbles: true }));
  // Enter need not walk through details that are known.
  if (buyerGstin && buyerAddress1 && buyerPin) form.querySelector(".buyer-details").open = false;
}

function fillTransporter(input) {
  const option = chosen(input);
  if (!option) return;
  const part = input.name.slice(0, input.name.indexOf("."));
  const id = form.querySelector("#eway-transporter-id");
  const vehicle = document.getElementById(`${part}-vehicle`);
  if (part === "eway" && option.dataset.id) id.value = option.dataset.id;
  if (vehicle && vehicle.value === "" && option.dataset.vehicle) vehicle.value = option.dataset.vehicle;
}

// The first two digits of a GSTIN are its State, so they also correct an older one.
function fillState(gstin) {
  if (!/^\d\d[0-9A-Z]{13}$/i.test(gstin.value)) return;
  const select = document.getElementById(gstin.id.replace("gstin", "state"));
  const code = gstin.value.slice(0, 2);
  if (select?.querySelector(`option[value="${code}"]`)) select.value = code;
}

// Codes are asked for once a pause says that more is not coming at once.
const codes = document.getElementById("hsn-codes");
const pause = 150; // ms
let asking = 0;
let request = null;

function suggestCodes(text) {
  clearTimeout(asking);
  if (!codes || text.trim().length < 2 || chosenCode(text)) return;
  asking = setTimeout(async () => {
    request?.abort();
    request = new AbortController();
    try {
      const reply = await fetch(`${codes.dataset.url}?${new URLSearchParams({ q: text.trim() })}`, {
        headers: { "HX-Request": "true" }, signal: request.signal,
      });
      if (reply.ok) codes.innerHTML = await reply.text();
    } catch {
      // Suggestions are a help, not a need.
    }
  }, pause);
}

const chosenCode = (text) => [...codes.options].some((option) => option.value === text);

form.addEventListener("input", (event) => {
  const input = event.target;
  if (input === form) return;
  input.removeAttribute("aria-invalid");
  if (lineOf(input)) {
    spare();
    if (columnOf(input) === "description") fillItem(input, picked(event));
    if (columnOf(input) === "hsn") suggestCodes(input.value);
  }
  if (input.matches("[data-customer]")) fillCustomer(input);
  if (input.matches("[data-gstin]")) fillState(input);
  if (input.getAttribute("list") === "transporters") fillTransporter(input);
});

// A message leads to its field, unfolding what hides it. A total has no field, only the
// message.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const id = link?.hash.slice(1);
  const target = link && (document.getElementById(id) ?? document.getElementById(`${id}-error`));
  if (!target || !form.contains(target)) return;
  event.preventDefault();
  unfold(target);
  target.focus();
});

// A link such as …/edit#buyer-pin opens what hides the field.
const start = location.hash && document.getElementById(location.hash.slice(1));
if (start && form.contains(start)) {
  unfold(start);
  start.focus();
}
