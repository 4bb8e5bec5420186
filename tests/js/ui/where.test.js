import assert from "node:assert/strict";
import { test } from "node:test";

import { movedText, whereSentence, whereText } from "../../../static/js/ui/where.js";

test("the note names the place, and what keeps the server from looking", () => {
  assert.equal(whereText("device", "connecting"), "On this device");
  assert.equal(whereText("server", "looking"), "On the server");
  assert.match(whereText("server", "connecting"), /Connecting/);
  assert.match(whereText("server", "busy"), /busy/);
});

test("nobody can take the server's looking for the device's", () => {
  assert.match(whereSentence("device"), /no picture leaves it/);
  assert.match(whereSentence("server"), /pictures are sent there and dropped/);
});

test("a move by itself says why and, to the server, what is sent; a chosen one says nothing", () => {
  for (const why of /** @type {const} */ (["unable", "slow"])) assert.match(String(movedText("server", why)), /so the server .*pictures are sent there/);
  assert.match(String(movedText("device", "quick")), /No picture is sent any more/);
  assert.match(String(movedText("device", "silent")), /does not answer/);
  assert.equal(movedText("server", "chosen"), null);
});
