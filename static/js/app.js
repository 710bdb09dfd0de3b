// What every page may use: keys, toasts, and a company menu that closes by itself.
// Without this file all of it can still be reached with the mouse and Tab.

const typing = (el) => el.closest("input, textarea, select, [contenteditable]") !== null;

// keyOf names a key press as data-key attributes do: "n", "/", "alt+a", "ctrl+enter".
function keyOf(event) {
  const letter = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
  const ctrl = event.ctrlKey || event.metaKey ? "ctrl+" : "";
  return ctrl + (event.altKey ? "alt+" : "") + (ctrl || event.altKey ? letter : event.key.toLowerCase());
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || !event.key) return;
  if (event.key === "Escape") closeMenus();
  const key = keyOf(event);
  if (!key.includes("+") && typing(event.target)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) {
    target.focus();
    target.select?.();
  } else {
    target.click();
  }
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.company[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.company")));

const toasts = document.getElementById("toasts");
const timers = new WeakMap(); // of each toast, until it goes

// toast says something for a few seconds without taking the focus. With a button (its
// words, its key and what pressing it does) it stays longer, and takes the place of an
// older one. Said again while it stands, a text without a button stays anew.
function toast(text, button) {
  let box = [...toasts.children].find((old) => (button ? old.querySelector("button") : old.textContent === text));
  if (button) box?.remove();
  if (button || !box) {
    box = document.createElement("div");
    box.className = "toast";
    box.append(text);
    if (button) box.append(toastButton(button, box));
    toasts.append(box);
  }
  // Nothing goes from under the mouse or the focus.
  const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : box.remove());
  clearTimeout(timers.get(box));
  timers.set(box, setTimeout(leave, button ? 12000 : 6000));
}

function toastButton({ label, key, press }, box) {
  const el = document.createElement("button");
  el.type = "button";
  el.className = "link";
  el.textContent = label;
  if (key) {
    el.dataset.key = key;
    el.title = key.split("+").map((part) => part[0].toUpperCase() + part.slice(1)).join(" ");
  }
  el.addEventListener("click", () => {
    box.remove();
    press();
  });
  return el;
}

// The server may send HX-Trigger: {"toast": "Saved."}; scripts dispatch the same event,
// where detail may have a button too.
document.addEventListener("toast", (event) => toast(event.detail.value, event.detail.button));
document.addEventListener("htmx:sendError", () => toast("Mohar does not answer. What you typed is still here; try again in a moment."));
