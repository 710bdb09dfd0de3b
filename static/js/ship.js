// Goods may go to one of the buyer's further addresses: choosing it fills the fields of
// the place. The server says which places the buyer has.

import { form } from "./grid.js";
import { summarise } from "./folds.js";

const box = document.getElementById("ship-to-choice");
const select = box.querySelector("select");
const fold = document.getElementById("ship-fold");
const fields = [...fold.querySelectorAll('[name^="ship."]')];
const typed = "typed"; // as in the views

const placesIn = (el) => JSON.parse(el.dataset.places);
let places = placesIn(document.getElementById("ship-places"));

// fill writes a place into the fields, or empties them.
function fill(place) {
  for (const field of fields) field.value = place?.values[field.name] ?? "";
  summarise(fold);
}

const holds = (place) => fields.every((field) => field.value === (place.values[field.name] ?? ""));

select.addEventListener("change", () => {
  if (select.value === typed) {
    fold.open = true;
    fields[0].focus();
  } else {
    fill(places[Number.parseInt(select.value, 10)]);
  }
});

function offer(chosen) {
  const [own, other] = [select.options[0], select.options[select.options.length - 1]];
  select.replaceChildren(own, ...places.map(({ label }, i) => new Option(label, String(i))), other);
  box.hidden = places.length === 0;
  select.value = chosen;
}

document.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  if (target.id !== "ship-places") return;
  const before = places;
  places = placesIn(target);
  if (JSON.stringify(places) === JSON.stringify(before)) {
    if (document.activeElement !== select) select.value = target.dataset.chosen;
    return;
  }
  // Another buyer's goods do not go to the last one's godown.
  const stale = before.some(holds) && !places.some(holds);
  if (stale) fill(null);
  offer(stale ? "" : target.dataset.chosen);
  if (stale) form.dispatchEvent(new Event("input", { bubbles: true }));
});
