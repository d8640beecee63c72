import { z } from 'zod';
import { Fields, type Json } from '../trackers/fields.js';
import { github } from '../trackers/github.js';
import type { ImportedTicket } from '../trackers/importedTicket.js';
import { momentsOf, wordTable } from '../trackers/values.js';
import type { Reading } from '../trackers/tracker.js';

const Moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no moment');
const Named = z.looseObject({ login: z.string() }).nullish();

/** What is looked at of an issue here; the rest is for the tracker's own reader. */
const Issue = z.looseObject({
  number: z.int().min(1),
  title: z.string(),
  html_url: z.string().optional(),
  updated_at: Moment,
  state: z.string().optional(),
  pull_request: z.unknown().optional(),
  milestone: z.looseObject({ due_on: z.string().nullish() }).nullish(),
  labels: z.array(z.unknown()).nullish(),
  assignees: z.array(z.unknown()).nullish(),
});
const Comment = z.looseObject({
  id: z.int(),
  body: z.string().nullish(),
  updated_at: Moment,
  html_url: z.string().optional(),
  user: Named,
});

/** What GitHub tells of issues and of what is said about them. */
export const IssuePayload = z.looseObject({
  action: z.string().max(60),
  issue: Issue,
  comment: Comment.optional(),
  repository: z.looseObject({ full_name: z.string().max(200) }),
  label: z.looseObject({ name: z.string() }).nullish(),
  assignee: Named,
  changes: z.looseObject({ new_issue: z.looseObject({ html_url: z.string().optional() }).optional() }).nullish(),
});
export type IssuePayload = z.output<typeof IssuePayload>;

/** By the words of the importer; people are matched elsewhere. */
const reading: Reading = {
  aliases: new Map(),
  people: new Map(),
  moments: momentsOf([], 'UTC'),
  status: wordTable(github.statuses),
  priority: wordTable(github.priorities),
};

/** `owner/repository#5`: under it an import of the same issue knows it as well. */
export const externalIdOf = ({ repository, issue }: IssuePayload): string => `${repository.full_name}#${issue.number}`;

/** Why it is no ticket; null: it is one. */
export const notATicket = ({ issue }: IssuePayload): string | null =>
  github.skips?.(Fields.of(issue as Readonly<Record<string, Json>>)) ?? null;

/** The issue as an import would read it. */
export const importedOf = (payload: IssuePayload): ImportedTicket => ({
  ...github.read(Fields.of(payload.issue as Readonly<Record<string, Json>>), externalIdOf(payload), reading),
  dueDate: payload.issue.milestone?.due_on?.slice(0, 10) ?? null,
});

/** What a label says of priority, by the words of the importer. */
export const readingOfLabels = reading;
