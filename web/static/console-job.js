/* Follows a job as it runs; without this module the page has a link that loads it again. */

const STATES = { queued: "waiting", running: "running", done: "done", failed: "failed", cancelled: "cancelled" };

const box = document.querySelector("[data-job]");
const part = (name) => box.querySelector(`[data-${name}]`);

const inWords = (seconds) => {
  if (seconds === null) return "not known yet";
  for (const [size, name] of [[86400, "day"], [3600, "hour"], [60, "minute"]]) {
    if (seconds >= size) {
      const count = Math.round(seconds / size);
      return `${count} ${name}${count === 1 ? "" : "s"}`;
    }
  }
  const count = Math.max(1, Math.round(seconds));
  return `${count} second${count === 1 ? "" : "s"}`;
};

const showJob = (job) => {
  const label = part("state").firstElementChild;
  label.className = `label state-${job.state}`;
  label.textContent = STATES[job.state];
  part("note").textContent = job.note;
  part("done").textContent = job.done;
  part("total").textContent = !job.total ? "" : ` of ${job.total}`;
  part("failed").textContent = job.failed;
  part("skipped").textContent = job.skipped;
  part("left").textContent = inWords(job.seconds_left);
  if (job.total) {
    part("bar").max = job.total;
    part("bar").value = job.done + job.failed + job.skipped;
  }
};

const addLine = (line) => {
  const item = document.createElement("li");
  const time = document.createElement("time");
  time.dateTime = line.at;
  time.textContent = line.at.slice(11, 19);
  item.append(time, ` ${line.text}`);
  part("log").append(item);
  const frame = box.querySelector(".log");
  frame.scrollTop = frame.scrollHeight;
};

const follow = () => {
  const stream = new EventSource(`/v1/jobs/${box.dataset.job}/events?after=${box.dataset.after}`);
  stream.addEventListener("job", (event) => showJob(JSON.parse(event.data)));
  stream.addEventListener("line", (event) => {
    const line = JSON.parse(event.data);
    box.dataset.after = line.number;
    addLine(line);
  });
  stream.addEventListener("over", (event) => {
    stream.close();
    part("status").textContent = `The job is over: ${STATES[JSON.parse(event.data).state]}.`;
    location.reload();
  });
  stream.addEventListener("error", () => {
    stream.close();
    setTimeout(follow, 2000);
  });
};

part("refresh").hidden = true;
follow();
