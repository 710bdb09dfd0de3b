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

// toast says something for a few seconds without taking the focus.
function toast(text) {
  const box = document.createElement("p");
  box.className = "toast";
  box.textContent = text;
  document.getElementById("toasts")?.append(box);
  setTimeout(() => box.remove(), 6000);
}

// The server may send HX-Trigger: {"toast": "Saved."}.
document.addEventListener("toast", (event) => toast(event.detail.value));
document.addEventListener("htmx:sendError", () => toast("The program does not answer. What you typed is still here."));
