// What the server computes while people type is put into its place: taxable values and
// last rates into the grid, messages beside the fields they are about. A field is told
// off only once it was left, and all of them when the form came back with messages.

import { cell, form, grid, lines } from "./grid.js";

const left = new WeakSet(); // fields that were left at least once
let latest = {}; // messages by form name, of the last answer
let shown = new Set(); // the names that have one on the page

const idOf = (name) => name.replaceAll("]", "").replace(/[[._]/g, "-");
const controlOf = (name) => document.getElementById(idOf(name));
const ready = (name) => form.dataset.all !== undefined || left.has(controlOf(name) ?? ownerOf(name));

// ownerOf is the field that stands for something nobody types, such as a line's total.
function ownerOf(name) {
  const line = /^lines\[(\d+)\]/.exec(name);
  return line ? cell(lines()[line[1]], "rate") : null;
}

// placeFor finds or makes the paragraph for the message about a name.
function placeFor(name, control) {
  const id = `${idOf(name)}-error`;
  const there = document.getElementById(id);
  if (there) return there;
  const place = document.createElement("p");
  place.id = id;
  place.dataset.name = name;
  const line = lines()[/^lines\[(\d+)\]/.exec(name)?.[1]];
  if (line && !control?.closest("tr.line-more")) rowFor(line).append(place);
  else if (control) control.closest(".field").append(place);
  else return null;
  return place;
}

function rowFor(line) {
  const there = line.querySelector("tr.line-messages td:last-child");
  if (there) return there;
  const row = document.createElement("tr");
  row.className = "line-messages";
  row.append(document.createElement("td"), document.createElement("td"));
  row.lastChild.colSpan = 9;
  line.rows[0].after(row);
  return row.lastChild;
}

// describe ties a message to its field, beside whatever else explains it, or unties it.
function describe(control, id, yes) {
  const ids = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((other) => other && other !== id);
  if (yes) ids.push(id);
  if (ids.length > 0) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
}

function show(name, messages) {
  const control = controlOf(name);
  const place = placeFor(name, control);
  if (!place) return;
  const stops = messages.some((message) => !message.warning);
  const label = place.closest("tr.line-messages") && control ? `${control.getAttribute("aria-label").replace(/, line \d+$/, "")}: ` : "";
  const text = label + messages.map((message) => message.text).join(" ");
  if (place.textContent !== text) place.textContent = text;
  place.className = `${label || !control ? "" : "help "}${stops ? "error-text" : "warn-text"}`;
  shown.add(name);
  if (!control) return;
  if (stops) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
  describe(control, place.id, true);
  if (form.dataset.all !== undefined) unfold(control);
}

function clear(name) {
  const control = controlOf(name);
  const place = document.getElementById(`${idOf(name)}-error`);
  const row = place?.closest("tr.line-messages");
  place?.remove();
  if (row && !row.querySelector("p")) row.remove();
  control?.removeAttribute("aria-invalid");
  if (control && place) describe(control, place.id, false);
  shown.delete(name);
}

// unfold opens whatever hides a field.
export function unfold(el) {
  for (let fold = el.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

// While the mouse or a finger is down nothing moves: a message that came up as a field was
// left would push away the very button that is being pressed.
let pressed = false;
document.addEventListener("pointerdown", () => {
  pressed = true;
}, true);
for (const over of ["pointerup", "pointercancel"]) {
  document.addEventListener(over, () => setTimeout(() => { // after the click
    pressed = false;
    update();
  }), true);
}

// update puts all messages in their places and takes away those that no longer hold.
function update() {
  if (pressed) return;
  for (const name of [...shown]) {
    if (!latest[name]) clear(name);
  }
  for (const [name, messages] of Object.entries(latest)) {
    if (name !== "" && (shown.has(name) || ready(name))) show(name, messages);
  }
}

// adopt takes over the messages that stand on the page, so that they go when their cause
// does. A warning stands where a field has its help.
function adopt() {
  shown = new Set();
  for (const place of form.querySelectorAll(".error-text[id$='-error'], .warn-text[id$='-error'], .warn-text[id$='-help']")) {
    const control = document.getElementById(place.id.replace(/-(error|help)$/, ""));
    const name = control?.name ?? place.dataset.name;
    if (!name) continue;
    if (place.id.endsWith("-help")) {
      describe(control, place.id, false);
      place.id = `${control.id}-error`;
      describe(control, place.id, true);
    }
    shown.add(name);
  }
}

form.addEventListener("focusout", ({ target }) => {
  if (!target.name || left.has(target)) return;
  left.add(target);
  if (latest[target.name] && !pressed) show(target.name, latest[target.name]);
});

// What the last answer said of a field no longer holds once something else stands there.
form.addEventListener("input", ({ target }) => {
  if (target.name) delete latest[target.name];
});

// A line takes its messages along to its new number. What the last answer said of lines
// no longer holds.
grid.addEventListener("renumbered", () => {
  adopt();
  latest = Object.fromEntries(Object.entries(latest).filter(([name]) => !name.startsWith("lines[")));
});

function fillTaxables(values) {
  const all = lines();
  values.forEach((value, i) => {
    const output = all[i]?.querySelector("output");
    if (output && output.textContent !== value) output.textContent = value;
  });
}

function fillHints(values) {
  const all = lines();
  values.forEach((value, i) => {
    const price = cell(all[i], "price");
    if (!price) return;
    const id = price.id.replace(/price$/, "last");
    let hint = document.getElementById(id);
    if (!hint && value) {
      hint = document.createElement("span");
      hint.id = id;
      hint.className = "line-last";
      price.after(hint);
      describe(price, id, true);
    }
    if (hint && hint.textContent !== value) hint.textContent = value;
  });
}

// The values of all lines come in one element: hundreds of elements of their own would
// keep htmx busy for seconds.
function take(el) {
  if (el.id === "taxables") fillTaxables(JSON.parse(el.dataset.values));
  if (el.id === "hints") fillHints(JSON.parse(el.dataset.values));
  if (el.id === "messages") {
    latest = JSON.parse(el.dataset.messages);
    update();
  }
}

document.addEventListener("htmx:oobAfterSwap", ({ target }) => take(target));
adopt();
latest = JSON.parse(document.getElementById("messages").dataset.messages);
