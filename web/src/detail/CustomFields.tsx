import { useEffect, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type CustomField, type Ticket } from '../sdk.js';
import { formatDay } from '../ui/dates.js';
import { InlineInput } from './InlineInput.js';
import { InlineSelect } from './InlineSelect.js';
import { fieldText, valueOf, wordsOf } from './fieldValues.js';

/** What the project's tickets say besides what all tickets say. A field that is no longer in use is shown while the ticket has it. */
export function CustomFields({ ticket }: { ticket: Ticket }) {
  const fields = useCustomFields(ticket.projectId);
  const shown = fields.filter(({ key, active }) => active || (ticket.customFields[key] ?? null) !== null);
  if (shown.length === 0) return null;
  return (
    <section className="panel-part" aria-labelledby="fields-title">
      <h3 id="fields-title">Fields of this project</h3>
      <dl className="ticket-facts custom-fields">
        {shown.map((field) => (
          <div key={field.id}>
            <dt>
              {field.label}
              {field.required ? <span className="form-hint"> required</span> : null}
            </dt>
            <dd>
              {field.active ? <FieldValue ticket={ticket} field={field} /> : <Past ticket={ticket} field={field} />}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface Props {
  readonly ticket: Ticket;
  readonly field: CustomField;
}

function Past({ ticket, field: { key, kind } }: Props) {
  const words = fieldText(ticket.customFields[key] ?? null);
  return kind === 'DATE' && words !== '' ? formatDay(words) : words;
}

/** What is wrong with a value the server says; the old one then stands again. */
function FieldValue({ ticket, field: { key, label, kind, options } }: Props) {
  const { actions } = useBoardTools();
  const text = fieldText(ticket.customFields[key] ?? null);
  const commit = (typed: string) => void actions.edit(ticket, { customFields: { [key]: valueOf(kind, typed) } });
  if (kind === 'BOOLEAN' || kind === 'SELECT') {
    const choices = kind === 'BOOLEAN' ? ['true', 'false'] : options;
    const all = text === '' || choices.includes(text) ? choices : [...choices, text];
    return (
      <InlineSelect
        label={label}
        value={text}
        options={[['', '–'], ...all.map((choice) => [choice, wordsOf(kind, choice)] as const)]}
        onChange={commit}
      />
    );
  }
  const type = kind === 'NUMBER' ? 'number' : kind === 'DATE' ? 'date' : 'text';
  return (
    <InlineInput
      label={label}
      type={type}
      step="any"
      {...(type === 'text' ? { maxLength: limits.customValueLength } : {})}
      value={text}
      onCommit={commit}
    />
  );
}

function useCustomFields(projectId: string): readonly CustomField[] {
  const { client } = useBoardTools();
  const [fields, setFields] = useState<readonly CustomField[]>([]);
  useEffect(() => {
    const reading = new AbortController();
    client.projects.fields
      .list({ projectId, limit: limits.pageSizeMax }, { signal: reading.signal })
      .then(({ items }) => setFields(items.toSorted((a, b) => a.position - b.position)))
      // The ticket is there without them, and the next one that is opened asks again.
      .catch(() => undefined);
    return () => reading.abort();
  }, [client, projectId]);
  return fields;
}
