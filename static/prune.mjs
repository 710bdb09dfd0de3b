// Takes rules out of the style sheet that nothing on our pages matches and that still cost
// time: after every change of a page, a browser asks for each :has() anew and then works
// out the style of whatever stands behind it. Basecoat's rules for groups of inputs, for sections
// in fields and for figures make that every cell and icon of a document's lines.
import { readFileSync, writeFileSync } from "node:fs";

const unused = /\.(input-group|avatar-group|item|combobox[a-z-]*|button-group)\b|\bfigure:has|\.field\[data-orientation/;
const file = new URL("dist/app.css", import.meta.url);
const css = readFileSync(file, "utf8");
const pruned = css.replace(/(?<=[{};])([^{};]*:has\([^{}]*)\{[^{}]*\}/g, (rule, selector) => {
  const parts = selector.split(/,(?![^(]*\))/);
  return parts.every((part) => part.includes(":has(") && unused.test(part)) ? "" : rule;
});
writeFileSync(file, pruned);
console.log(`Pruned ${css.length - pruned.length} bytes.`);
