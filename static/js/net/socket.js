// The one module that knows the Socket.IO client: it is loaded when a page first wants to talk to the server, not before.

/** @typedef {import("socket.io-client").Socket} Socket */

/** Beyond this many milliseconds between two tries nobody gains anything. */
const LONGEST_PAUSE_MS = 4000;

/**
 * Open a connection to this page's own server. It comes back by itself: listen for "connect", which comes again then.
 * @param {object} [auth] what the server reads when a connection is made, also again
 * @returns {Promise<Socket>} may be not connected yet
 */
export async function openSocket(auth = {}) {
  const { io } = await import("../lib/socket.io.js");
  return io({
    auth,
    // A proxy may refuse web sockets: requests come second.
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: LONGEST_PAUSE_MS,
  });
}
