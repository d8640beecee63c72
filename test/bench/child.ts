/** The other end of `startChild`: answers the calls of the process that started this one, and ends with it. */

export interface CallMessage {
  readonly id: number;
  readonly name: string;
  readonly value: unknown;
}
export interface ReplyMessage {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

type Handler = (value: never) => unknown;

const handlers = new Map<string, Handler>();
/** Calls that came before the script that answers them was loaded. */
let early: CallMessage[] = [];

export function answerCalls(answers: Readonly<Record<string, Handler>>): void {
  if (handlers.size === 0) listen();
  for (const [name, handler] of Object.entries(answers)) handlers.set(name, handler);
  const calls = early;
  early = [];
  for (const call of calls) void answer(call);
}

function listen(): void {
  process.on('message', (message: CallMessage) => void answer(message));
  process.once('disconnect', () => process.exit());
}

/** For scripts that have nothing to put in order: only a process that exits by itself writes its CPU profile. */
export const exitOnSignal = (): void => void process.once('SIGTERM', () => process.exit());

async function answer(call: CallMessage): Promise<void> {
  const { id, name, value } = call;
  const handler = handlers.get(name);
  if (!handler) return void early.push(call);
  const reply = (message: ReplyMessage) => process.send?.(message);
  try {
    reply({ id, value: await handler(value as never) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
