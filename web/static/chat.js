// Makes the form of the chat page quicker: the answer comes as it is found, without a new page.
// The server draws every finished answer (POST /transcript); what is drawn here only stands until then.

import { contacts, element, fromTemplate, pageLanguage, part, show } from "./draw.js";
import { forgetHere, keep, kept, startAgain, staysHere, turns } from "./keep.js";
import { events } from "./stream.js";
import { ready, start } from "./tools.js";
import { canWork, withWork } from "./work.js";

const form = document.querySelector("[data-ask]");
const box = form.elements.question;
const transcript = document.querySelector("[data-transcript]");
const status = document.querySelector("[data-status]");
const log = document.querySelector("[data-log]");
const offline = document.querySelector("[data-offline]");
const yours = document.querySelector("[data-yours]");
const submit = form.querySelector("[type=submit]");
const TOGETHER = 300; // milliseconds
const SETTLED = 80; // milliseconds in which a screen reader hears of one change before the next
const unread = [];
let running = null;
let settled = Promise.resolve();

const pause = () => new Promise((done) => setTimeout(done, SETTLED));
const say = (text) => (status.textContent = text);
const conversation = () => form.elements.conversation_id.value;

/** Every form outside an answer goes on in the same conversation. */
function goOn(id) {
  for (const field of document.querySelectorAll("[name=conversation_id]")) {
    if (!field.closest(".turn")) field.value = id;
  }
  history.replaceState({ conversation: id }, "");
}

async function ask(question) {
  if (running) return;
  if (!question.trim() || question.length > Number(form.dataset.longest)) return form.submit();
  if (!navigator.onLine) {
    box.value = question;
    offline.hidden = false;
    return void say(offline.textContent);
  }
  document.querySelector("[data-examples]")?.remove();
  const turn = fromTemplate("turn").firstElementChild;
  part(turn, "question").textContent = question;
  transcript.append(turn);
  box.value = "";
  await run(question, turn);
}

/** Asks for `turn`; sentences that it shows already are not drawn again. */
async function run(question, turn) {
  const stopper = new AbortController();
  part(turn, "stop").addEventListener("click", () => stopper.abort());
  begin(turn, stopper);
  const ending = await follow(question, turn, stopper.signal);
  if (running === stopper) finish();
  if (ending === "refused") {
    turn.remove();
    box.value = question;
    form.submit();
  } else if (ending) {
    broken(turn, question, ending);
  }
}

/** Shows the answer as it comes; undefined once it is whole, else the name of what went wrong. */
async function follow(question, turn, signal) {
  let started = false;
  try {
    const response = await post(question, signal, turn);
    if (response.status === 422 || (response.status === 429 && !canWork())) return "refused";
    if (response.status === 429 || response.status === 503) return "busy";
    if (!response.ok) return "unreachable";
    started = true;
    turn.dataset.conversation = response.headers.get("Conversation-Id") ?? "";
    for await (const [name, data] of events(response.body)) {
      if (name === "final") return void (await whole(turn, data.answer));
      if (name === "error") return "broke_off";
      if (name === "notice") readOut({ ...data.reply, checked: true });
      if (name !== "sentence") show[name]?.(turn, data);
      else if (data.index >= Number(turn.dataset.shown ?? 0)) sentence(turn, data);
    }
    return "broke_off";
  } catch {
    if (signal.aborted) return "stopped";
    return started ? "broke_off" : "unreachable";
  }
}

/** Draws a sentence and has it read out, once. */
function sentence(turn, data) {
  show.sentence(turn, data);
  turn.dataset.shown = data.index + 1;
  readOut(data.sentence);
}

/** Sentences that come together are added together: a screen reader may drop all but the last of several changes. */
function readOut({ text, language, checked }) {
  if (!unread.length) setTimeout(readNow, TOGETHER);
  unread.push(spoken({ text, language }));
  if (!checked) unread.push(element("span", `${fromTemplate("unchecked").textContent}.`));
}

const spoken = ({ text, language }) => Object.assign(element("span", text), { lang: language });

function readNow() {
  if (!unread.length) return;
  const together = element("p");
  together.append(...unread.splice(0).flatMap((each) => [each, " "]));
  log.append(together);
}

