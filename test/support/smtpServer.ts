import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface TakenMail {
  /** Every byte as it came, but for the breaks that the encoding puts into long lines; and once more as it reads. */
  readonly all: string;
  readonly headers: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly parsed: ParsedMail;
}

/** A real SMTP server in this process, on a port that stays its own. */
export interface TestSmtp {
  readonly url: string;
  /** What was answered with 250, in that order. */
  readonly taken: TakenMail[];
  /** How many connections there were. */
  readonly connections: () => number;
  /** The reply to the recipient, or to the whole mail, from now on; null for none. */
  refuse(at: 'RCPT' | 'DATA', responseCode: number | null, words?: string): void;
  down(): Promise<void>;
  up(): Promise<void>;
}

const refusal = (responseCode: number, words: string): Error => Object.assign(new Error(words), { responseCode });

export async function startSmtp(options: SMTPServerOptions = {}): Promise<TestSmtp> {
  const taken: TakenMail[] = [];
  const refusals = new Map<string, Error>();
  let connections = 0;
  let port = 0;
  let server: SMTPServer | null = null;
  const up = async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      closeTimeout: 100,
      onConnect: (_session, done) => {
        connections++;
        done();
      },
      onRcptTo: (_address, _session, done) => done(refusals.get('RCPT')),
      onData: (stream, { envelope }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const refused = refusals.get('DATA');
          if (refused) return done(refused);
          const bytes = Buffer.concat(chunks);
          void simpleParser(bytes).then((parsed) => {
            const from = envelope.mailFrom ? envelope.mailFrom.address : '';
            const to = envelope.rcptTo.map(({ address }) => address);
            const raw = bytes.toString('latin1');
            const all = [raw.replaceAll('=\r\n', ''), parsed.subject, parsed.text, parsed.html].join('\n');
            taken.push({ all, headers: raw.split('\r\n\r\n', 1)[0] ?? '', from, to, parsed });
            done();
          }, done);
        });
      },
      ...options,
    });
    server.on('error', () => undefined);
    server.listen(port, '127.0.0.1');
    await once(server.server, 'listening');
    ({ port } = server.server.address() as AddressInfo);
  };
  await up();
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    connections: () => connections,
    refuse: (at, responseCode, words = 'no') => {
      if (responseCode === null) refusals.delete(at);
      else refusals.set(at, refusal(responseCode, words));
    },
    down: async () => {
      const ending = server;
      server = null;
      if (ending) await new Promise<void>((resolve) => ending.close(resolve));
    },
    up,
  };
}
