// Makes the form of the chat page quicker: the answer comes as it is found, without a new page.
// The server draws every finished answer (POST /transcript); what is drawn here only stands until then.

const form = document.querySelector("[data-ask]");
const box = form.elements.question;
const conversation = form.elements.conversation_id;
const language = form.elements.lang.value;
const transcript = document.querySelector("[data-transcript]");
const status = document.querySelector("[data-status]");
const submit = form.querySelector("[type=submit]");
let running = null;

const fromTemplate = (name) => document.getElementById(`${name}-template`).content.cloneNode(true);
const part = (root, name) => root.querySelector(`[data-${name}]`);
const element = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });

/** Events of a server-sent stream, as [name, data]. */
async function* events(body) {
  let waiting = "";
  for await (const piece of decoded(body)) {
    const blocks = (waiting + piece).split(/\r?\n\r?\n/);
    waiting = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const field = (name) =>
        lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart());
      const data = field("data").join("\n");
      if (data) yield [field("event")[0], JSON.parse(data)];
    }
  }
}

async function* decoded(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function ask(question) {
  if (running) return;
  if (!question.trim() || question.length > Number(form.dataset.longest)) return form.submit();
  document.querySelector("[data-examples]")?.remove();
  const turn = fromTemplate("turn").firstElementChild;
  const stopper = new AbortController();
  part(turn, "question").textContent = question;
  part(turn, "stop").addEventListener("click", () => stopper.abort());
  transcript.append(turn);
  begin(turn, stopper);
  const ending = await follow(question, turn, stopper.signal);
  finish();
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
    const response = await post(question, signal);
    if (response.status === 422) return "refused";
    if (response.status === 429 || response.status === 503) return "busy";
    if (!response.ok) return "unreachable";
    started = true;
    for await (const [name, data] of events(response.body)) {
      if (name === "final") return void (await whole(turn, data.answer));
      show[name]?.(turn, data);
    }
    return "broke_off";
  } catch {
    if (signal.aborted) return "stopped";
    return started ? "broke_off" : "unreachable";
  }
}

/** Asks; a conversation that has expired is left behind. */
async function post(question, signal) {
  const response = await fetch("/v1/answers", {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({
      question,
      conversation_id: conversation.value || null,
      language: language === "mi" ? "mi" : null,
    }),
  });
  if (response.status !== 404 || !conversation.value) return response;
  conversation.value = "";
  return post(question, signal);
}

const show = {
  status(turn, { step }) {
    if (step === "compose") part(turn, "working").textContent = fromTemplate("reading").textContent;
  },
  notice(turn, { reply }) {
    const notice = element("div");
    notice.className = "notice urgent";
    notice.append(element("p", reply.text), contacts(reply.contacts));
    part(turn, "notices").append(notice);
  },
  sources(turn, { sources }) {
    part(turn, "found").querySelector("ul").replaceChildren(...sources.map(listedPage));
    part(turn, "found").hidden = !sources.length;
  },
  sentence(turn, { sentence }) {
    const place = part(turn, "sentences");
    if (sentence.heading && place.dataset.heading !== sentence.heading) {
      place.append(Object.assign(element("h3", sentence.heading), { lang: sentence.language }));
    }
    place.dataset.heading = sentence.heading ?? "";
    if (sentence.kind === "item" || sentence.kind === "step") return listed(place, sentence);
    place.append(said("p", sentence, place));
  },
};

/** A sentence with the links to its quotes, numbered through `place`, and the label of an unchecked one. */
function said(name, sentence, place) {
  const shown = Object.assign(element(name, `${sentence.text} `), { lang: sentence.language });
  for (const { id, title } of sentence.citations) {
    const number = place.querySelectorAll(".cite").length + shown.querySelectorAll(".cite").length + 1;
    const link = fromTemplate("cite").firstElementChild;
    link.href = `/citations/${id}${language === "mi" ? "?lang=mi" : ""}`;
    link.textContent = number;
    link.ariaLabel = link.dataset.label.replace("{number}", number).replace("{title}", title);
    shown.append(link);
  }
  if (!sentence.checked) shown.append(" ", fromTemplate("unchecked"));
  return shown;
}

function listedPage({ title, url, language: spoken, origin }) {
  const item = element("li");
  const link = Object.assign(element(/^https?:/.test(url) ? "a" : "span", title), { lang: spoken, className: "source-title" });
  if (link.tagName === "A") link.href = url;
  item.append(link, fromTemplate(`origin-${origin}`));
  return item;
}

function listed(place, sentence) {
  const kind = sentence.kind === "step" ? "OL" : "UL";
  let list = place.lastElementChild;
  if (list?.tagName !== kind) {
    list = element(kind);
    place.append(list);
  }
  const item = said("li", sentence, place);
  if (sentence.number) item.value = sentence.number;
  list.append(item);
}

