// Makes the document editor quick: lines come and go, Enter and the arrows walk the
// grid, remembered customers and items fill their fields, drafts save themselves, and
// the page is not left before the server has taken the form. Without it the same form
// works with its buttons; the server computes everything.

const form = document.querySelector("form[data-editor]");
const grid = form.querySelector("#lines");
const pattern = form.querySelector("#new-line").content;
const saveAfter = 1500; // ms without a keystroke
const saveAgainAfter = 5000; // ms after the server could not be reached

const lines = () => [...grid.querySelectorAll("tbody.line")];
const cell = (line, column) => line?.querySelector(`input[name$="].${column}"]`);
const cells = (line) => [...line.querySelectorAll("input")];
const isEmpty = (line) => cells(line).every((input) => input.value.trim() === "");
const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));
const say = (value, button) => document.dispatchEvent(new CustomEvent("toast", { detail: { value, button } }));

// number gives a line its index: form names and ids carry it, people see it from 1.
function number(line, index) {
  const old = line.dataset.line;
  if (old === String(index)) return;
  const label = (i) => (i === "NEW" ? i : String(Number(i) + 1));
  for (const el of line.querySelectorAll("*")) {
    for (const { name, value } of [...el.attributes]) {
      if (name === "value" && el.tagName === "INPUT") continue;
      const now = value
        .replaceAll(`lines[${old}]`, `lines[${index}]`)
        .replaceAll(`lines-${old}-`, `lines-${index}-`)
        .replace(/\bline (NEW|\d+)$/, `line ${label(String(index))}`);
      if (now !== value) el.setAttribute(name, now);
    }
  }
  const drop = line.querySelector("[data-drop-line]");
  drop.value = `drop:${index}`;
  line.querySelector("td.line-no").textContent = label(String(index));
  line.dataset.line = String(index);
}

function renumber() {
  lines().forEach(number);
}

function addLine() {
  const line = pattern.querySelector("tbody.line").cloneNode(true);
  grid.append(line);
  number(line, lines().length - 1);
  return line;
}

// spare keeps one empty line at the end.
function spare() {
  const last = lines().at(-1);
  if (!last || !isEmpty(last)) addLine();
}

// dropLine removes a line, and offers to bring it back.
function dropLine(line) {
  const all = lines();
  const at = all.indexOf(line);
  const worthKeeping = !isEmpty(line);
  line.remove();
  spare();
  renumber();
  cell(lines()[Math.min(at, all.length - 2)] ?? lines()[0], "description")?.focus();
  changed();
  if (worthKeeping) say(`Line ${at + 1} removed.`, { label: "Undo", key: "alt+z", press: () => restore(line, at) });
}

// restore puts a removed line back at its place, which is above the empty last line.
function restore(line, at) {
  const all = lines();
  all[Math.min(at, all.length - 1)].before(line);
  renumber();
  cell(line, "description").focus();
  changed();
}

// move goes to the same column of another line.
function move(from, step, column) {
  const all = lines();
  const to = all[all.indexOf(from) + step] ?? (step > 0 ? addLine() : null);
  const input = cell(to, column);
  input?.focus();
  input?.select();
}

function columnOf(input) {
  return input.name.slice(input.name.lastIndexOf(".") + 1);
}

// onward goes to the next empty cell of the line, and from the last to the next line. A
// discount is rare: only Tab stops there.
function onward(input, line) {
  const rest = cells(line).slice(cells(line).indexOf(input) + 1);
  const next = rest.find((other) => other.value.trim() === "" && columnOf(other) !== "discount");
  if (next) next.focus();
  else if (!isEmpty(line)) move(line, 1, "description");
}

grid.addEventListener("keydown", (event) => {
  const input = event.target.closest("input");
  if (!input || event.isComposing) return;
  const line = input.closest("tbody.line");
  if (event.altKey) {
    if (event.key !== "Delete" && event.key !== "Backspace") return;
    event.preventDefault();
    dropLine(line);
    return;
  }
  // Where there are suggestions, the bare arrows belong to them.
  const free = event.ctrlKey || !input.hasAttribute("list");
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (!isEmpty(line)) onward(input, line);
  } else if (event.key === "ArrowDown" && free) {
    event.preventDefault();
    move(line, 1, columnOf(input));
  } else if (event.key === "ArrowUp" && free) {
    event.preventDefault();
    move(line, -1, columnOf(input));
  }
});

