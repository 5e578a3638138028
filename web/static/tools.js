// What can be done with a finished answer, on any page that shows one: copy, print, and forms answered in place.

import { fromTemplate } from "./draw.js";

/** Shows the buttons in `root` that need a script. */
export function ready(root = document) {
  const able = { copy: navigator.clipboard, "copy-link": navigator.clipboard, print: true };
  for (const [name, works] of Object.entries(able)) {
    root.querySelectorAll(`[data-${name}]`).forEach((button) => (button.hidden = !works));
  }
}

export function start(say) {
  ready();
  document.addEventListener("click", (event) => clicked(event, say));
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-inline]")) return;
    event.preventDefault();
    inline(event.target, event.submitter);
  });
}

function clicked(event, say) {
  const button = event.target.closest("button, a.cite");
  if (!button) return;
  if (button.matches("a.cite") && !event.ctrlKey && !event.metaKey && !event.shiftKey) return void quote(event, button);
  if (button.matches("[data-copy]")) return void copy(button, answerText(button.closest(".turn")), say);
  if (button.matches("[data-copy-link]")) {
    return void copy(button, button.closest("[data-result]").querySelector("[data-link]").href, say);
  }
  if (button.matches("[data-print]")) print(button.closest(".turn"));
}

async function copy(button, text, say) {
  await navigator.clipboard.writeText(text).catch(() => null);
  say(fromTemplate("copied").textContent);
  const before = button.textContent;
  button.textContent = fromTemplate("copied").textContent;
  setTimeout(() => (button.textContent = before), 2000);
}

/** The question, its answer and where it comes from, as plain text. */
function answerText(turn) {
  const words = turn.querySelector("[data-spoken]").cloneNode(true);
  words.querySelectorAll(".cite, .visually-hidden, form").forEach((each) => each.remove());
  words.querySelectorAll("ol").forEach((list) => {
    [...list.children].forEach((item, at) => item.prepend(`${item.value || at + 1}. `));
  });
  words.querySelectorAll("ul > li").forEach((item) => item.prepend("- "));
  words.querySelectorAll("p, li, h3, tr").forEach((each) => each.append("\n"));
  words.querySelectorAll("th, td").forEach((each) => each.append("  "));
  const lines = words.textContent.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  const pages = [...turn.querySelectorAll(".answer > .sources a.source-title")];
  const sources = pages.map((link) => `${link.textContent} ${link.href.split("#:~:")[0]}`);
  const label = turn.querySelector(".label.ai").textContent;
  const asked = turn.querySelector("[data-question]")?.textContent.trim() ?? "";
  return [asked, `(${label})`, "", ...lines.filter(Boolean), "", ...sources].join("\n");
}

function print(turn) {
  document.body.classList.add("print-one");
  turn.classList.add("printed");
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("print-one");
    turn.classList.remove("printed");
  }, { once: true });
  window.print();
}

/** Sends a form and puts what comes back beside it; what was typed stays until it worked. */
async function inline(form, submitter) {
  const result = form.querySelector("[data-result]");
  const body = new URLSearchParams(new FormData(form));
  if (submitter?.name) body.set(submitter.name, submitter.value);
  const response = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" } }).catch(() => null);
  if (!response || response.status === 429 || response.status >= 500) {
    result.replaceChildren(fromTemplate("failed"));
  } else {
    result.replaceChildren(document.createRange().createContextualFragment(await response.text()));
    if (response.ok) form.querySelectorAll(":scope > fieldset, :scope > .actions").forEach((each) => (each.hidden = true));
    if (response.ok && form.closest(".report")) form.querySelectorAll(":scope > :not([data-result])").forEach((each) => (each.hidden = true));
    if (response.ok && submitter?.value === "no") form.closest(".answer").querySelector(".report").open = true;
    ready(result);
  }
  result.focus({ preventScroll: true });
}

/** Opens the quoted passage over the answer; without a dialog the link leads to its page. */
async function quote(event, link) {
  const dialog = document.querySelector("[data-quote]");
  if (!dialog?.showModal) return;
  event.preventDefault();
  const response = await fetch(link.href, { headers: { "X-Part": "1" } }).catch(() => null);
  if (!response) return void (location.href = link.href);
  const place = dialog.querySelector("[data-quote-body]");
  place.replaceChildren(document.createRange().createContextualFragment(await response.text()));
  dialog.addEventListener("close", () => link.focus({ preventScroll: true }), { once: true });
  dialog.showModal();
  dialog.scrollTop = 0;
}
