import type { Random } from '../../../seeders/support/random.js';
import { digestOf } from '../history/digest.js';
import type { HistoryWriter } from '../history/historyFiles.js';
import type { Attempt } from '../history/lines.js';
import type { Person } from '../stage/setUp.js';
import { Callers, judge, wayNames } from '../storm/calls.js';
import type { Reply } from '../storm/verbs.js';
import type { Target } from '../storm/writer.js';

export interface Call {
  readonly op: string;
  readonly verb: string;
  readonly path: string;
  readonly ticket: string | null;
  readonly input: object;
  /** Of a call that does several things, what each came to; null: it was refused. */
  readonly things?: (reply: Reply | null) => readonly Partial<Attempt>[];
}
export type Answer =
  | { readonly by: Person; readonly reply: Reply }
  | { readonly by: Person; readonly code: string; readonly error: unknown };
export const isReply = (answer: Answer): answer is Extract<Answer, { reply: Reply }> => 'reply' in answer;

const TRIES = 10;

/** People who call at the same time, each by some way at some node, and whose calls become part of the history. */
export class Racers {
  private readonly callers = new Map<string, Callers>();

  constructor(
    private readonly targets: readonly Target[],
    private readonly history: HistoryWriter,
    private readonly random: Random,
    private readonly project: string,
  ) {}

  /** Asked again under the same key until somebody answers. */
  async call(by: Person, call: Call): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const { answer, isKnown } = await this.attempt(by, call);
      if (isKnown || tries === TRIES) return answer;
    }
  }

  private async attempt(by: Person, { op, verb, path, ticket, input, things = () => [{}] }: Call) {
    const target = this.random.pick(this.targets);
    const via = this.random.pick(wayNames);
    const known = { op, by: by.id, node: target.name, via, verb, ticket, invoked: performance.now() };
    const done = (rest: Pick<Attempt, 'out'> & Partial<Attempt>, reply: Reply | null) => {
      const project = `project:${reply?.projectId ?? this.project}`;
      const returned = performance.now();
      for (const thing of things(reply))
        this.history.write('attempts', { ...known, returned, project, ...rest, ...thing });
    };
    try {
      const reply = (await this.callersOf(by)
        .to(target.url, via)
        .mutate(path, { ...input, idempotencyKey: op })) as Reply;
      done({ out: 'ok', seq: reply.seq, reply: digestOf(reply) }, reply);
      return { answer: { by, reply }, isKnown: true };
    } catch (error) {
      const { out, code } = judge(error);
      done({ out, code }, null);
      return { answer: { by, code, error }, isKnown: out !== 'info' };
    }
  }

  /** Sends bytes to where the reply to their announcement said, by whatever node. */
  async upload(path: string, bytes: BodyInit): Promise<void> {
    const answer = await fetch(`${this.random.pick(this.targets).url}${path}`, { method: 'PUT', body: bytes });
    if (!answer.ok) throw new Error(`nobody took the bytes: ${await answer.text()}`);
  }

  /** What anybody may ask, by the ways of this person. */
  query(by: Person, path: string, input: object): Promise<unknown> {
    return this.callersOf(by).to(this.random.pick(this.targets).url, 'http').query(path, input);
  }

  close(): void {
    for (const callers of this.callers.values()) callers.close();
  }

  private callersOf({ id, token }: Person): Callers {
    let callers = this.callers.get(id);
    if (!callers) this.callers.set(id, (callers = new Callers(token)));
    return callers;
  }
}