/** Asks; a conversation that has expired is left behind, and the reader is told. */
async function post(question, signal, turn) {
  const body = JSON.stringify({
    question,
    conversation_id: conversation() || null,
    language: pageLanguage === "mi" ? "mi" : null,
  });
  const response = await withWork((more) => {
    const headers = { "Content-Type": "application/json", Accept: "text/event-stream", ...more };
    return fetch("/v1/answers", { method: "POST", signal, headers, body });
  }, signal);
  if (response.status !== 404 || !conversation()) return response;
  goOn("");
  const note = fromTemplate("expired");
  readOut({ text: note.textContent, language: "", checked: true });
  turn.before(note);
  return post(question, signal, turn);
}

/** Puts the server's drawing of the finished answer in the place of what was streamed. */
async function whole(turn, answer) {
  goOn(answer.conversation_id ?? "");
  part(turn, "question").textContent = answer.question;
  const drawn = await drawing({ conversation_id: conversation(), answer_id: answer.id }).catch(() => null);
  await settled;
  if (drawn?.firstElementChild) replace(turn, drawn.firstElementChild);
  else plainly(turn, answer);
  keep(conversation(), transcript);
  yours.hidden = false;
  readNow();
  finish(); // what is offered can be pressed from now on, while the closing words wait for their turn
  await pause();
  if (running) return;
  say(fromTemplate("ready").textContent);
  const removed = turn.querySelector("[data-removed]")?.textContent.replace(/\s+/g, " ").trim() ?? "";
  status.append(...[...closing(answer), removed].flatMap((each) => [" ", each]));
}

/** What is read out at the end of an answer that has no sentences and has not been read out as it came. */
function closing(answer) {
  if (answer.sentences.length || answer.outcome === "crisis") return [];
  const fixed = answer.notices.filter(({ text }) => text !== answer.message);
  const choices = answer.choices.map(({ label, language }) => ({ text: label, language }));
  return [{ text: answer.message, language: answer.language }, ...fixed, ...choices].map(spoken);
}

function replace(turn, drawn) {
  const [heading, body] = [drawn.querySelector("h2"), drawn.querySelector(".answer")];
  turn.id = drawn.id;
  turn.setAttribute("aria-labelledby", heading.id);
  const same = turn.querySelector("h2"); // the same element stays, so that focus does too
  same.id = heading.id;
  const words = (of) => of.textContent.split(/\s+/).join(" ").trim();
  if (words(same) !== words(heading)) same.replaceChildren(...heading.childNodes); // else a reader stays in its place
  refocus(turn, document.activeElement, () => turn.querySelector(".answer").replaceWith(body));
  ready(turn);
}

/** Keeps focus inside `turn` when what holds it is replaced: on the same link again, or on the heading. */
function refocus(turn, held, change) {
  const inside = turn.querySelector(".answer").contains(held);
  change();
  if (!inside) return;
  const same = held.href && [...turn.querySelectorAll("a")].find((link) => link.href === held.href);
  (same || turn.querySelector("h2")).focus({ preventScroll: true });
}

/** An answer that the server did not keep: what was streamed, with its closing words. */
function plainly(turn, answer) {
  const place = part(turn, "notices");
  if (!place.childElementCount) {
    place.append(element("p", answer.message));
    for (const notice of answer.notices) place.append(contacts(notice.contacts));
  }
  refocus(turn, document.activeElement, () => part(turn, "progress").remove());
}

async function drawing(fields) {
  const body = new URLSearchParams({ ...fields, lang: pageLanguage });
  const response = await fetch("/transcript", { method: "POST", body });
  if (!response.ok) throw Object.assign(new Error("transcript"), { gone: response.status === 404 });
  return document.createRange().createContextualFragment(await response.text());
}

function begin(turn, stopper) {
  running = stopper;
  unread.length = 0;
  log.replaceChildren();
  say(part(turn, "working").textContent);
  submit.setAttribute("aria-disabled", "true");
  box.removeAttribute("aria-invalid");
  form.querySelector(".error")?.remove();
  started();
  settled = pause().then(() => turn.contains(document.activeElement) || turn.querySelector("h2").focus({ preventScroll: true })).then(pause);
  turn.scrollIntoView({ block: "start" });
}

