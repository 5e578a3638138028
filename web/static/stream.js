// Server-sent events of POST /v1/answers, for the chat page and for the embed.

/** Events of a response's body, as [name, data]. */
export async function* events(body) {
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
