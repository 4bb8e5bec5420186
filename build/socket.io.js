// What AllSmiles uses of Socket.IO's client. Also the types of the bundle made from it.
export { io, WebSocket, XHR } from "socket.io-client";
