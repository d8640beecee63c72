import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDialect } from '../support/services.js';
import { everyProcedure, type Procedure } from './everyProcedure.js';
import { idFieldsOf, valueAt, withValueAt, type FieldPath } from './idFields.js';
import { inputOf, matrix, pathOf } from './matrix.js';
import { placeIn, type Place } from './places.js';
import { aScene, type Role, type Scene } from './scene.js';
import { thingsAt, type Thing } from './things.js';
import { closeWire, http, ws, type Answer, type Call, type Transport } from './transports.js';

/**
 * What something new is to be called: whether it is free is told to whoever may make one. Ids of tickets are random and never given up, so
 * only who has seen one can ask for it, and learns nothing that they did not know.
 */
const newNames = new Set(['projects.create key', 'tickets.create ticketId', 'tasks.create taskId']);

/** What everybody who signed in may list, and what all staff may. */
const inPublic = new Set<Thing>(['department']);
const inStaff = new Set<Thing>(['department', 'user', 'developer', 'skill']);

const viewers: readonly { role: Role; known: ReadonlySet<Thing> }[] = [
  { role: 'lead', known: inStaff },
  { role: 'reader', known: inStaff },
  { role: 'reporter', known: inPublic },
];

interface Field {
  readonly procedure: Procedure;
  readonly path: FieldPath;
  readonly name: string;
}
/** Of a list it is the list's. */
const nameAt = (path: FieldPath): string => String(path.findLast((part) => typeof part === 'string'));
const fieldNamed = (procedure: Procedure, path: FieldPath): Field => ({
  procedure,
  path,
  name: `${procedure.path} ${nameAt(path)}`,
});
const fields = [...everyProcedure.values()]
  .flatMap((procedure) => idFieldsOf(procedure).map((path) => fieldNamed(procedure, path)))
  .filter(({ name }) => !newNames.has(name))
  // What a view names is kept as it was said, and looked up only for who lists by it.
  .filter(({ procedure, path }) => !(procedure.path.startsWith('views.') && path.includes('filter')));
const thingsIn = ({ procedure, path }: Field) => thingsAt(procedure.path, nameAt(path));

it('every field that names something is known here', () => {
  expect(fields.filter((field) => !thingsIn(field)).map(({ name }) => name)).toEqual([]);
  expect(fields.length).toBeGreaterThan(90);
});

describeEachDialect('a foreign id is answered', (dialect) => {
  let scene: Scene;
  /** What a customer is not to know of in their own project. */
  let hidden: Place;
  beforeAll(async () => {
    scene = await aScene(dialect);
    const { app, callers, places } = scene;
    const [id, key] = await Promise.all([places.own.project(), places.own.projectKey()]);
    const team = { members: [callers.member.person], customers: [callers.colleague.person] };
    hidden = placeIn({ app, project: { id, key }, team, isShared: true });
  });
  afterAll(async () => {
    for (const caller of Object.values(scene.callers)) closeWire(caller);
    await scene.app.close();
  });

  /** An input that is right but for this field; of a line of the table that has the field, if there is one. */
  async function inputFor({ procedure, path }: Field, role: Role): Promise<unknown> {
    const about = { app: scene.app, at: scene.places.own, side: 'own', caller: scene.callers[role] } as const;
    const lines = Object.entries(matrix).filter(([line]) => pathOf(line) === procedure.path);
    const inputs = await Promise.all(lines.map(([, row]) => inputOf(row, about)));
    const whole = inputs.find((input) => valueAt(input, path) !== undefined) ?? inputs[0];
    // Either the id or the key: what stands beside the field in the table would be one too many.
    return procedure.path.endsWith('.get') ? {} : whole;
  }

  interface Answers {
    readonly foreign: string;
    readonly missing: string;
  }

  /** All bytes of the answer but the id that was asked for, and the cursor, which names the filter. */
  const told = ({ status, text }: Answer, id: string) =>
    `${status} ${text.replaceAll(id, '<id>').replace(/^id: .*$|"id":\d+|"id":"[^"]{60,}"/gm, '<cursor>')}`;

  async function ask(field: Field, role: Role, transport: Transport, places: readonly Place[], thing: Thing) {
    const { path, type } = field.procedure;
    const input = await inputFor(field, role);
    const answerTo = async (id: string) => {
      const call: Call = { path, type, input: withValueAt(input, field.path, id) };
      const [answer] = await transport(scene.app, scene.callers[role], [call]);
      return told(answer!, id);
    };
    const missing = await answerTo(await scene.places.missing[thing]());
    const answers: Answers[] = [];
    for (const place of places) answers.push({ foreign: await answerTo(await place[thing]()), missing });
    return answers;
  }

  async function* comparisons(role: Role, known: ReadonlySet<Thing>, transport: Transport) {
    const places = role === 'reporter' ? [scene.places.other, hidden] : [scene.places.other];
    for (const field of fields)
      for (const thing of thingsIn(field) ?? []) {
        // Everybody in it knows their own project.
        const those = thing.startsWith('project') ? places.slice(0, 1) : places;
        if (known.has(thing)) continue;
        for (const answers of await ask(field, role, transport, those, thing)) yield { field, thing, answers };
      }
  }

  const transports = dialect === 'sqlite' ? { http, ws } : { http };
  it.each(
    viewers.flatMap((viewer) => Object.entries(transports).map(([by, transport]) => ({ ...viewer, by, transport }))),
  )('byte for byte as a missing one, to $role over $by', async ({ role, known, transport }) => {
    const different: object[] = [];
    let compared = 0;
    for await (const { field, thing, answers } of comparisons(role, known, transport)) {
      compared++;
      if (answers.foreign !== answers.missing) different.push({ field: field.name, thing, ...answers });
    }

    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(50);
  });
});
