// <govt-assistant>: the assistant inside any page, with one script tag and no key.
//
//   <script type="module" src="https://assistant.example/static/embed.js"></script>
//   <govt-assistant><a href="https://assistant.example/">Ask about government services</a></govt-assistant>
//
// Without an element on the page one is made behind the script. What stands inside the element is shown where
// the script, or the service, cannot be reached. docs/embedding.md: theming, content security policy, origins.

import { AnswerDrawing, element } from "./embed-drawing.js";
import { events } from "./stream.js";
import { withWork } from "./work.js";

const server = new URL("..", import.meta.url);
const at = (path) => new URL(path, server).href;

class GovtAssistant extends HTMLElement {
  #words = {};
  #conversation = null;
  #running = null;

  async connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.append(document.createElement("slot"));
    try {
      const spoken = this.#language();
      const [words, sheet] = await Promise.all([json(at(`embed/words/${spoken}`)), style(at("static/embed.css"))]);
      this.#words = words;
      root.adoptedStyleSheets = [sheet];
      root.replaceChildren(this.#frame(words.spoken));
    } catch {
      // the page's own link stays: the service cannot be reached, or does not know this page's origin
    }
  }

  #language() {
    return this.closest("[lang]")?.lang.startsWith("mi") ? "mi" : "en";
  }

  #frame(spoken) {
    const t = this.#words;
    const frame = element("section", { className: "frame", lang: spoken === "mi" ? "mi" : "en-NZ", part: "frame" });
    frame.setAttribute("aria-labelledby", "title");
    const how = element("a", { href: at(`how-it-works?lang=${spoken}`), textContent: t.how_link });
    const notice = element("p", { className: "notice", textContent: `${t.lead} ${t.about_personal} ` });
    notice.append(how);
    this.transcript = element("div", { className: "transcript" });
    this.log = element("div", { className: "hidden", role: "log" });
    this.log.setAttribute("aria-live", "polite");
    this.status = element("div", { className: "hidden", role: "status" });
    frame.append(
      element("h2", { id: "title", textContent: t.title, part: "title" }),
      notice,
      element("p", { className: "small", textContent: t.unreviewed_interface, hidden: !t.unreviewed_interface }),
      this.transcript,
      this.#form(),
      this.#foot(spoken),
      this.log,
      this.status,
    );
    return frame;
  }

  #form() {
    const t = this.#words;
    const form = element("form", { noValidate: true });
    const label = element("label", { htmlFor: "question", textContent: t.question_label });
    const hint = element("p", { id: "hint", className: "small", textContent: t.question_hint });
    this.box = element("textarea", { id: "question", rows: 2, autocomplete: "off", maxLength: 2000 });
    this.box.setAttribute("aria-describedby", "hint");
    const ask = element("button", { className: "primary", textContent: t.ask, part: "button" });
    form.append(label, hint, this.box, ask);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.box.value);
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.ask(this.box.value);
    });
    return form;
  }

  #foot(spoken) {
    const t = this.#words;
    const foot = element("p", { className: "small foot" });
    const whole = element("a", { href: at(`?lang=${spoken}`), textContent: t.open_whole });
    this.forgetting = element("button", { type: "button", className: "link", textContent: t.forget, hidden: true });
    this.forgetting.addEventListener("click", () => this.#forget());
    foot.append(`${t.independent} `, whole, " ", this.forgetting);
    return foot;
  }

  /** Asks a question, as if it had been typed. */
  async ask(question) {
    if (this.#running) return;
    if (!question.trim()) {
      this.status.textContent = this.#words.error_empty;
      return this.box.focus();
    }
    const drawing = new AnswerDrawing(this.#words, question, {
      at,
      press: (next) => this.ask(next),
      rate: (answer, helpful) => this.#rate(answer, helpful),
      stop: () => this.#running?.abort(),
      again: () => {
        drawing.turn.remove();
        this.ask(question);
      },
    });
    this.transcript.append(drawing.turn);
    this.box.value = "";
    this.log.replaceChildren();
    this.status.textContent = this.#words.working;
    drawing.heading.focus({ preventScroll: true });
    drawing.turn.scrollIntoView({ block: "nearest" });
    this.#running = new AbortController();
    const state = await this.#follow(question, drawing, this.#running.signal);
    this.#running = null;
    if (state) {
      drawing.broken(state);
      this.status.textContent = this.#words[state];
    }
  }

  async #follow(question, drawing, signal) {
    let begun = false;
    try {
      const response = await this.#post(question, signal);
      if (response.status === 429 || response.status === 503) return "busy";
      if (response.status === 422) return "error_not_text";
      if (!response.ok) return "unreachable";
      begun = true;
      for await (const [name, data] of events(response.body)) {
        if (name === "final") return void this.#whole(drawing, data.answer);
        if (name === "error") return "broke_off";
        if (name === "notice") drawing.notice(data.reply, data.urgent);
        if (name !== "sentence") continue;
        drawing.sentence(data.sentence);
        this.log.append(element("p", { textContent: data.sentence.text, lang: data.sentence.language }));
      }
      return "broke_off";
    } catch {
      if (signal.aborted) return "stopped";
      return begun ? "broke_off" : "unreachable";
    }
  }

  async #post(question, signal) {
    const language = this.#language() === "mi" ? "mi" : null;
    const body = JSON.stringify({ question, conversation_id: this.#conversation, language });
    const response = await withWork((more) => {
      const headers = { "Content-Type": "application/json", Accept: "text/event-stream", ...more };
      return fetch(at("v1/answers"), { method: "POST", signal, headers, body });
    }, signal);
    if (response.status !== 404 || !this.#conversation) return response;
    this.#conversation = null;
    return this.#post(question, signal);
  }

  #whole(drawing, answer) {
    this.#conversation = answer.conversation_id;
    this.forgetting.hidden = !this.#conversation;
    drawing.finish(answer);
    const spoken = answer.sentences.length ? "" : answer.message;
    this.status.textContent = `${this.#words.answer_ready} ${spoken}`.trim();
    this.dispatchEvent(new CustomEvent("answer", { detail: { outcome: answer.outcome }, bubbles: true }));
  }

  async #rate(answer, helpful) {
    const body = { conversation_id: answer.conversation_id, answer_id: answer.id, kind: "rating", helpful };
    const headers = { "Content-Type": "application/json" };
    const sent = await fetch(at("v1/feedback"), { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
    return sent?.ok ? this.#words.thanks : this.#words.failed;
  }

  async #forget() {
    const id = this.#conversation;
    const gone = await fetch(at(`v1/conversations/${id}`), { method: "DELETE" }).catch(() => null);
    if (!gone || (!gone.ok && gone.status !== 404)) return void (this.status.textContent = this.#words.failed);
    this.#conversation = null;
    this.forgetting.hidden = true;
    this.transcript.replaceChildren(element("p", { textContent: this.#words.forgotten, tabIndex: -1 }));
    this.transcript.firstChild.focus();
  }
}

async function json(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(address);
  return response.json();
}

async function style(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(address);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await response.text());
  return sheet;
}

customElements.define("govt-assistant", GovtAssistant);
if (!document.querySelector("govt-assistant")) {
  const script = [...document.scripts].find((each) => each.src === import.meta.url);
  script?.after(document.createElement("govt-assistant"));
}