function contacts(given) {
  const list = element("ul");
  list.className = "contacts";
  for (const contact of given) {
    const item = fromTemplate("contact");
    item.querySelector("strong").textContent = contact.name;
    item.querySelector(".hours").textContent = contact.hours ?? "";
    reach(part(item, "call"), "tel:", contact.number);
    reach(part(item, "text"), "sms:", contact.text_number);
    const visit = part(item, "visit");
    if (contact.number || !contact.url.startsWith("https://")) visit.remove();
    else Object.assign(visit, { href: contact.url }).querySelector("b").textContent = contact.name;
    list.append(item);
  }
  return list;
}

function reach(link, scheme, number) {
  if (!number) return link.remove();
  link.href = scheme + number.replace(/[^\d+]/g, "");
  link.querySelector("b").textContent = number;
}

/** Puts the server's drawing of the finished answer in the place of what was streamed. */
async function whole(turn, answer) {
  conversation.value = answer.conversation_id ?? "";
  history.replaceState({ conversation: conversation.value }, "");
  part(turn, "question").textContent = answer.question;
  const drawn = await drawing({ conversation_id: conversation.value, answer_id: answer.id }).catch(() => null);
  const held = document.activeElement;
  if (drawn?.firstElementChild) {
    const [heading, body] = [drawn.querySelector("h2"), drawn.querySelector(".answer")];
    turn.id = answer.id;
    turn.setAttribute("aria-labelledby", heading.id);
    const kept = turn.querySelector("h2"); // the same element stays, so that focus does too
    kept.id = heading.id;
    kept.replaceChildren(...heading.childNodes);
    refocus(turn, held, () => turn.querySelector(".answer").replaceWith(body));
  } else {
    plainly(turn, answer, held);
  }
  announce(turn);
}

/** Keeps focus inside `turn` when what holds it is replaced: on the same link again, or on the heading. */
function refocus(turn, held, replace) {
  const inside = turn.querySelector(".answer").contains(held);
  replace();
  if (!inside) return;
  const same = held.href && [...turn.querySelectorAll("a")].find((link) => link.href === held.href);
  (same || turn.querySelector("h2")).focus({ preventScroll: true });
}

/** An answer that the server did not keep: what was streamed, with its closing words. */
function plainly(turn, answer, held) {
  const place = part(turn, "notices");
  if (!place.childElementCount) {
    place.append(element("p", answer.message));
    for (const notice of answer.notices) place.append(contacts(notice.contacts));
  }
  refocus(turn, held, () => part(turn, "progress").remove());
}

async function drawing(fields) {
  const body = new URLSearchParams({ ...fields, lang: language });
  const response = await fetch("/transcript", { method: "POST", body });
  if (!response.ok) throw new Error(`transcript: ${response.status}`);
  return document.createRange().createContextualFragment(await response.text());
}

/** Tells screen readers the whole answer, once. */
function announce(turn) {
  const words = (part(turn, "spoken") ?? turn.querySelector(".answer")).cloneNode(true);
  words.querySelectorAll(".cite").forEach((link) => link.remove());
  const ready = fromTemplate("ready").textContent;
  status.textContent = `${ready} ${words.textContent.replace(/\s+/g, " ").trim()}`;
}

function begin(turn, stopper) {
  running = stopper;
  status.textContent = part(turn, "working").textContent;
  submit.setAttribute("aria-disabled", "true");
  box.value = "";
  box.removeAttribute("aria-invalid");
  form.querySelector(".error")?.remove();
  document.querySelector("[data-intro]").classList.add("started");
  part(form, "start-again").hidden = false;
  turn.querySelector("h2").focus({ preventScroll: true });
  turn.scrollIntoView({ block: "start" });
}

function finish() {
  running = null;
  submit.removeAttribute("aria-disabled");
}

function broken(turn, question, state) {
  const held = document.activeElement;
  const words = fromTemplate(state).firstElementChild;
  const text = words.firstElementChild.textContent;
  part(words, "again").addEventListener("click", () => {
    turn.remove();
    ask(question);
  });
  refocus(turn, held, () => part(turn, "progress").replaceWith(words));
  status.textContent = text;
}

/** Brings back the conversation of this history entry, after a reload or on the way back from a quote. */
async function restore() {
  const kept = history.state?.conversation;
  if (!kept || transcript.childElementCount) return;
  const drawn = await drawing({ conversation_id: kept }).catch(() => null);
  if (!drawn?.firstElementChild || transcript.childElementCount) return;
  conversation.value = kept;
  document.querySelector("[data-examples]")?.remove();
  document.querySelector("[data-intro]").classList.add("started");
  part(form, "start-again").hidden = false;
  transcript.append(drawn);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value);
});
document.querySelector("[data-examples]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(event.submitter.value);
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(box.value);
});
part(form, "start-again").addEventListener("click", () => history.replaceState(null, ""));
part(form, "key-hint").hidden = false;
if (conversation.value) history.replaceState({ conversation: conversation.value }, "");
restore();
