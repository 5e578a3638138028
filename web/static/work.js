// Work that the service asks of questions while very many come from one network: the browser does it.
// Its own cryptography runs beside the page, so that nothing stands still and nobody has to solve anything.

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Whether this browser can do it: only pages over HTTPS have cryptography. */
export const canWork = () => Boolean(globalThis.crypto?.subtle);

/** The response to `send(headers)`; where work is asked, it is done and sent along. */
export async function withWork(send, signal) {
  const response = await send({});
  if (response.status !== 429 || !canWork()) return response;
  const problem = await response.clone().json().catch(() => null);
  if (!problem?.challenge) return response;
  return send({ "Proof-Of-Work": await proof(problem.challenge, signal) });
}

async function proof(challenge, signal) {
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const begin = bytes(nonce);
  const password = new Uint8Array(begin.length + 4);
  password.set(begin);
  for (let counter = 0; ; counter += 1) {
    signal?.throwIfAborted();
    new DataView(password.buffer).setUint32(begin.length, counter);
    const derivedKey = await derived(password, bytes(salt), cost, keyLength);
    if (derivedKey.startsWith(keyPrefix)) return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
  }
}

async function derived(password, salt, iterations, length) {
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return hex(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, length * 8));
}
