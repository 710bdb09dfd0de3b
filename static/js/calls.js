// Copies the text for the help desk. Without this file the link leads to the text itself,
// to be copied by hand.

for (const link of document.querySelectorAll("[data-copy]")) {
  const label = link.querySelector("[data-copy-label]");
  const before = label.textContent;
  link.addEventListener("click", async (event) => {
    if (!navigator.clipboard) return; // not allowed here, as over plain HTTP: go to the text
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(document.getElementById(link.dataset.copy).value);
      label.textContent = "Copied";
      setTimeout(() => (label.textContent = before), 4000);
    } catch {
      location.hash = link.getAttribute("href");
    }
  });
}

// The link leads into a fold: open it, with all of the text selected.
function unfold() {
  const fold = location.hash && document.getElementById(location.hash.slice(1));
  if (!fold || !fold.matches("details")) return;
  fold.open = true;
  fold.querySelector("textarea")?.select();
}

addEventListener("hashchange", unfold);
unfold();
