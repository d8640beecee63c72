import { Server } from 'socket.io';
import { publishingServer } from './publishing.js';
import { sampleCursor, sampleEvent } from './event.js';

/** Socket.IO as its manual shows it: a room per project. No polling, and nothing that it would have to remember. */

const followed = new Set<string>();

const server = publishingServer((seq, bytes) => {
  for (const projectId of followed) io.to(projectId).emit('event', sampleCursor(seq), sampleEvent(seq, bytes));
});
const io = new Server(server, { transports: ['websocket'], serveClient: false });

io.on('connection', (socket) => {
  socket.on('ping', (answer: () => void) => answer());
  const { projectId } = socket.handshake.auth as { projectId?: string };
  if (projectId === undefined) return;
  followed.add(projectId);
  void socket.join(projectId);
  socket.emit('ready');
});
