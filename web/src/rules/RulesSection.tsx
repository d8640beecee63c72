import { AdminSection } from '../admin/AdminSection.js';
import { AdminTable } from '../admin/AdminTable.js';
import type { Act } from '../admin/useDeeds.js';
import { limits, type BatonClient, type RuleRun, type WorkflowRule } from '../sdk.js';
import { useSettings } from '../settings/useSettings.js';
import { NewRule } from './NewRule.js';
import { ruleSentence, type NameOf } from './ruleSentence.js';

const EVERY_MS = 15_000;
const RUNS_SHOWN = 10;

async function readRules(client: BatonClient, projectId: string, signal: AbortSignal) {
  const [rules, runs, members] = await Promise.all([
    client.rules.list({ projectId, limit: limits.pageSizeMax }, { signal }),
    client.rules.runs({ projectId, limit: RUNS_SHOWN }, { signal }),
    client.projects.members.list({ projectId, limit: limits.pageSizeMax }, { signal }),
  ]);
  return {
    rules: rules.items,
    runs: runs.items,
    names: new Map(members.items.map(({ userId, name }) => [userId, name])),
  };
}

/** What the project does by itself, each rule as a sentence, and what they did last. */
export function RulesSection() {
  const { client, projectId, polled, act, problem } = useSettings(readRules, EVERY_MS);
  const { rules = [], runs = [], names } = polled.data ?? {};
  return (
    <AdminSection title="Rules" polled={polled} problem={problem}>
      {rules.length === 0 ? (
        <p className="form-hint">There are none yet.</p>
      ) : (
        <Rules rules={rules} nameOf={(id) => names?.get(id)} client={client} act={act} />
      )}
      <NewRule onMake={(rule) => act(() => client.rules.create({ projectId, ...rule }))} />
      {runs.length > 0 ? <Runs runs={runs} /> : null}
    </AdminSection>
  );
}

interface RulesProps {
  readonly rules: readonly WorkflowRule[];
  readonly nameOf: NameOf;
  readonly client: BatonClient;
  readonly act: Act;
}

function Rules({ rules, nameOf, client, act }: RulesProps) {
  return (
    <AdminTable name="Rules" columns={['Rule', 'What it does', 'On', { heard: 'Remove' }]}>
      {rules.map((rule) => (
        <tr key={rule.id}>
          <th scope="row">{rule.name}</th>
          <td className="cell-words">{ruleSentence(rule, nameOf)}</td>
          <td>
            <input
              type="checkbox"
              aria-label={`${rule.name} is on`}
              checked={rule.active}
              onChange={(event) => {
                const asked = {
                  ruleId: rule.id,
                  patch: { active: event.target.checked },
                  expectedVersion: rule.version,
                };
                void act(() => client.rules.update(asked));
              }}
            />
          </td>
          <td>
            <button
              type="button"
              className="button button-quiet"
              aria-label={`Remove ${rule.name}`}
              onClick={() => void act(() => client.rules.delete({ ruleId: rule.id }))}
            >
              Remove
            </button>
          </td>
        </tr>
      ))}
    </AdminTable>
  );
}

const outcomeNames: Readonly<Record<RuleRun['outcome'], string>> = {
  DONE: 'done',
  FAILED: 'not all of it could be done',
  STOPPED: 'stopped',
};
const whyOf = ({ actions }: RuleRun): string => actions.flatMap(({ why }) => why ?? []).join(' ');

function Runs({ runs }: { readonly runs: readonly RuleRun[] }) {
  return (
    <ul aria-label="What rules did last">
      {runs.map((run) => (
        <li key={run.id}>
          {run.ruleName}
          {run.ticketKey ? ` on ${run.ticketKey}` : ''}: {outcomeNames[run.outcome]}. {whyOf(run)}
        </li>
      ))}
    </ul>
  );
}
