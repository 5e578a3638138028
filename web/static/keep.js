// Copies of the conversation in the browser: in this tab until it is closed, longer only where the person chose so.

const NAME = "govt-assistant";
const stores = { tab: () => window.sessionStorage, device: () => window.localStorage };

function read(store) {
  try {
    return JSON.parse(stores[store]().getItem(NAME)) ?? null;
  } catch {
    return null; // storage is switched off, or holds something else
  }
}

function write(store, value) {
  try {
    if (value) stores[store]().setItem(NAME, JSON.stringify(value));
    else stores[store]().removeItem(NAME);
  } catch {
    // storage is switched off or full: the page works without it
  }
}

export const kept = (store) => read(store);
export const staysHere = () => read("device") !== null;

/** Keeps what `transcript` shows; results of forms, such as keys of shared links, are left out. */
export function keep(id, transcript, onDevice = staysHere()) {
  const copy = transcript.cloneNode(true);
  copy.querySelectorAll("[data-result]").forEach((each) => each.replaceChildren());
  copy.querySelectorAll("[data-local]").forEach((each) => each.remove());
  const value = { id, html: copy.innerHTML };
  write("tab", value);
  write("device", onDevice ? value : null);
}

export function forgetHere() {
  write("tab", null);
  write("device", null);
}

export function startAgain() {
  write("tab", null);
}

/** The kept turns, as nodes. */
export function turns(copy) {
  return new DOMParser().parseFromString(copy.html, "text/html").querySelectorAll("section.turn");
}
