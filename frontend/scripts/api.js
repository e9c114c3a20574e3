/** The only fetch of the front end. Returns JSON; throws a Fault for every failure. */
import { askFirst, askToSignIn, base } from "./moves.js";

/** Error codes that send the user to another page first. */
const FIRST = {
  "sign-in-first": askToSignIn,
  "must-change-password": () => askFirst("/zmiana-hasla"),
};
const CHANGES = new Set(["POST", "PUT", "DELETE"]);
let token = null;
let pending = 0;

/** How far this device's clock is behind the server's, in milliseconds. */
export let skew = 0;

/** A failed request. `code` is the server's, or "offline", or "broken". */
export class Fault extends Error {
  constructor(problem) {
    super(problem.code);
    Object.assign(this, { faults: [], detail: "", status: 0 }, problem);
  }

  /** The error's sentence, with the number of attempts left. */
  get sentence() {
    if (this.attempts_left === undefined) return this.detail;
    const left = document.documentElement.dataset.sayLeft.replace("{count}", this.attempts_left);
    return `${this.detail} ${left}`;
  }
}

export const api = {
  get: (path) => ask("GET", path),
  post: (path, body = {}) => ask("POST", path, body),
  put: (path, body = {}) => ask("PUT", path, body),
  delete: (path) => ask("DELETE", path),
  file: (path, onProgress) => fetchFile(path, onProgress),
};

/** Download a file: { blob, name }; `onProgress` gets the percentage received. */
async function fetchFile(path, onProgress) {
  const response = await send("GET", path, { Accept: "*/*" });
  if (!response.ok) throw refusal(path, await read(response), response.status);
  const whole = Number(response.headers.get("Content-Length"));
  const reader = response.body.getReader();
  const parts = [];
  let size = 0;
  onProgress(0);
  for (let part = await next(reader); !part.done; part = await next(reader)) {
    parts.push(part.value);
    size += part.value.length;
    if (whole) onProgress(Math.floor((100 * size) / whole));
  }
  const [, name] =
    /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "") ?? [];
  return { blob: new Blob(parts, { type: response.headers.get("Content-Type") }), name };
}

async function next(reader) {
  try {
    return await reader.read();
  } catch {
    throw new Fault(said("offline"));
  }
}

/** Whether no request is pending. */
export const isQuiet = () => pending === 0;

async function ask(method, path, body) {
  pending += 1;
  try {
    return await once(method, path, body);
  } catch (fault) {
    // The CSRF token expires after an hour, or with the session: fetch a new one, once.
    if (fault.code !== "csrf") throw fault;
    token = null;
    return await once(method, path, body);
  } finally {
    pending -= 1;
  }
}

async function once(method, path, body) {
  const headers = { Accept: "application/json" };
  if (CHANGES.has(method)) headers["X-CSRFToken"] = token ?? (await fetchToken());
  if (body) headers["Content-Type"] = "application/json";
  const response = await send(method, path, headers, body && JSON.stringify(body));
  keepClock(response);
  const answer = response.status === 204 ? null : await read(response);
  if (!response.ok) throw refusal(path, answer, response.status);
  if (answer?.session) token = answer.session.csrf_token;
  if (method === "DELETE") token = null;
  return answer;
}

function refusal(path, answer, status) {
  if (path !== "/session") FIRST[answer?.code]?.();
  return new Fault(answer?.code ? answer : said("broken", status));
}

async function fetchToken() {
  await once("GET", "/session");
  return token;
}

async function send(method, path, headers, body) {
  try {
    return await fetch(`${base}/api${path}`, { method, headers, body, credentials: "same-origin" });
  } catch {
    throw new Fault(said("offline"));
  }
}

async function read(response) {
  try {
    return await response.json();
  } catch {
    throw new Fault(said("broken", response.status));
  }
}

function said(code, status = 0) {
  const { sayOffline, sayBroken } = document.documentElement.dataset;
  return { code, status, detail: code === "offline" ? sayOffline : sayBroken };
}

function keepClock(response) {
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (date) skew = date - Date.now();
}
