/**
 * The proof of work of *Nie mogę przepisać kodu*: derives a key from each number in turn until it begins
 * with the target; the rest of the key is the proof. The browser's own PBKDF2 is fast and asynchronous,
 * so no worker or library is needed.
 */
import { api } from "./api.js";

const BITS = 256;
const bytesOf = (text) => new TextEncoder().encode(text);
const asHex = (bits) =>
  [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function derive(number, salt, rounds) {
  const { subtle } = crypto;
  const key = await subtle.importKey("raw", bytesOf(`${number}`), "PBKDF2", false, ["deriveBits"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return asHex(await subtle.deriveBits(way, key, BITS));
}

/** Compute a proof { id, answer, valid_until }; `tell` gets the percentage of numbers tried. */
export async function prove(tell) {
  const { work } = await api.post("/captcha/work");
  const salt = bytesOf(work.id);
  for (let number = 0; number < work.numbers; number += 1) {
    tell(Math.floor((100 * number) / work.numbers));
    const key = await derive(number, salt, work.cost);
    if (key.startsWith(work.target)) return { ...work, answer: key.slice(work.target.length) };
  }
  throw new Error("No number fits.");
}
