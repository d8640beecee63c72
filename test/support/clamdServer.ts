import { once } from 'node:events';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startService, type ChildService } from './childService.js';

export interface ClamdOptions {
  /** What it takes for malware: texts by the names it tells them by. */
  readonly knows: Readonly<Record<string, string>>;
  /** Of a file that is shown to it. */
  readonly maxBytes: number;
}

/** ClamAV's own daemon, which knows nothing but what it is told here: the signatures of the world are hundreds of megabytes. */
export async function startClamdServer(command: string, { knows, maxBytes }: ClamdOptions): Promise<ChildService> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-clamd-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  const settings = join(folder, 'clamd.conf');
  // Of any kind of file, anywhere in it.
  const signatures = Object.entries(knows).map(([name, text]) => `${name}:0:*:${Buffer.from(text).toString('hex')}\n`);
  await writeFile(join(folder, 'known.ndb'), signatures.join(''));
  await writeFile(
    settings,
    [
      'Foreground yes',
      'TCPAddr 127.0.0.1',
      `TCPSocket ${port}`,
      `DatabaseDirectory ${folder}`,
      `StreamMaxLength ${maxBytes}`,
      'MaxThreads 4',
    ].join('\n'),
  );
  return startService({
    url: `tcp://127.0.0.1:${port}`,
    port,
    folder,
    command,
    args: ['--config-file', settings],
    stopSignal: 'SIGTERM',
    ping: () => pingClamd(port),
  });
}

async function pingClamd(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(2_000, () => socket.destroy(new Error('clamd does not answer')));
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes.toString()));
  socket.write('zPING\0');
  await once(socket, 'close');
  if (!answer.startsWith('PONG')) throw new Error(`clamd answered ${JSON.stringify(answer)}`);
}
