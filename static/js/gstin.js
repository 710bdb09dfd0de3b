// Says while a GSTIN is typed which State it belongs to and whether its check digit is
// right. The server checks it again; in practice a wrong check digit is only a warning.

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const states = {
  "01": "Jammu and Kashmir", "02": "Himachal Pradesh", "03": "Punjab", "04": "Chandigarh", "05": "Uttarakhand",
  "06": "Haryana", "07": "Delhi", "08": "Rajasthan", "09": "Uttar Pradesh", "10": "Bihar", "11": "Sikkim",
  "12": "Arunachal Pradesh", "13": "Nagaland", "14": "Manipur", "15": "Mizoram", "16": "Tripura", "17": "Meghalaya",
  "18": "Assam", "19": "West Bengal", "20": "Jharkhand", "21": "Odisha", "22": "Chhattisgarh", "23": "Madhya Pradesh",
  "24": "Gujarat", "26": "Dadra and Nagar Haveli and Daman and Diu", "27": "Maharashtra", "29": "Karnataka",
  "30": "Goa", "31": "Lakshadweep", "32": "Kerala", "33": "Tamil Nadu", "34": "Puducherry",
  "35": "Andaman and Nicobar Islands", "36": "Telangana", "37": "Andhra Pradesh", "38": "Ladakh", "97": "Other Territory",
};

// checkDigit computes the 15th character from the first 14: base 36, weights 1 and 2 in
// turn, the two digits of each product added up.
function checkDigit(gstin) {
  let sum = 0;
  for (let i = 0; i < 14; i++) {
    const product = digits.indexOf(gstin[i]) * (1 + (i % 2));
    sum += Math.floor(product / 36) + (product % 36);
  }
  return digits[(36 - (sum % 36)) % 36];
}

// judge returns the sentence for what was typed so far, and its kind.
function judge(text) {
  if (text === "" || text === "URP" || "URP".startsWith(text)) return ["", ""];
  if (text.length >= 2 && /^\d\d/.test(text) && !states[text.slice(0, 2)]) return ["No State has the code " + text.slice(0, 2) + ".", "error"];
  if (!/^(\d{0,2}|\d\d[0-9A-Z]{0,13})$/.test(text)) return ["Two digits, then letters and digits: 15 characters in all.", "error"];
  const state = states[text.slice(0, 2)] ?? "";
  if (text.length < 15) return [state, ""];
  const want = checkDigit(text);
  if (text[14] === want) return [`✓ ${state}`, "good"];
  return [`${state}: the last character should be ${want}. Is there a slip?`, "warn"];
}

function noteFor(input) {
  const id = input.id + "-typed";
  let note = document.getElementById(id);
  if (!note) {
    note = document.createElement("p");
    note.id = id;
    note.setAttribute("aria-live", "polite");
    input.after(note);
  }
  return note;
}

function check(input) {
  const at = input.selectionStart;
  const text = input.value.toUpperCase().replace(/\s/g, "");
  if (text !== input.value) {
    input.value = text;
    input.setSelectionRange(at, at);
  }
  const [sentence, kind] = judge(text);
  const note = noteFor(input);
  note.textContent = sentence;
  note.hidden = sentence === "";
  note.className = "help" + (kind ? ` ${kind}-text` : "");
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("input[data-gstin]")) check(event.target);
});
for (const input of document.querySelectorAll("input[data-gstin]")) {
  if (input.value && !input.readOnly && input.getAttribute("aria-invalid") !== "true") check(input);
}
