// Keeps the language that the reader chose on this device, in no cookie, and only once it has been chosen.

const KEY = "language";
const link = document.querySelector("[data-language] a");

try {
  const kept = localStorage.getItem(KEY);
  const asked = new URLSearchParams(location.search);
  if (kept && !asked.has("lang") && link?.hreflang === kept) {
    asked.set("lang", kept);
    location.replace(`${location.pathname}?${asked}${location.hash}`);
  }
  link?.addEventListener("click", () => {
    if (link.hreflang === "mi") localStorage.setItem(KEY, "mi");
    else localStorage.removeItem(KEY);
  });
} catch {
  // Storage is blocked: the address carries the language, as it does without this script.
}
