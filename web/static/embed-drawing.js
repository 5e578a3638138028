// How the embed shows an answer: built as elements, never as markup, so that no text can become code.

export function element(name, { part, role, ...properties } = {}) {
  const made = Object.assign(document.createElement(name), properties);
  if (part) made.setAttribute("part", part);
  if (role) made.setAttribute("role", role);
  return made;
}

export class AnswerDrawing {
  #t;
  #acts;
  #numbers = new Map();
  #heading = null;
  #told = new Set();

  constructor(words, question, acts) {
    this.#t = words;
    this.#acts = acts;
    this.turn = element("article", { className: "turn", part: "turn" });
    this.heading = element("h3", { tabIndex: -1 });
    this.heading.append(element("span", { className: "small", textContent: `${words.you_asked} ` }), question);
    this.body = element("div", { className: "answer" });
    this.words = element("div");
    this.progress = element("p", { className: "progress", textContent: words.working });
    const stop = element("button", { type: "button", textContent: words.stop });
    stop.addEventListener("click", acts.stop);
    this.progress.append(" ", stop);
    this.body.append(element("p", { className: "label", textContent: words.automated }), this.words, this.progress);
    this.turn.append(this.heading, this.body);
  }

  notice(reply, urgent) {
    const box = element("div", { className: urgent ? "urgent" : "advice" });
    box.append(element("p", { textContent: reply.text, lang: reply.language, dir: "auto" }), this.#contacts(reply.contacts));
    this.#told.add(reply.text);
    this.words.append(box);
  }

  sentence(sentence) {
    if (sentence.heading && sentence.heading !== this.#heading) {
      this.words.append(element("h4", { textContent: sentence.heading, lang: sentence.language }));
    }
    this.#heading = sentence.heading;
    this.words.append(...this.#placed(sentence, this.words));
  }

  /** The answer's closing parts, in the place of its progress. */
  finish(answer) {
    const t = this.#t;
    this.progress.remove();
    this.heading.lastChild.textContent = answer.question.replace(/<[A-Z_]+>/g, `[${t.removed_short}]`);
    if (!answer.sentences.length && !this.words.querySelector(".urgent")) {
      this.words.append(element("p", { textContent: answer.message, lang: answer.language }));
    }
    for (const { text, language, contacts } of answer.notices.filter((each) => !this.#told.has(each.text))) {
      if (text !== answer.message) this.words.append(element("p", { textContent: text, lang: language, dir: "auto" }));
      this.words.append(this.#contacts(contacts));
    }
    if (answer.redacted.length) this.body.append(element("p", { className: "small", textContent: t.redacted }));
    this.#sources(answer.sources.filter((source) => source.cited || !answer.sentences.length));
    if (answer.contact.length) this.#section(t.person_heading, answer.contact.map((each) => this.#reachable(each)));
    this.#questions(answer.choices, "");
    this.#questions(answer.next_questions, t.next_heading);
    if (answer.conversation_id && !answer.outcome.startsWith("error")) this.#rating(answer);
  }

  broken(state) {
    const again = element("button", { type: "button", textContent: this.#t.ask_again });
    again.addEventListener("click", this.#acts.again);
    const box = element("p", { className: "warning", textContent: `${this.#t[state]} ` });
    box.append(again);
    this.progress.replaceWith(box);
  }

  #placed(sentence, place) {
    if (sentence.columns.length) return [this.#row(sentence, place)].filter(Boolean);
    if (sentence.kind === "sentence" || sentence.kind === "row") return [this.#said("p", sentence)];
    const kind = sentence.kind === "step" ? "OL" : "UL";
    const list = place.lastElementChild?.tagName === kind ? place.lastElementChild : element(kind);
    const item = this.#said("li", sentence);
    if (sentence.number) item.value = sentence.number;
    list.append(item);
    return list.parentNode ? [] : [list];
  }

  #row(sentence, place) {
    let frame = place.lastElementChild;
    const columns = sentence.columns.join("|");
    const fresh = frame?.dataset.columns !== columns;
    if (fresh) {
      frame = element("div", { className: "table" });
      frame.dataset.columns = columns;
      const head = element("tr");
      head.append(...sentence.columns.map((name) => element("th", { textContent: name, scope: "col" })));
      const table = element("table");
      table.append(head);
      frame.append(table);
    }
    const row = element("tr");
    row.append(...sentence.cells.map((cell) => element("td", { textContent: cell, lang: sentence.language })));
    row.lastElementChild.append(" ", ...this.#marks(sentence));
    frame.firstElementChild.append(row);
    return fresh ? frame : null;
  }

  #said(name, sentence) {
    const shown = element(name, { textContent: `${sentence.text} `, lang: sentence.language });
    shown.append(...this.#marks(sentence));
    return shown;
  }

  /** A contact of a page, its phone number or address ready to be pressed. */
  #reachable(sentence) {
    const shown = this.#said("p", sentence);
    const [reach] = sentence.text.match(/https:\/\/[^\s<>]*[\w/]|(?:\+64|0)[\d ]{6,}\d/) ?? [];
    const web = reach?.startsWith("https:");
    if (!reach || (web && !known(reach, sentence))) return shown;
    const [before, after] = sentence.text.split(reach);
    const href = web ? reach : `tel:${reach.replace(/ /g, "")}`;
    shown.firstChild.replaceWith(before, element("a", { href, textContent: reach }), `${after} `);
    return shown;
  }

  #marks(sentence) {
    const marks = sentence.citations.map(({ id, title }) => {
      if (!this.#numbers.has(id)) this.#numbers.set(id, this.#numbers.size + 1);
      const number = this.#numbers.get(id);
      const link = element("a", { className: "cite", href: this.#acts.at(`citations/${id}`), textContent: number });
      link.target = "_blank";
      link.rel = "noopener";
      link.ariaLabel = `${this.#t.quote_from.replace("{number}", number).replace("{title}", title)} ${this.#t.new_tab}`;
      return link;
    });
    if (sentence.as_at) marks.push(this.#label(this.#t.as_at.replace("{date}", this.#day(sentence.as_at))));
    if (!sentence.checked) marks.push(this.#label(this.#t.unchecked, true));
    return marks.flatMap((mark) => [mark, " "]);
  }

  #sources(sources) {
    if (!sources.length) return;
    const list = element("ul", { className: "sources" });
    for (const source of sources) {
      const item = element("li");
      const web = /^https?:\/\/(?![^/]*\.invalid\/)/.test(source.url);
      const title = element(web ? "a" : "span", { textContent: source.title, lang: source.language });
      if (web) title.href = source.url;
      const date = source.last_updated ? this.#t.last_updated.replace("{date}", this.#day(source.last_updated)) : this.#t.no_date;
      const from = element("span", { className: "small", textContent: `${source.agency ?? this.#t.agency_unknown}. ${date}.` });
      item.append(title, from, ...this.#labels(source).flatMap((label) => [label, " "]));
      list.append(item);
    }
    this.#section(this.#t.sources, [list]);
  }

  /** What a reader should know of a page before they trust it. */
  #labels(source) {
    const labels = [this.#label(this.#t[`origin_${source.origin}`], source.origin === "starter")];
    if (source.language !== this.#t.spoken) labels.push(this.#label(this.#t[`language_${source.language}`]));
    if (!source.reviewed) labels.push(this.#label(this.#t.not_reviewed, true));
    if (source.stale) labels.push(this.#label(this.#t.stale.replace("{date}", this.#day(source.confirmed_at)), true));
    return labels;
  }

  #label(textContent, warns = false) {
    return element("span", { className: warns ? "label warn" : "label", textContent });
  }

  #day(iso) {
    const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
    const named = { day, month: this.#t.months.split(" ")[month - 1], year };
    return this.#t.date.replace(/{(\w+)}/g, (_, part) => named[part]);
  }

  #questions(choices, heading) {
    if (!choices.length) return;
    const list = element("ul", { className: "choices" });
    for (const choice of choices) {
      const button = element("button", { type: "button", textContent: choice.label, lang: choice.language, part: "choice" });
      button.addEventListener("click", () => this.#acts.press(choice.question));
      const item = element("li");
      item.append(button);
      list.append(item);
    }
    this.#section(heading, [list]);
  }

  #rating(answer) {
    const box = element("p", { className: "rating", role: "group" });
    const legend = element("span", { textContent: this.#t.helpful, id: `helpful-${answer.id}` });
    box.setAttribute("aria-labelledby", legend.id);
    box.append(legend);
    for (const [word, helpful] of [["yes", true], ["no", false]]) {
      const button = element("button", { type: "button", textContent: this.#t[word] });
      button.addEventListener("click", async () => {
        const thanks = element("p", { textContent: await this.#acts.rate(answer, helpful), tabIndex: -1 });
        box.replaceWith(thanks);
        thanks.focus({ preventScroll: true });
      });
      box.append(" ", button);
    }
    this.body.append(box);
  }

  #section(heading, content) {
    if (heading) this.body.append(element("h4", { textContent: heading }));
    this.body.append(...content);
  }

  #contacts(given) {
    const list = element("ul", { className: "contacts" });
    for (const contact of given) {
      const item = element("li");
      if (contact.number || contact.text_number) item.append(element("strong", { textContent: `${contact.name} ` }));
      if (contact.number) item.append(this.#reach("tel:", contact.number, this.#t.call), " ");
      if (contact.text_number) item.append(this.#reach("sms:", contact.text_number, this.#t.text_message));
      if (!contact.number && contact.url.startsWith("https://")) {
        item.append(element("a", { href: contact.url, textContent: `${this.#t.visit} ${contact.name}` }));
      }
      list.append(item);
    }
    return list;
  }

  #reach(scheme, number, word) {
    return element("a", { href: scheme + number.replace(/[^\d+]/g, ""), textContent: `${word} ${number}` });
  }
}

/** As on the service's own pages: a government address, or one at the host of the page that is cited. */
function known(address, sentence) {
  const host = (url) => (URL.canParse(url) ? new URL(url).hostname : "");
  const asked = host(address);
  return asked.endsWith(".govt.nz") || sentence.citations.some(({ url }) => host(url) === asked);
}
