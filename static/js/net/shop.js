// Asks the server about places, counts and accounts, and says in its words why something was refused.
import { language, t } from "../translate.js";

/** @typedef {import("../contract.js").Session} Session */

/** A request that the server refused; the message is for people. */
export class Refusal extends Error {
  /** @param {number} status @param {string} error @param {string} detail */
  constructor(status, error, detail) {
    super(detail);
    this.name = "Refusal";
    this.status = status;
    this.error = error;
  }
}

let csrf = "";

/**
 * Ask below /api/v1.
 * @param {string} path
 * @param {{method?: string, body?: unknown}} [how]
 * @returns {Promise<any>} what the answer's JSON says, null where it has none
 * @throws {Refusal} also where the server cannot be reached (status 0)
 */
export async function ask(path, { method = "GET", body } = {}) {
  const headers = { "X-CSRF-Token": csrf, "Accept-Language": language, ...(body !== undefined && { "Content-Type": "application/json" }) };
  const answer = await fetch(`/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) }).catch(() => {
    throw new Refusal(0, "unreachable", t("The server does not answer: check the network and try again."));
  });
  const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
  if (!answer.ok) throw new Refusal(answer.status, told?.error ?? "failed", told?.detail ?? t("The server answers %(status)s.", { status: String(answer.status) }));
  return told;
}

/** Remember the token of a session. @param {Session} session @returns {Session} */
export function begin(session) {
  csrf = session.csrf;
  return session;
}

/** Learn who is logged in; go to the login page where nobody is. @returns {Promise<Session>} */
export async function requireSession() {
  try {
    return begin(await ask("/session"));
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      // The page is about to go: nothing after this should run.
      await new Promise(() => {});
    }
    throw error;
  }
}
