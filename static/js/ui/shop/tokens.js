// Tokens of programs: what each may do, when it was used, and the way to withdraw it.
import { SCOPES } from "../../contract.js";
import { t } from "../../translate.js";
import { button, byId, make, part } from "../dom.js";
import { formatAgo, formatDay } from "../format.js";
import { askInDialog } from "./dialog.js";

/** @typedef {import("../../contract.js").NewToken} NewToken */
/** @typedef {import("../../contract.js").TokenInfo} TokenInfo */

/** @type {Record<string, string>} */
const MEANING = {
  "read:counts": t("the dashboard's numbers, places and views"),
  "read:report": t("the PDF report"),
  "read:alerts": t("alerts and weekly reports"),
  "write:views": t("keep, embed and delete views"),
  "write:alerts": t("make, change and delete alerts and reports"),
  "write:places": t("make and change places, stations and keys"),
};

/**
 * Fill the list of tokens.
 * @param {object} parts
 * @param {(path: string, how?: {method?: string, body?: unknown}) => Promise<any>} parts.ask the server
 * @param {(text: string, run: () => Promise<unknown>, kind?: string) => HTMLElement} parts.act makes a button
 * @param {(run: () => Promise<unknown>) => Promise<void>} parts.attempt shows what became of something
 */
export function createTokens({ ask, act, attempt }) {
  async function show() {
    /** @type {TokenInfo[]} */
    const tokens = await ask("/tokens");
    const nothing = make("li", "nothing", t("No tokens yet. A program shows one instead of logging in."));
    part("tokens").replaceChildren(...(tokens.length > 0 ? tokens.map(row) : [nothing]));
    part("programs").hidden = false;
  }

  /** @param {TokenInfo} token */
  function row({ id, name, scopes, hint, made_by, expires_at, used_at }) {
    const now = Date.now() / 1000;
    const used = used_at === null ? t("never used") : t("used %(ago)s", { ago: formatAgo(Math.max(0, now - used_at)) });
    const over = expires_at !== null && expires_at <= now;
    const end = expires_at === null ? "" : formatDay(new Date(expires_at * 1000).toISOString().slice(0, 10));
    const until = expires_at === null ? "" : `, ${over ? t("ended on %(day)s", { day: end }) : t("ends on %(day)s", { day: end })}`;
    const facts = make("small", "", make("code", "", `${hint}…`), ` ${t("made by %(who)s", { who: made_by })}, ${used}${until}`);
    const title = make("span", "name", name, make("small", "", scopes.join(", ")), facts);
    return make("li", "", title, act(t("Withdraw"), () => drop(id, name), "quiet danger"));
  }

  /** @param {number} id @param {string} name */
  async function drop(id, name) {
    const sure = confirm(t("Withdraw the token “%(name)s”? Programs that use it are refused at once.", { name }));
    if (sure) await ask(`/tokens/${id}`, { method: "DELETE" });
  }

  async function add() {
    await askInDialog("token", { name: "" }, async (values) => {
      const scopes = SCOPES.filter((scope) => values[scope] === "on");
      const days = values.days ? Number(values.days) : null;
      /** @type {NewToken} */
      const { token } = await ask("/tokens", { method: "POST", body: { name: values.name, scopes, days } });
      part("token").textContent = token;
      byId("token-told-dialog", HTMLDialogElement).showModal();
    });
  }

  const boxes = SCOPES.map((scope) => {
    const box = Object.assign(make("input"), { type: "checkbox", name: scope });
    return make("label", "check", box, make("span", "", MEANING[scope], make("small", "", scope)));
  });
  part("scopes").append(...boxes);
  button("add-token").addEventListener("click", () => void attempt(add));
  button("copy-token").addEventListener("click", () => void navigator.clipboard.writeText(part("token").textContent ?? ""));
  button("close-token").addEventListener("click", () => byId("token-told-dialog", HTMLDialogElement).close());
  return { show };
}
