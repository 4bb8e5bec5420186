// What AllSmiles uses of Socket.IO's client. Also the types of the bundle made from it.
export { io } from "socket.io-client";
