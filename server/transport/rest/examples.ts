import { resolved } from './components.js';
import { withoutNull, type JsonSchema } from './jsonSchema.js';

const MOMENT = '2026-11-26T09:30:00.000Z';

/** What a field of this name holds in an example, where its schema takes it. */
const words: Readonly<Record<string, unknown>> = {
  accessToken: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTkzIn0.c2lnbmF0dXJl',
  aliases: ['PostgreSQL'],
  assignedByLabel: 'Lea Lead',
  assigneeName: 'Ann Agent',
  assignmentState: 'ASSIGNED',
  availability: 1,
  avatarUrl: null,
  calendar: {
    timeZone: 'Europe/Berlin',
    hours: [{ day: 'MONDAY', from: '09:00', to: '17:00' }],
    holidays: ['2026-12-25'],
  },
  capacity: 40,
  changedByName: 'Ann Agent',
  closedAt: null,
  completedAt: null,
  conditions: { match: 'ALL', of: [{ field: 'priority', op: 'IS', value: ['URGENT'] }] },
  content: 'It is out. The toner is not.',
  currentPassword: 'correct horse battery',
  currentWorkload: 13,
  deletedAt: null,
  deletedBy: null,
  deleteReason: null,
  departmentName: 'Support',
  description: 'Third floor, next to the kitchen.',
  dueDate: '2026-12-01',
  email: 'ann@example.com',
  endDate: null,
  estimatedHours: 3,
  expectedVersion: 3,
  experienceYears: 6,
  expiresIn: 900,
  externalId: null,
  externalSource: null,
  field: 'status',
  ip: '192.0.2.7',
  isDemo: false,
  key: 'SUP-123',
  lastSeq: 41,
  message: 'No such ticket.',
  name: 'Ann Agent',
  newDeveloper: 'Ann Agent',
  newPassword: 'staple horse battery',
  newValue: 'IN_PROGRESS',
  nextCursor: null,
  number: 123,
  oldValue: 'OPEN',
  parentId: null,
  password: 'correct horse battery',
  prefix: 'bt_4f9c',
  previousDeveloper: 'Bob Agent',
  projectKey: 'SUP',
  reason: 'Knows the printer',
  refreshToken: 'rt_9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d',
  reporterName: 'Kim Customer',
  requiredSkillName: 'Printers',
  resolvedAt: null,
  revokedAt: null,
  seq: 42,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  storyPoints: 3,
  text: 'printer',
  ticketKey: 'SUP-123',
  ticketTitle: 'The printer is on fire',
  timezone: 'Europe/Berlin',
  title: 'The printer is on fire',
  unassignedAt: null,
  userAgent: 'curl/8.10',
  userName: 'Ann Agent',
  username: 'ann',
  version: 3,
  waitingOn: null,
};

/** The same id wherever a field has this name. */
function idFor(name: string): string {
  const number = Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 0xffffffff, 7);
  return `0193629c-5a00-7abc-8def-0000${number.toString(16).padStart(8, '0')}`;
}

/** What the field's schema takes: a word is not given where a number is wanted. */
function fits(value: unknown, { type, format, pattern, enum: choices }: JsonSchema, isNullable: boolean): boolean {
  if (value === null) return isNullable;
  if (choices) return choices.includes(value);
  if (Array.isArray(value)) return type === 'array';
  if (type === 'integer' || type === 'number') return typeof value === 'number';
  if (type !== typeof value || format === 'uuid') return false;
  if (typeof value !== 'string' || pattern === undefined || format === 'email') return true;
  return new RegExp(pattern, 'u').test(value);
}

interface Wish {
  /** Whether only what must be there is. */
  readonly isShort: boolean;
}

/** A value that the schema takes, such as could be met. */
export function exampleOf(given: JsonSchema, wish: Wish, name = ''): unknown {
  const { schema: inner, isNullable } = withoutNull(resolved(given));
  const schema = resolved(inner);
  const word = Object.hasOwn(words, name) ? words[name] : undefined;
  if (word !== undefined && fits(word, schema, isNullable)) return word;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  // What comes out of a transformation has no type in the document.
  if (schema.type === undefined && name.endsWith('After')) return MOMENT;
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return exampleOf(choice, wish, name);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objectOf(schema, wish);
    case 'array':
      return [exampleOf(schema.items ?? {}, wish, name.replace(/s$/, ''))];
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema['minimum'] ?? 1));
    case 'boolean':
      return true;
    case 'string':
      return textOf(schema, name);
    default:
      return {};
  }
}

function textOf({ format, pattern }: JsonSchema, name: string): string {
  if (format === 'uuid' || /Id$|^id$|By$/.test(name)) return idFor(name);
  if (format === 'date') return '2026-12-01';
  if (format === 'date-time' || /At$|From$|To$|^at$|^since$/.test(name)) return MOMENT;
  if (format === 'uri') return 'https://example.com/';
  if (pattern?.startsWith('^[A-Z]')) return new RegExp(pattern).test('SUP') ? 'SUP' : 'SUP-123';
  return 'A text';
}

function objectOf({ properties, required = [], additionalProperties, propertyNames }: JsonSchema, wish: Wish): object {
  if (properties) {
    const shown = Object.entries(properties).filter(([name]) => !wish.isShort || required.includes(name));
    return Object.fromEntries(shown.map(([name, inner]) => [name, exampleOf(inner, wish, name)]));
  }
  const named = (propertyNames as JsonSchema | undefined)?.enum;
  const inner = (additionalProperties || {}) as JsonSchema;
  return Object.fromEntries((named ?? []).map((name) => [name, exampleOf(inner, wish, String(name))]));
}
