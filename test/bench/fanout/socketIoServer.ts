import { Server } from 'socket.io';
import { publishingServer } from './publishing.js';
import { followedIn, sampleCursor, sampleEvent } from './event.js';

/** Socket.IO as its manual shows it: a room per project. No polling, and nothing that it would have to remember. */

const server = publishingServer((seq, asked) => {
  for (const projectId of followedIn(asked))
    io.to(projectId).emit('event', sampleCursor(seq), sampleEvent(seq, asked.bytes));
});
const io = new Server(server, { transports: ['websocket'], serveClient: false });

io.on('connection', (socket) => {
  socket.on('ping', (answer: () => void) => answer());
  const { projectId } = socket.handshake.auth as { projectId?: string };
  if (projectId === undefined) return;
  void socket.join(projectId);
  socket.emit('ready');
});
