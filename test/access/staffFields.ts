/** What stays among staff, by the name of its field, with what a customer sees in its place. */
export const shownToCustomers: Readonly<Record<string, unknown>> = {
  storyPoints: null,
  requiredSkillId: null,
  requiredSkillName: null,
  estimatedHours: null,
  aiAssisted: false,
  customFields: {},
  tags: [],
  mergedIntoId: null,
  sla: null,
  deleteReason: null,
  reason: null,
  // Not there at all.
  previous: undefined,
  people: undefined,
};

/** Words that a customer never finds in these fields. */
const neverIn: Readonly<Record<string, readonly string[]>> = {
  visibility: ['INTERNAL'],
  field: [
    'storyPoints',
    'requiredSkillId',
    'estimatedHours',
    'aiAssisted',
    'customFields',
    'tags',
    'mergedIntoId',
    'links',
    'deleteReason',
  ],
};

/** A word of the protocol, such as the `reason` of a resync, and no words of people. */
const isCode = (value: unknown): boolean => typeof value === 'string' && /^[A-Z_]+$/.test(value);

interface Found {
  readonly field: string;
  readonly value: unknown;
}

/** Each field of the tables that holds what customers are not to see, wherever it stands, in texts inside texts too. */
export function* staffFieldsIn(value: unknown): Generator<Found> {
  if (typeof value === 'string' && /^[[{]/.test(value)) yield* staffFieldsIn(parsed(value));
  if (typeof value !== 'object' || value === null) return;
  for (const [field, inner] of Object.entries(value)) {
    const isHidden = Object.hasOwn(shownToCustomers, field) && !Array.isArray(value) && !isCode(inner);
    if (isHidden && JSON.stringify(inner) !== JSON.stringify(shownToCustomers[field])) yield { field, value: inner };
    // Of custom fields each stands by itself: `customFields.note`.
    if (neverIn[field]?.includes(String(inner).split('.', 1)[0] ?? ''))
      yield { field: `${field} ${String(inner).split('.', 1)[0]}`, value };
    yield* staffFieldsIn(inner);
  }
}

/** All fields that the tables name, as {@link staffFieldsIn} calls them. */
export const staffFields: readonly string[] = [
  ...Object.keys(shownToCustomers),
  ...Object.entries(neverIn).flatMap(([field, words]) => words.map((word) => `${field} ${word}`)),
];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What came in one piece, as values: a frame, a body, or the lines of an event stream. */
export const valuesIn = (text: string): unknown[] =>
  /^[[{]/.test(text) ? [parsed(text)] : [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => parsed(data ?? ''));