function started() {
  document.querySelector("[data-intro]").classList.add("started");
  document.querySelector("[data-about]")?.remove();
  document.querySelector("[data-kept]").hidden = true;
  part(form, "start-again").hidden = false;
}

function finish() {
  running = null;
  submit.removeAttribute("aria-disabled");
}

function broken(turn, question, state) {
  const words = fromTemplate(state).firstElementChild;
  const text = words.firstElementChild.textContent;
  const progress = part(turn, "progress");
  part(words, "again").addEventListener("click", () => {
    words.replaceWith(progress);
    if (state === "broke_off") return void goOnWith(turn, question);
    turn.remove();
    ask(question);
  });
  readNow();
  refocus(turn, document.activeElement, () => progress.replaceWith(words));
  say(text);
}

/** The rest of an answer that broke off: the server may have finished it; else it is asked for once more. */
async function goOnWith(turn, question) {
  const id = turn.dataset.conversation;
  const drawn = id ? await drawing({ conversation_id: id }).catch(() => null) : null;
  const newest = drawn?.querySelector("section.turn:last-of-type");
  if (!newest || document.getElementById(newest.id)) return run(question, turn);
  goOn(id);
  replace(turn, newest);
  say(fromTemplate("ready").textContent);
  keep(id, transcript);
  yours.hidden = false;
}

/** Brings back this tab's conversation, after a reload or on the way back: from the server, else from the copy. */
async function restore() {
  const copy = kept("tab");
  const id = history.state?.conversation ?? copy?.id;
  if (transcript.childElementCount || (!id && !copy)) return;
  let gone = false;
  const drawn = id ? await drawing({ conversation_id: id }).catch((error) => void (gone = error.gone)) : null;
  if (transcript.childElementCount) return;
  if (drawn?.firstElementChild) {
    goOn(id);
    transcript.append(drawn);
  } else if (copy?.id === id) {
    showCopy(copy, gone);
  }
  if (transcript.childElementCount) opened();
}

function showCopy(copy, gone) {
  transcript.append(...turns(copy));
  if (!gone) return goOn(copy.id);
  goOn("");
  transcript.append(fromTemplate("local"));
  transcript.querySelectorAll(".tools form, .opinion, .report").forEach((each) => each.remove());
}

function opened() {
  document.querySelector("[data-examples]")?.remove();
  yours.hidden = false;
  started();
  ready(transcript);
}

function offerKept() {
  const note = document.querySelector("[data-kept]");
  const copy = kept("device");
  if (!copy || kept("tab") || transcript.childElementCount) return;
  note.hidden = false;
  part(note, "show-kept").addEventListener("click", () => {
    showCopy(copy, true);
    opened();
    transcript.querySelector("h2")?.focus();
  });
  part(note, "drop-kept").addEventListener("click", () => {
    forgetHere();
    note.hidden = true;
    box.focus();
  });
}

function chooseToKeep() {
  const choice = document.querySelector("[data-keep]");
  choice.hidden = false;
  const tick = choice.querySelector("input");
  tick.checked = staysHere();
  tick.addEventListener("change", () => keep(conversation(), transcript, tick.checked));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget]")) forgetHere();
  if (event.target.matches("[data-forget]")) history.replaceState(null, "");
  if (!event.target.matches("[data-press]")) return;
  event.preventDefault();
  ask(event.submitter.value);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-edit]");
  if (!button) return;
  event.preventDefault();
  box.value = button.value;
  box.focus();
  form.scrollIntoView({ block: "center" });
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(box.value);
});
part(form, "start-again").addEventListener("click", () => {
  startAgain();
  history.replaceState(null, "");
});
window.addEventListener("offline", () => {
  offline.hidden = false;
  say(offline.textContent);
});
window.addEventListener("online", () => (offline.hidden = true));
offline.hidden = navigator.onLine;
part(form, "key-hint").hidden = false;
start(say);
chooseToKeep();
if (conversation()) {
  goOn(conversation());
  keep(conversation(), transcript);
}
restore();
offerKept();
