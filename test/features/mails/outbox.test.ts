import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { Notification } from '../../../server/db/models/Notification.js';
import { adHoc, type Statement, type Value } from '../../../server/db/statement.js';
import { findItems } from '../../../server/features/mails/digest.queries.js';
import { countWaiting, findRipe } from '../../../server/features/mails/outbox.js';
import type { Deps } from '../../../server/features/deps.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { smtpMailer } from '../../../server/mail/smtpMailer.js';
import { openTestDatabase } from '../../support/database.js';
import { anAgent, join } from '../../support/people.js';
import { testProgramArgs } from '../../support/program.js';
import { describeEachDialect } from '../../support/services.js';
import { rows } from '../../support/ticketWorld.js';
import { JWT_SECRET, type Person } from '../../support/world.js';
import { aNode, testConfig } from '../../transport/anApp.js';
import { until } from '../../realtime/liveWorld.js';
import { aMailWorld, FROM, MINUTE_MS, runOnce, type MailWorld } from './mailWorld.js';

describeEachDialect('the outbox', (dialect) => {
  let world: MailWorld;
  beforeEach(async () => {
    world = await aMailWorld(dialect);
  });
  afterEach(() => world.close());

  /** They have each been told of one thing, two minutes ago. */
  async function told(count: number): Promise<Person[]> {
    const people: Person[] = [];
    for (let nth = 0; nth < count; nth++) {
      const person = await anAgent(world, `Agent ${nth}`);
      await join(world, world.project, person, 'MEMBER');
      await world.heldBy(person, { title: `for agent ${nth}` });
      people.push(person);
    }
    world.clock.advance(2.1 * MINUTE_MS);
    return people;
  }
  const idsOf = (person: Person) => world.mailsTo(person).map(({ parsed }) => parsed.messageId);
  const logged = (deps: Deps): [Deps, () => string] => {
    const lines: string[] = [];
    const into = new Writable({ write: (line: Buffer, _, done) => (lines.push(line.toString()), done()) });
    return [{ ...deps, log: createLogger('warn', into) }, () => lines.join('')];
  };

  it('sends exactly one mail once a server is back that was away, after trying ever less often', async () => {
    const [eve] = (await told(1)) as [Person];
    const [deps, log] = logged(world.deps);
    await world.smtp.down();

    expect(await world.run(0, deps)).toEqual(['failed']);
    expect(await world.run(0.9 * MINUTE_MS, deps)).toEqual([]);
    expect(await world.run(0.2 * MINUTE_MS, deps)).toEqual(['failed']);
    expect(await world.run(1.9 * MINUTE_MS, deps)).toEqual([]);
    const later = await world.heldBy(eve, { title: 'while it was away' });
    await world.smtp.up();
    expect(await world.run(0.2 * MINUTE_MS, deps)).toEqual(['sent']);
    expect(world.mailsTo(eve).map(({ all }) => all.includes(later.key))).toEqual([false]);
    await world.run(5 * MINUTE_MS, deps);

    expect(world.mailsTo(eve).map(({ all }) => all.includes(later.key))).toEqual([false, true]);
    expect(await world.isEmpty()).toBe(true);
    expect(log()).toContain('ECONNREFUSED');
    expect(log()).not.toContain('@');
  });

  it('gives up what is older than three days, and forgets what waited while nobody sent', async () => {
    const [eve] = (await told(1)) as [Person];
    await world.smtp.down();
    await world.run();
    await world.smtp.up();

    expect(await world.run(3 * 24 * 60 * MINUTE_MS)).toEqual(['empty']);
    await told(1);
    expect(await world.run(4 * 24 * 60 * MINUTE_MS)).toEqual(['empty']);

    expect(world.mailsTo(eve)).toEqual([]);
    expect(world.smtp.taken).toEqual([]);
    expect(await world.isEmpty()).toBe(true);
  });

  it('does not repeat what is refused for good, and repeats what is not; the log names nobody', async () => {
    const [eve] = (await told(1)) as [Person];
    const [deps, log] = logged(world.deps);
    world.smtp.refuse('RCPT', 450, `<${eve.email}> try later`);
    expect(await world.run(0, deps)).toEqual(['failed']);
    world.smtp.refuse('RCPT', 550, `<${eve.email}> is unknown`);
    expect(await world.run(2 * MINUTE_MS, deps)).toEqual(['refused']);
    world.smtp.refuse('RCPT', null);
    await told(1);
    world.smtp.refuse('DATA', 554, 'spam');
    expect(await world.run(0, deps)).toEqual(['refused']);
    world.smtp.refuse('DATA', null);

    expect(await world.run(60 * MINUTE_MS, deps)).toEqual([]);
    expect(world.smtp.taken).toEqual([]);
    expect(await world.isEmpty()).toBe(true);
    expect(log()).toMatch(/RCPT TO 450[^]*RCPT TO 550[^]*DATA 554/);
    expect(log()).not.toContain('@');
  });

  it('sends each mail once, however many nodes look at the same time', async () => {
    const people = await told(12);
    const databases = [openTestDatabase(world.url), openTestDatabase(world.url)];
    const nodes = [...databases, world.db].map((db) => ({ ...world.deps, db }));

    await Promise.all([...nodes, ...nodes].map((deps) => runOnce(deps)));
    // Somebody may have found all in the hands of others.
    await world.run();

    expect(people.map((person) => idsOf(person).length)).toEqual(people.map(() => 1));
    expect(new Set(people.flatMap(idsOf)).size).toBe(12);
    expect(await world.isEmpty()).toBe(true);
    for (const database of databases) await database.close();
  });

  it(
    'sends again, under the same Message-ID, what a node sent that was killed before it could say so',
    { timeout: 120_000 },
    async () => {
      const [eve] = (await told(1)) as [Person];
      const env = {
        ...process.env,
        NODE_ENV: 'test',
        PORT: '0',
        DATABASE_URL: world.url,
        JWT_SECRET,
        SMTP_URL: world.smtp.url,
        MAIL_FROM: FROM,
        PUBLIC_URL: 'https://baton.example.com',
      };
      const child = spawn(process.execPath, await testProgramArgs('test/features/mails/dyingNode.ts'), {
        env,
        stdio: 'inherit',
      });
      onTestFinished(() => void child.kill('SIGKILL'));

      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
      expect(idsOf(eve)).toHaveLength(1);
      await world.heldBy(eve, { title: 'later' });
      expect(await world.run(2.1 * MINUTE_MS)).toEqual([]);
      expect(await world.run(3 * MINUTE_MS)).toContain('sent');

      const [first, second, ...more] = world.mailsTo(eve);
      expect(first?.parsed.messageId).toMatch(/^<[0-9a-f-]{36}@mail\.example\.com>$/);
      expect(second?.parsed.messageId).toBe(first?.parsed.messageId);
      expect(second?.parsed.text).toBe(first?.parsed.text);
      // What came later has a mail of its own: in the second it would be taken for known.
      await world.run();
      expect(more).toEqual([]);
      expect(new Set(idsOf(eve)).size).toBe(2);
      expect(await world.isEmpty()).toBe(true);
    },
  );

  it('has nobody wait for an SMTP server that says nothing: no command, and no connection of the pool', async () => {
    const people = await told(5);
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const smtpUrl = `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const mail = { ...world.deps.mail!, mailer: smtpMailer({ smtpUrl, from: FROM }, 3_000) };
    const db = openTestDatabase(world.url, 2);
    let connections = 0;
    silent.on('connection', (socket) => {
      connections++;
      socket.on('error', () => undefined);
    });

    const running = runOnce({ ...world.deps, db, mail });
    await until(() => connections === people.length);
    const begun = performance.now();
    for (let nth = 0; nth < 5; nth++) await world.heldBy(world.bob);
    await Promise.all(Array.from({ length: 8 }, () => rows({ ...world, db }, 'SELECT id FROM users LIMIT 1')));
    if (dialect === 'postgres') {
      const idle = "SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in%' AND datname = current_database()";
      expect(await rows(world, idle)).toEqual([]);
    }
    expect(performance.now() - begun).toBeLessThan(2_500);

    expect(await running).toEqual(people.map(() => 'failed'));
    await db.close();
    silent.close();
  });

  it('is looked through by the index of what waits: what was sent costs nothing', async () => {
    const { id: ticketId } = await world.heldBy(world.bob);
    const past = { userId: world.bob.userId, kind: 'ASSIGNED' as const, ticketId, inApp: true };
    await Notification.bulkCreate(Array.from({ length: 5_000 }, () => past));
    await world.db.all(adHoc('ANALYZE'), []);
    const now = () => world.clock.now();
    const looks: readonly [Statement, readonly Value[]][] = [
      [findRipe, [now(), now()]],
      [countWaiting, []],
      [findItems, [world.bob.userId, ticketId, now()]],
    ];

    for (const [{ name, text }, values] of looks) {
      const explain = dialect === 'postgres' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
      const explained = adHoc((d) => `${explain} ${text(d)}`);
      const plan = JSON.stringify(await world.db.all(explained, values));
      expect(plan, name).toMatch(/notifications_mail\b/);
      expect(plan, name).not.toMatch(/Seq Scan on notifications|SCAN n\b(?! USING)|SCAN o\b(?! USING)/);
    }
  });

  it('is looked after by a node that listens, which counts what it did', async () => {
    const [eve] = (await told(1)) as [Person];
    const mail = { smtpUrl: world.smtp.url, from: FROM, publicUrl: 'https://baton.example.com' };
    const { app, http } = await aNode(testConfig(world.url, { mail }), { mail: { quietMs: 0 }, clock: world.clock });

    await until(() => idsOf(eve).length === 1);
    // Counted once it is written down, too.
    const sent = async () =>
      /baton_mails_total\{outcome="sent"\} (\d+)/.exec(await (await fetch(`${http}/metrics`)).text());
    for (let nth = 0; nth < 50 && !(await sent()); nth++) await new Promise((done) => setTimeout(done, 50));

    expect((await sent())?.[1]).toBe('1');
    await app.close();
    expect(await world.isEmpty()).toBe(true);
  });
});