// Enter outside the grid goes to the next field instead of sending the form.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (!event.target.matches("input:not([type=checkbox]), select")) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll("input:not([type=hidden]), select")].filter((el) => el.offsetParent !== null);
  fields[fields.indexOf(event.target) + 1]?.focus();
});

form.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add-line]");
  const drop = event.target.closest("[data-drop-line]");
  if (!add && !drop) return;
  event.preventDefault();
  if (drop) {
    dropLine(drop.closest("tbody.line"));
    return;
  }
  const last = lines().at(-1);
  cell(isEmpty(last) ? last : addLine(), "description").focus();
});

// Numbers are mostly replaced, not edited.
grid.addEventListener("focusin", (event) => {
  if (event.target.matches(".num input")) event.target.select();
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
  const line = input.closest("tbody.line");
  for (const column of ["hsn", "unit", "price", "rate"]) {
    const target = cell(line, column);
    if (option.dataset[column] && (overwrite || target.value === "")) target.value = option.dataset[column];
  }
  if (overwrite) cell(line, "qty").focus();
}

function fillCustomer(input) {
  const option = chosen(input);
  if (!option) return;
  for (const { name, value } of option.attributes) {
    const target = name.startsWith("data-") && document.getElementById(name.slice(5));
    if (!target) continue;
    if (value || target.id.startsWith("buyer-")) target.value = value;
  }
  // Left empty, the place of supply follows the buyer's State.
  const { pos = "", buyerState = "" } = option.dataset;
  form.querySelector("#pos").value = pos === buyerState ? "" : pos;
  form.querySelector("#buyer-gstin").dispatchEvent(new Event("input", { bubbles: true }));
}

// The first two digits of a GSTIN are its State, so they also correct an older one.
function fillState(gstin) {
  if (!/^\d\d[0-9A-Z]{13}$/i.test(gstin.value)) return;
  const select = document.getElementById(gstin.id.replace("gstin", "state"));
  const code = gstin.value.slice(0, 2);
  if (select?.querySelector(`option[value="${code}"]`)) select.value = code;
}

form.addEventListener("input", (event) => {
  const input = event.target;
  if (input === form) return;
  input.removeAttribute("aria-invalid");
  if (input.closest("tbody.line")) {
    spare();
    if (columnOf(input) === "description") fillItem(input, picked(event));
  }
  if (input.matches("[data-customer]")) fillCustomer(input);
  if (input.matches("[data-gstin]")) fillState(input);
});

// A message leads to its field, unfolding what hides it.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const target = link && form.querySelector(`[id="${CSS.escape(link.hash.slice(1))}"]`);
  if (!target) return;
  event.preventDefault();
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.focus();
});

// What happens in the background never takes the page away nor overwrites a part of it
// with an error: the server puts its errors into #note itself.
const unanswered = "Mohar does not answer. What you typed is still here; try again in a moment.";
const refused = "Mohar could not take this. What you typed is still here; try again in a moment.";
const away = [502, 503, 504]; // what a proxy says in the place of a server that is gone
const signedOut = 401;
let noted = false; // #note says that the user is signed out

const read = (html) => new DOMParser().parseFromString(html, "text/html");
const wordsOf = (root) => root.querySelector("#note")?.textContent.trim() ?? "";

form.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
});

form.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.isError) return;
  const words = wordsOf(read(detail.serverResponse));
  if (!words) say(away.includes(detail.xhr.status) ? unanswered : refused);
  detail.shouldSwap = words !== "" && words !== wordsOf(document); // nothing is said twice
});

form.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.xhr.status === signedOut) {
    noted = true;
  } else if (noted && detail.successful && detail.requestConfig.verb === "post") {
    noted = false;
    const note = document.getElementById("note");
    note.hidden = true;
    note.replaceChildren();
  }
});

