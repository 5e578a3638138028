/* Keeps somebody's session while they work, says in time that it will end, and goes on after a new sign-in. */

const box = document.querySelector("[data-session]");
const idle = Number(box.dataset.session) * 1000;
const notice = Math.min(120_000, idle / 3);
const tabs = new BroadcastChannel("console-session");
let last;
let timer;

const show = (state) => box.querySelectorAll("[data-when]").forEach((each) => (each.hidden = each.dataset.when !== state));

const after = (wait, state, next) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    show(state);
    next?.();
  }, wait);
};

const used = () => {
  last = Date.now();
  show("");
  after(idle - notice, "ends", () => after(notice, "over"));
};

/** Forms of this page get the token of the session that there is now. */
const take = (csrf) => {
  document.querySelectorAll('input[name="csrf"]').forEach((each) => (each.value = csrf));
  used();
};

const goOn = async () => {
  last = Date.now();
  const reply = await fetch("/console/session", { redirect: "manual" }).catch(() => null);
  if (!reply) return;
  if (!reply.ok) return void after(0, "over");
  const { csrf } = await reply.json();
  take(csrf);
  tabs.postMessage(csrf);
};

const worked = () => Date.now() - last > Math.min(notice, idle / 10) && goOn();

tabs.addEventListener("message", (event) => take(event.data));
box.querySelector("[data-stay]").addEventListener("click", goOn);
for (const event of ["input", "keydown", "pointerdown"]) document.addEventListener(event, worked);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && worked());
used();
tabs.postMessage(document.querySelector('input[name="csrf"]').value);
