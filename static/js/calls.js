// Copies a text: for the help desk, a link, a key. Without this file the link leads to the
// text itself, to be copied by hand.

for (const link of document.querySelectorAll("[data-copy]")) {
  const label = link.querySelector("[data-copy-label]");
  const before = label.textContent;
  link.addEventListener("click", async (event) => {
    const text = document.getElementById(link.dataset.copy);
    if (!navigator.clipboard) { // not allowed here, as over plain HTTP: go to the text
      if (!text.closest("details")) setTimeout(() => text.select());
      return;
    }
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(text.value);
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
