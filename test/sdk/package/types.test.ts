import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aConsumer, complaints, removed, run } from './consumer.js';

let folder: string;
beforeAll(async () => {
  folder = await aConsumer(['@trpc', 'react', '@tanstack', '@types', 'csstype']);
}, 300_000);
afterAll(() => removed(folder));

const start = `
import { createClient, isBatonError, type Api, type ErrorCode, type ProjectEvent, type Ticket, type TicketStatus } from '@baton/client';
import { BatonProvider, useMutation, usePresence, useSession, useTicket, useTickets, useUpdateTicket } from '@baton/client/react';
import { batonOptions } from '@baton/client/tanstack';
import { useMutation as useTanstackMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const holds = <Claim extends true>(claim?: Claim) => claim;
const client = createClient();
const baton = batonOptions(client);
`;

const narrowing = `${start}
export async function words(error: unknown, event: ProjectEvent) {
  const { items } = await client.tickets.list({});
  holds<Equal<(typeof items)[number]['status'], TicketStatus>>();
  holds<Equal<TicketStatus, 'OPEN' | 'IN_PROGRESS' | 'REVIEW' | 'RESOLVED' | 'CLOSED'>>();
  // @ts-expect-error: no such word
  if (items[0]?.status === 'DONE') return;
  if (isBatonError(error, 'CONFLICT')) holds<Equal<typeof error.code, 'CONFLICT'>>();
  if (isBatonError(error)) holds<Equal<typeof error.code, ErrorCode>>();
  // @ts-expect-error: no such code
  isBatonError(error, 'CONFLICTED');
  if (event.type === 'ticket.moved') holds<Equal<keyof typeof event.payload.ticket, 'id' | 'key'>>();
  const session = client.session.get();
  // @ts-expect-error: only somebody who is signed in
  session.user;
  if (session.state === 'signedIn') session.user?.name;
}
`;

const hooks = `${start}
export function Hooks() {
  const { items, counts, pendingIds } = useTickets({ status: ['OPEN'] });
  const update = useUpdateTicket();
  holds<Equal<typeof items, readonly Ticket[]>>();
  if (update.status === 'success') holds<Equal<typeof update.data, Awaited<ReturnType<Api['tickets']['update']>>>>();
  if (update.status === 'error') holds<Equal<typeof update.error.code, ErrorCode>>();
  // @ts-expect-error: not yet
  update.data.title;
  // @ts-expect-error: the input is asked for
  update.mutate();
  // @ts-expect-error: a word that does not exist
  update.mutate({ ticketId: 't', patch: { status: 'DONE' } });
  // @ts-expect-error: a field that does not exist
  useTickets({ colour: 'red' });
  // @ts-expect-error: a verb that does not exist
  useMutation((c) => c.tickets.explode);
  const { run } = useMutation((c) => c.assignments.assign);
  holds<Equal<Parameters<typeof run>[0], Parameters<Api['assignments']['assign']>[0]>>();
  const { ticket } = useTicket('t');
  const { people, typing } = usePresence('t');
  // @ts-expect-error: none, while it is loading
  ticket.title;
  return <BatonProvider client={client}>{counts.total + pendingIds.size + people.length}<input onChange={() => typing()} />{useSession().state}</BatonProvider>;
}
`;

const options = `${start}
export function Options() {
  const { data, error } = useQuery(baton.tickets.list.queryOptions({ unassigned: true }));
  holds<Equal<typeof data, Awaited<ReturnType<Api['tickets']['list']>> | undefined>>();
  if (error) holds<Equal<typeof error.code, ErrorCode>>();
  const { data: me } = useSuspenseQuery({ ...baton.auth.me.queryOptions(), staleTime: 1_000 });
  const { data: live } = useQuery(baton.tickets.live.queryOptions({ status: ['OPEN'] }));
  const claim = useTanstackMutation({ ...baton.assignments.claim.mutationOptions(), onSuccess: (reply) => reply.assigneeName });
  claim.mutate({ ticketId: 't' });
  // @ts-expect-error: the input is asked for
  claim.mutate({});
  // @ts-expect-error: a field that does not exist
  baton.tickets.list.queryOptions({ colour: 'red' });
  // @ts-expect-error: what changes something is no query
  baton.tickets.update.queryOptions({ ticketId: 't', patch: {} });
  // @ts-expect-error: what is asked changes nothing
  baton.tickets.list.mutationOptions();
  // @ts-expect-error: the input is asked for
  baton.tickets.get.queryOptions();
  const cached = useQueryClient().getQueryData(baton.tickets.get.queryKey({ ticketId: 't' }));
  holds<Equal<typeof cached, Awaited<ReturnType<Api['tickets']['get']>> | undefined>>();
  return [me.user.name, live?.items[0]?.title, cached?.projectKey, baton.tickets.pathKey().length].join();
}
`;

describe('the types', () => {
  it.each([
    { module: 'nodenext', skipLibCheck: false },
    { module: 'esnext', skipLibCheck: true },
  ])('narrow, and refuse what is wrong, with %j', async (strictness) => {
    const found = await complaints(folder, { narrowing, hooks, options }, strictness);

    expect(found).toEqual({ narrowing: [], hooks: [], options: [], elsewhere: [] });
  });

  const ignorance = async (file: string) => {
    const { stdout } = await run(process.execPath, ['test/sdk/package/findAny.mjs', file]);
    return JSON.parse(stdout) as { found: string[]; count: number };
  };

  it.each(['index', 'react', 'tanstack'])('know everything of what %s offers', async (name) => {
    const { found, count } = await ignorance(join(folder, `node_modules/@baton/client/dist/${name}.d.ts`));

    expect(found).toEqual([]);
    expect(count).toBeGreaterThan(50);
  });

  it('are searched so that ignorance deep inside is found', async () => {
    const dist = join(folder, 'node_modules/@baton/client/dist');
    const types = await readFile(join(dist, 'index.d.ts'), 'utf8');
    const planted = types
      .replace('seq: number;', 'seq: NotThere;')
      .replace('readonly counts: QueryCounts;', 'readonly counts: any;');
    await writeFile(join(dist, 'planted.d.ts'), planted);

    const { found } = await ignorance(join(dist, 'planted.d.ts'));

    expect(found.length).toBe(2);
    expect(found.every((path) => /\.(seq|counts)$/.test(path))).toBe(true);
  });
});
