// The worker that looks: vision.js talks to it. One message in, one answer out; see Order and Answer.
import { createSight } from "./sight.js";

/** @typedef {import("./backend.js").Choice} Choice */
/** @typedef {{kind: "start", wishes: import("./sight.js").Wishes} | {kind: "look", frame: import("./sheet.js").Frame, time: number, still: boolean} | {kind: "reset"}} Order */
/**
 * @typedef {{kind: "ready", labels: {emotion: string[], gender: string[]}, thresholds: import("../core/memory.js").Thresholds, choice: Choice}
 *   | {kind: "progress", progress: import("./sight.js").Progress}
 *   | {kind: "seen", look: Awaited<ReturnType<Awaited<ReturnType<typeof createSight>>["look"]>>}
 *   | {kind: "lost", choice: Choice}
 *   | {kind: "failed", name: string, message: string}} Answer
 */

/** @type {Awaited<ReturnType<typeof createSight>> | null} */
let sight = null;

/** @param {Answer} answer */
const answer = (answer) => postMessage(answer);

/** @param {Order} order @returns {Promise<Answer | null>} */
async function obey(order) {
  if (order.kind === "start") {
    sight = await createSight(
      order.wishes,
      (progress) => answer({ kind: "progress", progress }),
      (choice) => answer({ kind: "lost", choice }),
    );
    return { kind: "ready", labels: sight.labels, thresholds: sight.thresholds, choice: sight.choice() };
  }
  if (!sight) throw new Error("the networks have not been started");
  if (order.kind === "look") return { kind: "seen", look: await sight.look(order.frame, order.time, order.still) };
  sight.reset();
  return null;
}

addEventListener("message", async ({ data: order }) => {
  try {
    const result = await obey(order);
    if (result) answer(result);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    answer({ kind: "failed", name, message });
  } finally {
    if (order.kind === "look") order.frame.close();
  }
});
