// The lines of the document: they come and go, Enter and the arrows walk the grid. What
// other modules of the editor need to know about lines they import from here.

export const form = document.querySelector("form[data-editor]");
export const grid = form.querySelector("#lines");
const newLine = form.querySelector("#new-line").content.querySelector("tbody.line");
let marked = grid.querySelector("tbody.line[data-spare]");
const newDetails = form.querySelector("#new-details").content.querySelector("tr.line-more");

export const lines = () => [...grid.tBodies];
export const lineOf = (el) => el.closest("tbody.line");
export const cells = (line) => [...line.rows[0].querySelectorAll("input:not([type=hidden])")];
const inputs = (line) => [...line.querySelectorAll("input:not([type=hidden])")];
export const isEmpty = (line) => inputs(line).every((input) => input.value.trim() === "");
export const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));
export const say = (value, button) => document.dispatchEvent(new CustomEvent("toast", { detail: { value, button } }));

// cell is the field of a line's column, in the grid or below it, if it is on the page.
export function cell(line, column) {
  return line?.querySelector(`input[name="lines[${line.dataset.line}].${column}"]`);
}

// columnOf is the column behind a field's name: "qty", "batch.name", "attributes[0].name".
export function columnOf(input) {
  const at = input.name.indexOf("].");
  return input.name.startsWith("lines[") ? input.name.slice(at + 2) : "";
}

// priceHere is an item's price as this document's prices are meant: with tax, where they
// hold it. Where no tax is charged they never do.
export function priceHere(price, withTax) {
  const untaxed = ["EXPWOP", "SEZWOP"].includes(form.querySelector("#supply").value) || form.elements.type.value === "BOS"
    || form.querySelector("#reverse")?.checked;
  return form.elements.prices?.value === "inclusive" && !untaxed ? withTax : price;
}

// bearers are the attributes that carry a line's index, and what has one of them. Icons
// and the like are passed over: long documents are counted anew in one go.
const bearers = ["id", "name", "for", "value", "aria-label", "aria-describedby", "data-name"];
const bearing = "input, output, label, p, span[id], details > *, button";

// rename gives a part of a line the line's index: form names and ids carry it, people
// see it from 1.
function rename(part, old, index) {
  const label = (i) => (i === "NEW" ? i : String(Number(i) + 1));
  const [name, id, called] = [`lines[${old}]`, `lines-${old}-`, ` line ${label(old)}`];
  for (const el of part.querySelectorAll(bearing)) {
    for (const attribute of bearers) {
      if (attribute === "value" && el.tagName !== "BUTTON") continue;
      const value = el.getAttribute(attribute);
      if (!value) continue;
      let now = value.replaceAll(name, `lines[${index}]`).replaceAll(id, `lines-${index}-`);
      if (attribute === "aria-label" && now.endsWith(called)) now = `${now.slice(0, -called.length)} line ${label(index)}`;
      if (attribute === "value") now = now.replace(/^(drop|more):(NEW|\d+)$/, `$1:${index}`);
      if (now !== value) el.setAttribute(attribute, now);
    }
  }
}

function number(line, at) {
  const index = String(at);
  if (line.dataset.line === index) return;
  rename(line, line.dataset.line, index);
  line.querySelector("td.line-no span").textContent = String(at + 1);
  line.dataset.line = index;
}

// renumber counts the lines anew after one came, went or moved.
export function renumber() {
  lines().forEach(number);
  grid.dispatchEvent(new Event("renumbered"));
}

// addLine makes an empty line at the end.
export function addLine() {
  const line = newLine.cloneNode(true);
  number(line, grid.tBodies.length);
  grid.append(line);
  markSpare(line);
  return line;
}

// markSpare moves the mark of the line to come, for the style sheet.
function markSpare(line) {
  if (line === marked) return;
  marked?.removeAttribute("data-spare");
  line.setAttribute("data-spare", "");
  marked = line;
}

// spare keeps one empty line at the end.
export function spare() {
  const last = grid.tBodies[grid.tBodies.length - 1];
  if (!last || !isEmpty(last)) addLine();
  else markSpare(last);
}

// trim leaves no more than one empty line at the end.
export function trim() {
  for (const all = lines(); all.length > 1 && isEmpty(all.at(-1)) && isEmpty(all.at(-2)); ) all.pop().remove();
  spare();
}

// emptyLine is the line at the end into which nothing is typed yet.
export function emptyLine() {
  spare();
  return lines().at(-1);
}

// details returns a line's further fields. Lines have none until they are asked for, so
// that long documents stay light.
export function details(line) {
  const there = line.querySelector("tr.line-more details");
  if (there) return there;
  const row = newDetails.cloneNode(true);
  rename(row, "NEW", line.dataset.line);
  row.querySelector("details").open = false;
  row.hidden = true;
  line.append(row);
  return row.querySelector("details");
}

// setColumn puts a value into a column, wherever the line has it.
export function setColumn(line, column, value) {
  if (!cell(line, column)) details(line);
  const input = cell(line, column);
  if (input) input.value = value;
  return input;
}

// toggleDetails opens a line's further fields and goes there, or closes them.
export function toggleDetails(line) {
  const box = details(line);
  box.open = !box.open;
  mark(line);
  if (box.open) box.querySelector(".details-grid input").focus();
  else cell(line, "description").focus();
}

