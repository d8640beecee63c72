import { once } from 'node:events';
import { feathers } from '@feathersjs/feathers';
import { bodyParser, koa, rest } from '@feathersjs/koa';
import socketio from '@feathersjs/socketio';
import { jwtVerify } from 'jose';
import { openDatabase } from '../../../server/db/database.js';
import { Comment } from '../../../server/db/models/Comment.js';
import { ProjectMember } from '../../../server/db/models/ProjectMember.js';
import { Ticket } from '../../../server/db/models/Ticket.js';
import { User } from '../../../server/db/models/User.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { answerCalls, exitOnSignal } from '../child.js';
import { followedIn, sampleEvent, type Publish } from './event.js';

// Feathers as its manual shows it: services over Koa, a channel per project over Socket.IO. Comments are written by Sequelize's models in a
// transaction, for a person whose token is verified; `publish` sends made-up events, as the other servers do.

const { DATABASE_URL = '', JWT_SECRET = '' } = process.env;
const key = new TextEncoder().encode(JWT_SECRET);
const { sequelize } = openDatabase({
  url: DATABASE_URL,
  poolSize: 8,
  ssl: false,
  prepared: true,
  log: createLogger('silent'),
});
let toldOf: readonly string[] = [];

async function userOf(token: string): Promise<User> {
  const { payload } = await jwtVerify(token, key);
  return User.findByPk(payload.sub ?? '', { rejectOnEmpty: true });
}

class Comments {
  async create({ ticketId, content }: { ticketId: string; content: string }, params: { token?: string }) {
    const user = await userOf(params.token ?? '');
    return sequelize.transaction(async (transaction) => {
      const lock = transaction.LOCK.UPDATE;
      const { projectId } = await Ticket.findByPk(ticketId, { transaction, lock, rejectOnEmpty: true });
      await ProjectMember.findOne({ where: { projectId, userId: user.id }, transaction, rejectOnEmpty: true });
      const comment = await Comment.create(
        { ticketId, content, userId: user.id, visibility: 'PUBLIC' },
        { transaction },
      );
      return { ...comment.get({ plain: true }), projectId, userName: user.name };
    });
  }
}

class MadeUp {
  private seq = 0;

  async create(asked: Publish) {
    toldOf = followedIn(asked);
    for (let nth = 0; nth < asked.events; nth++)
      app.service('publish').emit('event', sampleEvent(++this.seq, asked.bytes));
    return {};
  }
}

interface Services {
  comments: Comments;
  publish: MadeUp;
}

const app = koa<Services>(feathers());
app.use(bodyParser());
app.use(async (ctx, next) => {
  Object.assign(ctx.feathers ?? {}, { token: (ctx.headers.authorization ?? '').replace('Bearer ', '') });
  await next();
});
app.configure(rest());
app.configure(
  socketio({ transports: ['websocket'], serveClient: false }, (io) => {
    io.on('connection', async (socket) => {
      socket.on('ping', (answer: () => void) => answer());
      const { projectId, token } = socket.handshake.auth as { projectId?: string; token: string };
      if (projectId === undefined) return;
      const { id: userId } = await userOf(token);
      await ProjectMember.findOne({ where: { projectId, userId }, rejectOnEmpty: true });
      app.channel(projectId).join((socket as unknown as { feathers: object }).feathers);
      socket.emit('ready');
    });
  }),
);
app.use('comments', new Comments(), { methods: ['create'] });
app.use('publish', new MadeUp(), { methods: ['create'], events: ['event'] });
app.service('comments').publish('created', ({ projectId }) => app.channel(projectId));
app.service('publish').publish('event', () => app.channel(...toldOf));

const server = await app.listen(0, '127.0.0.1');
// A connection that is closed as it is used again would fail the run.
server.keepAliveTimeout = 0;
if (!server.listening) await once(server, 'listening');
const address = server.address();
answerCalls({ port: () => Promise.resolve(typeof address === 'object' && address ? address.port : 0) });
exitOnSignal();
