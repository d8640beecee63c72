import type { Child } from '../processes.js';
import { startRig, systemNames, type Server } from '../fanout/fanoutRig.js';
import type { ConnectRequest, Delivered, PaceRequest } from '../fanout/loader.js';
import { inRounds } from '../schedule.js';
import type { BenchTools } from '../services.js';
import { medians } from '../statistics.js';
import { printTable, short } from '../table.js';

/** The whole node: from the call of a mutation to those who follow its project. */
export interface EndToEndFigures {
  /** From the call to its reply. */
  readonly replyP50Ms: number;
  readonly replyP99Ms: number;
  /** From the call to a follower. */
  readonly followerP50Ms: number;
  readonly followerP99Ms: number;
  /** Of the server, for each mutation and all that follows from it. */
  readonly mutationUs: number;
  /** RSS, after the mutations. */
  readonly memoryMb: number;
}
const systems = ['baton', 'feathersWhole'] as const;
type Whole = (typeof systems)[number];
export interface EndToEndRow {
  readonly system: Whole;
  readonly followers: number;
  readonly repeats: readonly EndToEndFigures[];
  readonly median: EndToEndFigures;
}

const followerCounts = [0, 10, 1_000];
const PER_SECOND = 4;
/** What fewer of them add is lost in what a mutation costs. */
const MANY = 100;
const WARM_MS = 1_000;
const MB = 1_048_576;

export async function benchEndToEnd(tools: BenchTools): Promise<EndToEndRow[]> {
  const { options, say, endsAt } = tools;
  const rows = systems.flatMap((system) =>
    followerCounts.map((followers) => ({ system, followers, repeats: [] as EndToEndFigures[] })),
  );
  await inRounds({ rounds: options.repeats, endsAt, say }, async (number) => {
    say(`end to end: round ${number}`);
    for (const system of systems) {
      // A new node each time: its memory is measured.
      const rig = await startRig(tools, [system]);
      const node = { ...rig, server: rig.servers[system] };
      try {
        await connect(node, 10, tools);
        await rig.loader.call('oneByOne', { ms: 2 * options.firstWarmUpMs });
        await rig.loader.call('disconnect');
        for (const row of rows.filter((one) => one.system === system))
          row.repeats.push(await measure(node, row.followers, tools));
      } finally {
        await rig.end();
      }
    }
  });
  return rows.map((row) => ({ ...row, median: medians(row.repeats) }));
}

interface Node {
  readonly loader: Child;
  readonly server: Server;
}

async function connect({ loader, server }: Node, followers: number, { tokens }: BenchTools): Promise<void> {
  const { port, dialect, publish } = server;
  const request: ConnectRequest = { port, dialect, publish, followers, tokens, projects: 1, hasSameIds: true };
  await loader.call('connect', request);
}

async function measure(node: Node, followers: number, tools: BenchTools): Promise<EndToEndFigures> {
  const {
    loader,
    server: { child },
  } = node;
  const pace = (ms: number): PaceRequest => ({ ms, perSecond: PER_SECOND });
  await connect(node, followers, tools);
  await loader.call('paced', pace(WARM_MS));
  const before = await child.cpuUs();
  const { events, ...times } = await loader.call<Delivered>('paced', pace(tools.options.endToEndMs));
  const cpuUs = (await child.cpuUs()) - before;
  const memoryMb = (await child.call<number>('memory')) / MB;
  await loader.call('disconnect');
  return {
    replyP50Ms: times.answerP50Ms,
    replyP99Ms: times.answerP99Ms,
    followerP50Ms: followers > 0 ? times.p50Ms : Number.NaN,
    followerP99Ms: followers > 0 ? times.p99Ms : Number.NaN,
    mutationUs: cpuUs / events,
    memoryMb,
  };
}

export function reportEndToEnd(rows: readonly EndToEndRow[]): void {
  console.log(`\nEnd to end: ${PER_SECOND} comments/s by one caller, to the followers of their project`);
  const cells = rows.map(({ system, followers, median }) => {
    const alone = rows.find((other) => other.system === system && other.followers === 0);
    const furtherUs = alone && followers >= MANY ? (median.mutationUs - alone.median.mutationUs) / followers : null;
    return [
      systemNames[system],
      String(followers),
      ...[median.replyP50Ms, median.replyP99Ms, median.followerP50Ms, median.followerP99Ms].map(short),
      short(median.mutationUs / 1_000),
      short(furtherUs),
      short(median.memoryMb),
    ];
  });
  const header = ['server', 'followers', 'reply p50 ms', 'p99 ms', 'follower p50 ms', 'p99 ms', 'server ms/write'];
  printTable([...header, 'µs/further', 'RSS MB'], cells, 1);
}
