import { AdminSection } from '../admin/AdminSection.js';
import { AdminTable } from '../admin/AdminTable.js';
import type { Act } from '../admin/useDeeds.js';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type SlaPolicy } from '../sdk.js';
import { useSettings, type ReadSettings } from '../settings/useSettings.js';
import { ConfirmDialog } from '../ui/ConfirmDialog.js';
import { PolicyForm, type PolicyTerms } from './PolicyForm.js';
import { appliesText, calendarText, minutesText } from './policyWords.js';

const EVERY_MS = 30_000;
type Listed = { readonly items: readonly SlaPolicy[] };
const readPolicies: ReadSettings<Listed> = (client, projectId, signal) =>
  client.sla.list({ projectId, limit: limits.pageSizeMax }, { signal });
const columns = [
  'Policy',
  'For',
  'First response',
  'Solution',
  'Warned at',
  'Calendar',
  'On',
  { heard: 'Tools' },
] as const;

type Question =
  | { readonly asked: 'save'; readonly policy: SlaPolicy | null }
  | { readonly asked: 'delete'; readonly policy: SlaPolicy };

/** What is promised for the tickets of the project. */
export function SlaSection() {
  const { polled, act, problem, question, ask } = useSettings<Listed, Question>(readPolicies, EVERY_MS);
  const items = polled.data?.items ?? [];
  const create = (
    <button type="button" className="button" onClick={() => ask({ asked: 'save', policy: null })}>
      New policy…
    </button>
  );
  return (
    <AdminSection title="SLA policies" polled={polled} problem={problem} tools={create}>
      {items.length === 0 ? (
        <p className="form-hint">
          Nothing is promised yet. A policy says how soon tickets are answered and solved; the board shows how much of
          that is left.
        </p>
      ) : (
        <Policies policies={items} act={act} onAsk={ask} />
      )}
      {question ? <Question question={question} onDone={polled.refresh} onClose={() => ask(null)} /> : null}
    </AdminSection>
  );
}

interface PoliciesProps {
  readonly policies: readonly SlaPolicy[];
  readonly act: Act;
  readonly onAsk: (question: Question) => void;
}

function Policies({ policies, act, onAsk }: PoliciesProps) {
  return (
    <>
      <AdminTable name="SLA policies" columns={columns}>
        {policies.map((policy) => (
          <Policy key={policy.id} policy={policy} act={act} onAsk={onAsk} />
        ))}
      </AdminTable>
      <p className="form-hint settings-note">
        Of several that fit a ticket, one that names priority and category goes before one that names either; then the
        upper one.
      </p>
    </>
  );
}

interface PolicyProps extends Pick<PoliciesProps, 'act' | 'onAsk'> {
  readonly policy: SlaPolicy;
}

function Policy({ policy, act, onAsk }: PolicyProps) {
  const { client } = useBoardTools();
  const { id: policyId, name, version: expectedVersion } = policy;
  const setActive = (active: boolean) => act(() => client.sla.update({ policyId, patch: { active }, expectedVersion }));
  return (
    <tr>
      <th scope="row" className="cell-words">
        {name}
      </th>
      <td className="cell-words">{appliesText(policy)}</td>
      <td>{minutesText(policy.firstResponseMinutes)}</td>
      <td>{minutesText(policy.resolveMinutes)}</td>
      <td>{Math.round(policy.warnFraction * 100)} %</td>
      <td className="cell-words">{calendarText(policy.calendar)}</td>
      <td>
        <input
          type="checkbox"
          aria-label={`${name} is on`}
          checked={policy.active}
          onChange={(event) => void setActive(event.target.checked)}
        />
      </td>
      <td>
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Change ${name}…`}
          onClick={() => onAsk({ asked: 'save', policy })}
        >
          Change…
        </button>
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Delete ${name}…`}
          onClick={() => onAsk({ asked: 'delete', policy })}
        >
          Delete…
        </button>
      </td>
    </tr>
  );
}

interface QuestionProps {
  readonly question: Question;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function Question({ question, onDone, onClose }: QuestionProps) {
  const {
    client,
    store: { projectId },
  } = useBoardTools();
  const { policy } = question;
  if (question.asked === 'delete')
    return (
      <ConfirmDialog
        title="Delete the policy"
        verb="Delete"
        onConfirm={() => client.sla.delete({ policyId: question.policy.id }).then(onDone)}
        onClose={onClose}
      >
        {question.policy.name} is promised for no further ticket. Clocks that run keep the terms that they began with.
      </ConfirmDialog>
    );
  const save = async (terms: PolicyTerms, reapply: boolean) => {
    if (!policy) await client.sla.create({ projectId, ...terms, reapply });
    else await client.sla.update({ policyId: policy.id, patch: terms, reapply, expectedVersion: policy.version });
    onDone();
  };
  return <PolicyForm policy={policy} onSave={save} onClose={onClose} />;
}
