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
  const { io, WebSocket: Sockets, XHR } = await import("../lib/socket.io.js");
  return io({
    auth,
    // A proxy may refuse web sockets: requests come second.
    transports: [quietAtTheEnd(Sockets), XHR],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: LONGEST_PAUSE_MS,
  });
}

/**
 * Let a transport send nothing on a web socket that the server is closing, of which the client hears only when it is closed.
 * It would be lost, and browsers write an error on the console for it.
 * @template {new (...rest: any[]) => {createSocket(...rest: any[]): WebSocket, doWrite(...rest: any[]): void}} Transport
 * @param {Transport} Sockets
 */
function quietAtTheEnd(Sockets) {
  return class extends Sockets {
    /** @type {WebSocket | null} */
    opened = null;

    /** @override @param {any[]} rest */
    createSocket(...rest) {
      this.opened = super.createSocket(...rest);
      return this.opened;
    }

    /** @override @param {any[]} rest */
    doWrite(...rest) {
      if (this.opened?.readyState === WebSocket.OPEN) super.doWrite(...rest);
    }
  };
}
