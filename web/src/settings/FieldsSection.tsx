import { useState } from 'react';
import { AdminSection } from '../admin/AdminSection.js';
import { AdminTable } from '../admin/AdminTable.js';
import type { Act } from '../admin/useDeeds.js';
import { customFieldKinds, limits, type BatonClient, type CustomField } from '../sdk.js';
import { useSettings, type ReadSettings } from './useSettings.js';

const EVERY_MS = 60_000;
const readFields: ReadSettings<{ readonly items: readonly CustomField[] }> = (client, projectId, signal) =>
  client.projects.fields.list({ projectId, limit: limits.pageSizeMax }, { signal });

/** What the tickets of the project can say besides what all tickets say. */
export function FieldsSection() {
  const { client, projectId, polled, act, problem } = useSettings(readFields, EVERY_MS);
  const fields = polled.data?.items.toSorted((a, b) => a.position - b.position) ?? [];
  return (
    <AdminSection title="Custom fields" polled={polled} problem={problem}>
      {fields.length === 0 ? (
        <p className="form-hint">There are none yet.</p>
      ) : (
        <Fields fields={fields} client={client} act={act} />
      )}
      <NewField onMake={(field) => act(() => client.projects.fields.create({ projectId, ...field }))} />
    </AdminSection>
  );
}

const kindNames: Readonly<Record<CustomField['kind'], string>> = {
  TEXT: 'Text',
  NUMBER: 'Number',
  BOOLEAN: 'Yes or no',
  DATE: 'Date',
  SELECT: 'Choice',
};

interface FieldsProps {
  readonly fields: readonly CustomField[];
  readonly client: BatonClient;
  readonly act: Act;
}

function Fields({ fields, client, act }: FieldsProps) {
  const update = ({ id: fieldId, version }: CustomField, patch: { active?: boolean; required?: boolean }) =>
    void act(() => client.projects.fields.update({ fieldId, patch, expectedVersion: version }));
  return (
    <AdminTable name="Custom fields" columns={['Label', 'Key', 'Kind', 'Required', 'In use', { heard: 'Remove' }]}>
      {fields.map((field) => (
        <tr key={field.id}>
          <th scope="row">{field.label}</th>
          <td>
            <code>{field.key}</code>
          </td>
          <td>
            {kindNames[field.kind]}
            {field.options.length > 0 ? <span className="form-hint"> {field.options.join(', ')}</span> : null}
          </td>
          {(['required', 'active'] as const).map((name) => (
            <td key={name}>
              <input
                type="checkbox"
                aria-label={`${field.label} is ${name === 'active' ? 'in use' : name}`}
                checked={field[name]}
                onChange={(event) => update(field, { [name]: event.target.checked })}
              />
            </td>
          ))}
          <td>
            <button
              type="button"
              className="button button-quiet"
              aria-label={`Remove ${field.label}`}
              onClick={() => void act(() => client.projects.fields.remove({ fieldId: field.id }))}
            >
              Remove
            </button>
          </td>
        </tr>
      ))}
    </AdminTable>
  );
}

type NewCustomField = Pick<CustomField, 'key' | 'kind' | 'label' | 'options'>;

/** Key and kind are for ever. */
function NewField({ onMake }: { onMake: (field: NewCustomField) => Promise<boolean> }) {
  const [label, setLabel] = useState('');
  const [kind, setKind] = useState<CustomField['kind']>('TEXT');
  const [options, setOptions] = useState('');
  const submit = async () => {
    const choices = kind === 'SELECT' ? options.split(',').map((option) => option.trim()) : [];
    const field = { key: keyFrom(label), kind, label: label.trim(), options: choices.filter(Boolean) };
    if (!(await onMake(field))) return;
    setLabel('');
    setOptions('');
  };
  return (
    <form
      className="admin-filters"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <input
        required
        aria-label="Label of the new field"
        placeholder="New field"
        maxLength={limits.nameLength}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
      />
      <select
        aria-label="Its kind"
        value={kind}
        onChange={(event) => setKind(event.target.value as CustomField['kind'])}
      >
        {customFieldKinds.map((one) => (
          <option key={one} value={one}>
            {kindNames[one]}
          </option>
        ))}
      </select>
      {kind === 'SELECT' ? (
        <input
          required
          aria-label="What can be chosen, with commas between"
          placeholder="One, another"
          value={options}
          onChange={(event) => setOptions(event.target.value)}
        />
      ) : null}
      <button type="submit" className="button" disabled={keyFrom(label) === ''}>
        Add
      </button>
      {keyFrom(label) ? (
        <span className="form-hint">
          Its key is <code>{keyFrom(label)}</code>, for good.
        </span>
      ) : null}
    </form>
  );
}

const KEY_LENGTH = 40;

/** "Contract no." → contractNo; `''` when there is no letter to begin with. */
export function keyFrom(label: string): string {
  const words = label
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const joined = words
    .map((word, index) => (index === 0 ? word[0]?.toLowerCase() : word[0]?.toUpperCase()) + word.slice(1).toLowerCase())
    .join('');
  return joined
    .replace(/^[0-9]+/, '')
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
    .slice(0, KEY_LENGTH);
}
