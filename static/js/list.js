// Ticking documents of a list: Shift takes all between two, "x" ticks the row that has the
// focus, the box in the heading all of the page. Without this file the boxes work one by one.

const boxes = () => [...document.querySelectorAll("[data-tick]")];
let last = null; // the box that was ticked or cleared before

// say counts what is ticked, and shows what needs this file.
function say() {
  const all = boxes();
  const ticked = all.filter((box) => box.checked).length;
  for (const label of document.querySelectorAll("[data-script]")) label.hidden = false;
  const words = document.querySelector("[data-ticked]");
  if (words) words.textContent = `${ticked} ticked`;
  const page = document.querySelector("[data-tick-page]");
  if (page) {
    page.checked = ticked > 0 && ticked === all.length;
    page.indeterminate = ticked > 0 && !page.checked;
  }
  const whole = document.querySelector("[data-tick-all]");
  if (whole && ticked === 0) whole.checked = false; // the bar goes, and what it chose with it
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-tick]");
  if (!box) return;
  const all = boxes();
  const from = all.indexOf(last);
  if (event.shiftKey && from >= 0) {
    const [first, end] = [from, all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(first, end + 1)) between.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-page]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.closest("#invoices, #eways")) say();
});

document.addEventListener("keydown", (event) => {
  if (event.key?.toLowerCase() !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const box = event.target.closest("tr")?.querySelector("[data-tick]");
  if (!box) return;
  box.checked = !box.checked;
  last = box;
  say();
});

document.addEventListener("htmx:afterSwap", say); // a search has brought other rows
window.addEventListener("pageshow", say); // going back brings ticks along
say();
