// Dates may be typed in short, as accounting programs take them: "5" is a day of the
// document's month, "5-11" or "5/11" the nearest such day, "5.11.26" one of this century.
// Whoever leaves the field sees the whole date.

import { form } from "./grid.js";

const head = form.querySelector("#date");
const written = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;

// dayOf is a day as a moment, NaN for one that does not exist.
function dayOf(year, month, day) {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : NaN;
}

let base = Date.now(); // the day that short ones are near to: the document's
const note = () => {
  const [, day, month, year] = (written.exec(head.value.trim()) ?? []).map(Number);
  if (year) base = dayOf(year, month, day) || base;
};

// whole is a short date in full; as it was when it is none.
function whole(text) {
  const [day, month, year] = (/^(\d{1,2})(?:[-/. ](\d{1,2})(?:[-/. ](\d\d))?)?$/.exec(text)?.slice(1) ?? []).map((part) => part && Number(part));
  if (!day) return text;
  const near = new Date(base);
  const years = [-1, 0, 1].map((n) => near.getUTCFullYear() + n);
  const moments = month === undefined
    ? [dayOf(near.getUTCFullYear(), near.getUTCMonth() + 1, day)]
    : (year === undefined ? years : [2000 + year]).map((y) => dayOf(y, month, day));
  const [best] = moments.filter((at) => !Number.isNaN(at)).sort((a, b) => Math.abs(a - base) - Math.abs(b - base));
  if (best === undefined) return text;
  return new Date(best).toISOString().slice(0, 10).split("-").reverse().join("/");
}

form.addEventListener("change", ({ target }) => {
  if (target.placeholder !== "dd/mm/yyyy") return;
  const full = whole(target.value.trim());
  if (full !== target.value.trim()) {
    target.value = full;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (target === head) note();
});
note();
