// Keeps a page up to date while the portal is asked. The element with data-watch names
// the URL: it sends server-sent events "state", and the same parts as HTML to a plain
// request, which is asked once a second where events do not get through.

const pollEvery = 1000;
const patience = 3; // lost connections in a row before asking instead of listening

const shown = new Map(); // the last HTML of each part, by id

// swap puts each part in the place of the element with its id. A part that says nothing
// new is left alone, so that what people unfolded stays open, and so is one in which
// somebody is typing: the next news brings it again.
function swap(html) {
  const parts = new DOMParser().parseFromString(html, "text/html");
  for (const part of [...parts.body.children]) {
    const old = part.id && document.getElementById(part.id);
    if (!old || shown.get(part.id) === part.outerHTML) continue;
    const active = document.activeElement;
    if (old.contains(active) && active.matches("input, select, textarea")) continue;
    shown.set(part.id, part.outerHTML);
    part.removeAttribute("hx-swap-oob");
    old.replaceWith(part);
    window.htmx?.process(part);
  }
}

const watched = () => document.querySelector("[data-watch]")?.dataset.watch;

async function poll(url) {
  while (watched() === url) {
    await new Promise((wait) => setTimeout(wait, pollEvery));
    try {
      const reply = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (reply.ok && !reply.redirected) swap(await reply.text());
      if (reply.status === 404 || reply.redirected) return; // gone, or signed out
    } catch {
      // The program is away for a moment: ask again.
    }
  }
}

function listen(url) {
  if (!window.EventSource) {
    poll(url);
    return;
  }
  const source = new EventSource(url);
  let lost = 0;
  source.addEventListener("state", (event) => {
    lost = 0;
    swap(event.data);
    if (watched() !== url) source.close();
  });
  source.addEventListener("error", () => {
    lost++;
    if (source.readyState === EventSource.CLOSED || lost >= patience) {
      source.close();
      poll(url);
    }
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

const url = watched();
if (url) listen(url);