// The taxable values of all lines come in one element: hundreds of elements of their own
// would keep htmx busy for seconds.
document.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  if (target.id !== "taxables") return;
  const all = lines();
  JSON.parse(target.dataset.values).forEach((value, i) => {
    const output = all[i]?.querySelector("output");
    if (output && output.textContent !== value) output.textContent = value;
  });
});

// Drafts save themselves after a pause. Sending the form waits for a save that is on its
// way, because that save changes the version the form must name.
const saver = document.getElementById("autosave");
const previewer = document.getElementById("preview");
let timer = 0;
let saving = null; // a promise while a save is on its way
let asking = false; // a press of a button is being looked after
let sent = false;
let changes = 0; // since the page was loaded,
let saved = 0; // and how many of them the server has

const unsaved = () => saver && !sent && saved !== changes;

function saveIn(pause) {
  clearTimeout(timer);
  if (saver) timer = setTimeout(() => !sent && !asking && window.htmx.trigger(saver, "autosave"), pause);
}

form.addEventListener("input", () => {
  changes++;
  saveIn(saveAfter);
});
saver?.addEventListener("htmx:sendError", () => saveIn(saveAgainAfter));
saver?.addEventListener("htmx:responseError", ({ detail }) => {
  if ([signedOut, ...away].includes(detail.xhr.status)) saveIn(saveAgainAfter);
});

saver?.addEventListener("htmx:beforeRequest", () => {
  const carried = changes;
  const save = new Promise((done) => {
    const over = ({ detail }) => {
      if (detail.successful) saved = carried;
      setTimeout(done, 50); // the answer is swapped in after this event
    };
    saver.addEventListener("htmx:afterRequest", over, { once: true });
  });
  saving = save;
  save.then(() => {
    if (saving === save) saving = null;
  });
});

// Leaving the page saves what the pause still held back. A page that is only hidden, as
// when a phone shows something else, must hear the new version, so it saves as usual.
let left = false;

window.addEventListener("pagehide", () => {
  if (!unsaved()) return;
  // URL-encoded, because browsers send no more than 64 KB from a page that goes.
  left = navigator.sendBeacon(saver.getAttribute("hx-post"), new URLSearchParams(new FormData(form)));
  if (left) saved = changes;
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && unsaved() && !saving) saveIn(0);
});
window.addEventListener("pageshow", (event) => {
  sent = false;
  if (event.persisted && left) location.reload(); // the version here is not the latest
});

// A browser that cannot reach the server shows its own page, and one that is signed out
// asks for the password: what was typed is gone. So the form is sent in the background
// first, and for real only when that was taken.
const patience = 15000; // ms

// taken sends the form in the background. If it was not taken, it says why.
async function taken() {
  const carried = changes;
  let why = unanswered;
  try {
    const reply = await fetch((saver ?? previewer).getAttribute("hx-post"), {
      method: "POST",
      headers: { "HX-Request": "true" },
      body: new URLSearchParams(new FormData(form)),
      signal: AbortSignal.timeout(patience),
    });
    const page = read(await reply.text());
    const part = page.getElementById(saver ? "saved" : "totals");
    if (reply.ok && part) {
      if (saver) {
        document.getElementById("saved").replaceWith(part);
        const url = reply.headers.get("HX-Replace-Url");
        if (url) history.replaceState(history.state, "", url);
        saved = carried;
      }
      return true;
    }
    if (!away.includes(reply.status)) why = wordsOf(page) || refused;
  } catch {
    // Not reached, or not in time.
  }
  say(why);
  return false;
}

let sure = false; // the form was taken, and nothing is on its way

form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  if (sure) {
    sent = true;
    return;
  }
  event.preventDefault();
  if (sent || asking) return; // pressed twice
  asking = true;
  while (saving) await saving;
  sure = await taken();
  asking = false;
  if (sure) form.requestSubmit(event.submitter);
  else if (unsaved()) saveIn(saveAgainAfter);
  sure = false;
});

// A link such as …/edit#buyer-pin opens what hides the field.
const start = location.hash && document.getElementById(location.hash.slice(1));
if (start && form.contains(start)) {
  for (let fold = start.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  start.focus();
}
spare();
