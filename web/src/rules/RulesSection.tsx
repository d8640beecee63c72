import { useCallback, useState } from 'react';
import { AdminSection } from '../admin/AdminSection.js';
import { usePolled } from '../admin/usePolled.js';
import { explain } from '../board/explain.js';
import { limits, type BatonClient, type Project, type RuleRun, type WorkflowRule } from '../sdk.js';
import { NewRule } from './NewRule.js';
import { ruleSentence, type NameOf } from './ruleSentence.js';

const EVERY_MS = 15_000;
const RUNS_SHOWN = 10;

interface Props {
  readonly client: BatonClient;
  readonly project: Project;
}

/** What a project does by itself, each rule as a sentence, and what they did last. */
export function RulesSection({ client, project: { id: projectId, key } }: Props) {
  const read = useCallback(
    async (signal: AbortSignal) => {
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
    },
    [client, projectId],
  );
  const polled = usePolled(read, EVERY_MS);
  const [problem, setProblem] = useState('');
  const act = (call: () => Promise<unknown>) =>
    call().then(
      () => {
        setProblem('');
        polled.refresh();
        return true;
      },
      (error: unknown) => {
        setProblem(explain(error));
        return false;
      },
    );
  const { rules = [], runs = [], names } = polled.data ?? {};
  return (
    <AdminSection title={`Rules of ${key}`} polled={polled}>
      {rules.length === 0 ? (
        <p className="form-hint">There are none yet.</p>
      ) : (
        <Rules rules={rules} nameOf={(id) => names?.get(id)} client={client} act={act} />
      )}
      <NewRule onMake={(rule) => act(() => client.rules.create({ projectId, ...rule }))} />
      <p className="form-problem" role="alert">
        {problem}
      </p>
      {runs.length > 0 ? <Runs runs={runs} /> : null}
    </AdminSection>
  );
}

interface RulesProps {
  readonly rules: readonly WorkflowRule[];
  readonly nameOf: NameOf;
  readonly client: BatonClient;
  readonly act: (call: () => Promise<unknown>) => Promise<boolean>;
}

function Rules({ rules, nameOf, client, act }: RulesProps) {
  return (
    <div className="admin-table" tabIndex={0} role="region" aria-label="Rules, scrollable">
      <table aria-label="Rules">
        <thead>
          <tr>
            {['Rule', 'What it does', 'On', ''].map((name) => (
              <th key={name} scope="col">
                {name || <span className="visually-hidden">Remove</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.id}>
              <th scope="row">{rule.name}</th>
              <td>{ruleSentence(rule, nameOf)}</td>
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
        </tbody>
      </table>
    </div>
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
