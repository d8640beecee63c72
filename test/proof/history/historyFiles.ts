import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { History, Setting } from './lines.js';

const kinds = ['attempts', 'deliveries', 'log', 'served', 'faults', 'exits', 'findings'] as const;
type Kind = (typeof kinds)[number];
type LineOf<Of extends Kind> = History[Of][number];

/** A history in the making: one file of JSON lines for each kind. */
export class HistoryWriter {
  private readonly files = new Map<Kind, WriteStream>();

  private constructor(readonly folder: string) {
    for (const kind of kinds) this.files.set(kind, createWriteStream(join(folder, `${kind}.jsonl`)));
  }

  static async open(folder: string): Promise<HistoryWriter> {
    await mkdir(folder, { recursive: true });
    return new HistoryWriter(folder);
  }

  write<Of extends Kind>(kind: Of, line: LineOf<Of>): void {
    this.files.get(kind)?.write(`${JSON.stringify(line)}\n`);
  }

  async close(setting: Setting): Promise<void> {
    for (const file of this.files.values()) {
      file.end();
      await once(file, 'finish');
    }
    await writeFile(join(this.folder, 'setting.json'), JSON.stringify(setting));
  }
}

export async function readHistory(folder: string): Promise<History> {
  const setting = JSON.parse(await readFile(join(folder, 'setting.json'), 'utf8')) as Setting;
  const lines = await Promise.all(kinds.map(async (kind) => [kind, await readLines(join(folder, `${kind}.jsonl`))]));
  return { setting, ...(Object.fromEntries(lines) as Omit<History, 'setting'>) };
}

async function readLines(file: string): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) lines.push(JSON.parse(line));
  return lines;
}
