// What a streamed answer looks like until the server's own drawing of it takes its place.

export const fromTemplate = (name) => document.getElementById(`${name}-template`).content.cloneNode(true);
export const part = (root, name) => root.querySelector(`[data-${name}]`);
export const element = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });
export const pageLanguage = document.documentElement.lang === "mi" ? "mi" : "en";

export const show = {
  status(turn, { step }) {
    if (step === "compose") part(turn, "working").textContent = fromTemplate("reading").textContent;
  },
  notice(turn, { reply, urgent }) {
    const notice = element("div");
    notice.className = urgent ? "notice urgent" : "notice";
    notice.append(Object.assign(element("p", reply.text), { lang: reply.language }), contacts(reply.contacts));
    const place = part(turn, "notices");
    if (!place.textContent.includes(reply.text)) place.append(notice); // an answer that goes on says it again
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
    link.href = `/citations/${id}${pageLanguage === "mi" ? "?lang=mi" : ""}`;
    link.textContent = number;
    link.ariaLabel = link.dataset.label.replace("{number}", number).replace("{title}", title);
    shown.append(link);
  }
  if (!sentence.checked) shown.append(" ", fromTemplate("unchecked"));
  return shown;
}

function listedPage({ title, url, language, origin }) {
  const item = element("li");
  const leads = /^https?:\/\/(?![^/]*\.invalid(?:\/|$))/.test(url);
  const link = Object.assign(element(leads ? "a" : "span", title), { lang: language, className: "source-title" });
  if (link.tagName === "A") link.href = url;
  item.append(link, fromTemplate(`origin-${origin}`));
  return item;
}

function listed(place, sentence) {
  const kind = sentence.kind === "step" ? "OL" : "UL";
  let list = place.lastElementChild;
  if (list?.tagName !== kind) {
    list = Object.assign(element(kind), { className: kind === "OL" ? "steps" : "" });
    place.append(list);
  }
  const item = said("li", sentence, place);
  if (sentence.number) item.value = sentence.number;
  list.append(item);
}

export function contacts(given) {
  const list = element("ul");
  list.className = "contacts";
  for (const contact of given) {
    const item = fromTemplate("contact");
    const name = item.querySelector("strong");
    name.textContent = contact.name;
    if (!contact.number && !contact.text_number) name.remove();
    const hours = item.querySelector(".hours");
    if (contact.hours !== hours.dataset.known) Object.assign(hours, { textContent: contact.hours ?? "", lang: "en-NZ" });
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
