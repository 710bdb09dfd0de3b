// A block of cells copied from a spreadsheet goes into the grid from the focused cell on,
// rightwards and downwards. A first row of headings says which column is which.

import { addLine, cell, cells, changed, columnOf, grid, lineOf, lines, mark, say, setColumn, spare, trim } from "./grid.js";

// headings are the words that people write over a column.
const headings = {
  description: ["item", "item name", "name of item", "description", "description of goods", "particulars", "product", "product name", "goods"],
  hsn: ["hsn", "hsn code", "hsn/sac", "hsn sac", "sac", "hsn/sac code"],
  qty: ["qty", "quantity", "qty.", "nos"],
  unit: ["unit", "uom", "uqc", "units", "per"],
  price: ["rate", "price", "unit price", "rate ₹", "rate (rs)", "rate (rs.)", "rate per unit", "basic rate"],
  discount: ["discount", "disc", "disc.", "disc %", "discount %", "disc%"],
  rate: ["gst", "gst %", "gst%", "gst rate", "tax", "tax %", "tax rate", "igst %", "igst rate"],
  free_qty: ["free", "free qty", "free quantity", "scheme"],
  retail_price: ["mrp", "retail price", "rsp"],
  cess_rate: ["cess %", "cess", "cess rate"],
  "batch.name": ["batch", "batch no", "batch no.", "lot"],
  "batch.expiry": ["expiry", "exp", "exp.", "expiry date"],
  serial: ["serial", "serial no", "serial no.", "serial number"],
  barcode: ["barcode", "ean"],
};

const columnFor = new Map(Object.entries(headings).flatMap(([column, words]) => words.map((word) => [word, column])));
const percentages = ["rate", "cess_rate"];
const numbers = ["qty", "price", "discount", "rate", "free_qty", "retail_price", "cess_rate"];

// rowsOf reads tab-separated text as spreadsheets copy it: a cell with a line break or a
// quotation mark stands in quotation marks.
export function rowsOf(text) {
  const rows = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy;
  for (let match; pattern.lastIndex < text.length && (match = pattern.exec(text)); ) {
    const [, quoted, plain, end] = match;
    rows.at(-1).push((quoted === undefined ? plain : quoted.replaceAll('""', '"')).replace(/\s+/g, " ").trim());
    if (end !== "\t") rows.push([]);
  }
  return rows.filter((row) => row.some((value) => value !== ""));
}

// columnsOf maps a row of headings; null for a row that is none.
function columnsOf(row) {
  const columns = row.map((word) => columnFor.get(word.toLowerCase()) ?? null);
  const known = columns.filter((column) => column !== null);
  return known.length >= 2 && new Set(known).size === known.length ? columns : null;
}

// tidy takes from a number what the grid does not want: the sign of the rupee, and that
// of a percentage where the column says so.
function tidy(column, value) {
  if (!numbers.includes(column)) return value;
  const bare = value.replace(/^(₹|rs\.?|inr)\s*/i, "");
  return percentages.includes(column) ? bare.replace(/\s*%$/, "") : bare;
}

// put fills the lines from one on and returns what takes it all back.
function put(rows, columns, first) {
  const before = [];
  let line = first;
  for (const row of rows) {
    const next = line ?? addLine();
    row.forEach((value, i) => {
      const column = columns[i];
      if (!column || (value === "" && !cell(next, column))) return;
      before.push([next, column, cell(next, column)?.value ?? ""]);
      setColumn(next, column, tidy(column, value));
    });
    mark(next);
    line = next.nextElementSibling;
  }
  spare();
  return () => {
    for (const [old, column, value] of before.reverse()) {
      if (old.isConnected) setColumn(old, column, value);
    }
    trim();
    new Set(before.map(([old]) => old)).forEach(mark);
    (first.isConnected ? first : lines().at(-1)).querySelector("input:not([type=hidden])").focus();
    changed();
  };
}

grid.addEventListener("paste", (event) => {
  const input = event.target;
  if (!input.matches?.("input") || input.closest("tr.line-more")) return;
  const text = event.clipboardData.getData("text/plain");
  if (!/[\t\n\r]/.test(text.trim())) return;
  event.preventDefault();
  let rows = rowsOf(text);
  const named = rows.length > 1 && columnsOf(rows[0]);
  if (named) rows = rows.slice(1);
  const line = lineOf(input);
  const grids = cells(line).map(columnOf);
  const undo = put(rows, named || grids.slice(grids.indexOf(columnOf(input))), line);
  lines().at(-1).querySelector("input:not([type=hidden])").focus();
  changed();
  say(rows.length === 1 ? "1 line pasted." : `${rows.length} lines pasted.`, { label: "Undo", key: "alt+z", press: undo });
});
