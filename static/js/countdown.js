// Counts down what is left of a deadline. The element with data-left says how many seconds
// were left when the server drew it, so that a wrong clock here does no harm; parts of the
// page that come later are seen at the next tick.

const every = 15_000; // minutes are shown
const ends = new WeakMap(); // of each element, on this page's own clock

// words are those of the server's own "5 h 12 min left".
function words(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours > 0) return `${hours} h ${minutes} min left`;
  return minutes > 0 ? `${minutes} min left` : "less than a minute left";
}

// over closes what can be done no more: the button, and a form that is open.
function over(el, text) {
  text.textContent = el.dataset.over;
  el.classList.add("error-text");
  const form = el.parentElement.previousElementSibling?.querySelector("form");
  for (const button of form?.querySelectorAll("button") ?? []) button.disabled = true;
}

function tick() {
  const now = performance.now();
  for (const el of document.querySelectorAll("[data-left]")) {
    if (!ends.has(el)) ends.set(el, now + Number(el.dataset.left) * 1000);
    const text = el.querySelector("[data-left-text]");
    const seconds = (ends.get(el) - now) / 1000;
    if (seconds <= 0) over(el, text);
    else text.textContent = words(seconds);
  }
}

tick();
setInterval(tick, every);
// A page that slept in the background is right at once when it is looked at again.
document.addEventListener("visibilitychange", tick);
