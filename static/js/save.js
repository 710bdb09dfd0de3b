// Drafts save themselves, and the page is not left before the server has taken the form.

import { form, say } from "./grid.js";

const saveAfter = 1500; // ms without a keystroke
const saveAgainAfter = 5000; // ms after the server could not be reached

// What happens in the background never takes the page away nor overwrites a part of it
// with an error: the server puts its errors into #note itself.
const unanswered = "Mohar does not answer. What you typed is still here; try again in a moment.";
const refused = "Mohar could not take this. What you typed is still here; try again in a moment.";
const away = [502, 503, 504]; // what a proxy says in the place of a server that is gone
const signedOut = 401;
let noted = false; // #note says that the user is signed out

const read = (html) => new DOMParser().parseFromString(html, "text/html");
const wordsOf = (root) => root.querySelector("#note")?.textContent.trim() ?? "";

form.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
});

form.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.isError) return;
  const words = wordsOf(read(detail.serverResponse));
  if (!words) say(away.includes(detail.xhr.status) ? unanswered : refused);
  detail.shouldSwap = words !== "" && words !== wordsOf(document); // nothing is said twice
});

form.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.xhr.status === signedOut) {
    noted = true;
  } else if (noted && detail.successful && detail.requestConfig.verb === "post") {
    noted = false;
    const note = document.getElementById("note");
    note.hidden = true;
    note.replaceChildren();
  }
});

// Drafts save themselves after a pause. Sending the form waits for a save that is on its
// way, because that save changes the version the form must name.
const saver = document.getElementById("autosave");
const previewer = document.getElementById("preview");
let timer = 0;
let saving = null; // a promise while a save is on its way
let asking = false; // a press of a button is being looked after
let sent = false;
let changes = 0; // since the page was loaded,
let saved = 0; // and how many of them the server has

const unsaved = () => saver && !sent && saved !== changes;

function saveIn(pause) {
  clearTimeout(timer);
  if (saver) timer = setTimeout(() => !sent && !asking && window.htmx.trigger(saver, "autosave"), pause);
}

form.addEventListener("input", () => {
  changes++;
  saveIn(saveAfter);
});
saver?.addEventListener("htmx:sendError", () => saveIn(saveAgainAfter));
saver?.addEventListener("htmx:responseError", ({ detail }) => {
  if ([signedOut, ...away].includes(detail.xhr.status)) saveIn(saveAgainAfter);
});

saver?.addEventListener("htmx:beforeRequest", () => {
  const carried = changes;
  const save = new Promise((done) => {
    const over = ({ detail }) => {
      if (detail.successful) saved = carried;
      setTimeout(done, 50); // the answer is swapped in after this event
    };
    saver.addEventListener("htmx:afterRequest", over, { once: true });
  });
  saving = save;
  save.then(() => {
    if (saving === save) saving = null;
  });
});

// Leaving the page saves what the pause still held back. A page that is only hidden, as
// when a phone shows something else, must hear the new version, so it saves as usual.
let left = false;

window.addEventListener("pagehide", () => {
  if (!unsaved()) return;
  // URL-encoded, because browsers send no more than 64 KB from a page that goes.
  // Most fields are empty, and one that is missing is an empty one.
  const typed = [...new FormData(form)].filter(([, value]) => value !== "");
  left = navigator.sendBeacon(saver.getAttribute("hx-post"), new URLSearchParams(typed));
  if (left) saved = changes;
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && unsaved() && !saving) saveIn(0);
});
window.addEventListener("pageshow", (event) => {
  sent = false;
  if (event.persisted && left) location.reload(); // the version here is not the latest
});

// A browser that cannot reach the server shows its own page, and one that is signed out
// asks for the password: what was typed is gone. So the form is sent in the background
// first, and for real only when that was taken.
const patience = 15000; // ms

// taken sends the form in the background. If it was not taken, it says why.
async function taken() {
  const carried = changes;
  let why = unanswered;
  try {
    const reply = await fetch((saver ?? previewer).getAttribute("hx-post"), {
      method: "POST",
      headers: { "HX-Request": "true" },
      body: new URLSearchParams(new FormData(form)),
      signal: AbortSignal.timeout(patience),
    });
    const page = read(await reply.text());
    const part = page.getElementById(saver ? "saved" : "totals");
    if (reply.ok && part) {
      if (saver) {
        document.getElementById("saved").replaceWith(part);
        const url = reply.headers.get("HX-Replace-Url");
        if (url) history.replaceState(history.state, "", url);
        saved = carried;
      }
      return true;
    }
    if (!away.includes(reply.status)) why = wordsOf(page) || refused;
  } catch {
    // Not reached, or not in time.
  }
  say(why);
  return false;
}

let sure = false; // the form was taken, and nothing is on its way

form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  if (sure) {
    sent = true;
    return;
  }
  event.preventDefault();
  if (sent || asking) return; // pressed twice
  asking = true;
  while (saving) await saving;
  sure = await taken();
  asking = false;
  if (sure) form.requestSubmit(event.submitter);
  else if (unsaved()) saveIn(saveAgainAfter);
  sure = false;
});
