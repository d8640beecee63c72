import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

/** An example of what GitHub sends, as far as tests look into it. */
export interface Example {
  action: string;
  issue: {
    number: number;
    title: string;
    body: string | null;
    html_url: string;
    updated_at: string;
    state?: string;
    labels?: { name: string }[];
    assignees?: { login: string }[];
    assignee?: { login: string } | null;
    milestone?: { due_on: string | null } | null;
    pull_request?: object;
    [other: string]: unknown;
  };
  comment?: { id: number; body: string; updated_at: string; user: { login: string } };
  label?: { name: string };
  assignee?: { login: string };
  repository: { full_name: string };
  [other: string]: unknown;
}

const all = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: Example[] }[];
export const examplesOf = (event: string): Example[] => all.find(({ name }) => name === event)?.examples ?? [];

/** The example as of another issue: all of them are of one. */
export function asIssue(example: Example, number: number): Example {
  const copy = structuredClone(example);
  copy.issue.number = number;
  copy.issue.html_url = copy.issue.html_url.replace(/\d+$/, String(number));
  return copy;
}

export const sign = (secret: string, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

let keys = 0;

/** Sends what GitHub would send. */
export async function tell(
  address: string,
  secret: string,
  event: string,
  payload: object | string,
  more: Record<string, string> = {},
): Promise<{
  status: number;
  reply: { outcome?: string; reason?: string | null; ticketId?: string | null; code?: string };
}> {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': `delivery-${++keys}`,
    'x-hub-signature-256': sign(secret, body),
    ...more,
  };
  const response = await fetch(address, { method: 'POST', body, headers });
  return { status: response.status, reply: (await response.json()) as never };
}