// mark shows on a line that its further fields hold something; closed and empty ones
// take no room.
export function mark(line) {
  const box = line.querySelector("tr.line-more details");
  if (!box) return;
  const filled = [...box.querySelectorAll("input")].some((input) => input.value.trim() !== "");
  const button = line.querySelector("[data-more]");
  button.toggleAttribute("data-filled", filled);
  button.setAttribute("aria-expanded", String(box.open));
  box.closest("tr").hidden = !filled && !box.open;
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

// duplicate puts a copy of a line below it. The figures that came with a document belong
// to one line only.
function duplicate(line, column) {
  if (isEmpty(line)) return;
  const copy = line.cloneNode(true);
  for (const hidden of copy.querySelectorAll('input[type=hidden]:not([name$="].charge"])')) hidden.remove();
  copy.querySelector("tr.line-messages")?.remove();
  copy.removeAttribute("data-spare");
  line.after(copy);
  renumber();
  const input = cell(copy, column) ?? cell(copy, "description");
  input.focus();
  input.select();
  changed();
}

// shift moves a line up or down.
function shift(line, step, column) {
  const all = lines();
  const other = all[all.indexOf(line) + step];
  if (!other || isEmpty(line) || isEmpty(other)) return;
  if (step < 0) other.before(line);
  else other.after(line);
  renumber();
  (cell(line, column) ?? cell(line, "description")).focus();
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

// passed are the columns that only Tab stops at, because they are rare.
function passed(input, line) {
  const column = columnOf(input);
  return column === "discount" || (line.dataset.charge && (column === "hsn" || column === "rate"));
}

// onward goes to the next empty cell of the line, and from the last to the next line.
function onward(input, line) {
  const rest = cells(line).slice(cells(line).indexOf(input) + 1);
  const next = rest.find((other) => other.value.trim() === "" && !passed(other, line));
  if (next) next.focus();
  else if (!isEmpty(line)) move(line, 1, "description");
}

// commands are the keys with Alt. A letter is found by its place on the keyboard too,
// because Alt makes other characters of it on some.
const commands = {
  delete: dropLine,
  backspace: dropLine,
  m: toggleDetails,
  d: (line, input) => duplicate(line, columnOf(input)),
  arrowup: (line, input) => shift(line, -1, columnOf(input)),
  arrowdown: (line, input) => shift(line, 1, columnOf(input)),
};

grid.addEventListener("keydown", (event) => {
  const input = event.target;
  const line = lineOf(input);
  if (!line || event.isComposing) return;
  if (event.altKey) {
    const letter = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3) : event.key;
    const command = !event.ctrlKey && !event.metaKey && commands[letter.toLowerCase()];
    if (!command) return;
    event.preventDefault();
    command(line, input);
    return;
  }
  if (!input.matches("input") || input.closest("tr.line-more")) return;
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

// addCharge makes a line of freight or the like above the empty last one. Its HSN and
// rate are those of the goods unless typed.
function addCharge(kind, name) {
  const line = emptyLine();
  line.dataset.charge = kind;
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name: `lines[${line.dataset.line}].charge`, value: kind });
  line.querySelector("td.line-no").append(hidden);
  cell(line, "description").value = name;
  cell(line, "qty").value = "1";
  for (const column of ["hsn", "rate"]) cell(line, column).placeholder = "as goods";
  spare();
  cell(line, "price").focus();
  changed();
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-line], [data-drop-line], [data-more], [data-add-charge], [data-add-attribute]");
  if (!button) return;
  event.preventDefault();
  if (button.matches("[data-drop-line]")) dropLine(lineOf(button));
  else if (button.matches("[data-more]")) toggleDetails(lineOf(button));
  else if (button.matches("[data-add-attribute]")) addAttribute(button);
  else if (button.matches("[data-add-charge]")) addCharge(button.dataset.addCharge, button.textContent.trim());
  else cell(emptyLine(), "description").focus();
});

// addAttribute makes room for one more named property of a line.
function addAttribute(button) {
  const names = lineOf(button).querySelectorAll('input[name*="].attributes["][name$=".name"]');
  const last = names[names.length - 1].closest(".field");
  for (const field of [last, last.nextElementSibling]) {
    const more = field.cloneNode(true);
    more.querySelector("input").value = "";
    for (const el of more.querySelectorAll("*")) {
      for (const { name, value } of [...el.attributes]) {
        el.setAttribute(name, value
          .replace(`attributes[${names.length - 1}]`, `attributes[${names.length}]`)
          .replace(`attributes-${names.length - 1}-`, `attributes-${names.length}-`)
          .replace(`property ${names.length}`, `property ${names.length + 1}`));
      }
      if (el.tagName === "LABEL") el.textContent = el.textContent.replace(String(names.length), String(names.length + 1));
    }
    button.before(more);
  }
  button.previousElementSibling.previousElementSibling.querySelector("input").focus();
}

// The toggle event does not bubble.
grid.addEventListener("toggle", ({ target }) => mark(lineOf(target)), true);

// Numbers are mostly replaced, not edited.
grid.addEventListener("focusin", (event) => {
  if (event.target.matches(".num input")) event.target.select();
});

form.addEventListener("input", (event) => {
  const line = event.target !== form && lineOf(event.target);
  if (!line) return;
  if (line === lines().at(-1)) spare();
  if (event.target.closest("tr.line-more")) mark(line);
});

spare();
