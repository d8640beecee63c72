import { useState } from 'react';
import { priorities, priorityNames, statuses, statusNames } from '../model.js';
import { limits, ruleEvents, type Priority, type RuleAction, type RuleTest, type TicketStatus } from '../sdk.js';
import { eventWords, ruleSentence } from './ruleSentence.js';

type EventType = (typeof ruleEvents)[number];
/** What is chosen of; everything else can be said by the API. */
const deeds: Readonly<Record<string, (words: string) => RuleAction>> = {
  'assign it to who has the least to do': () => ({ kind: 'ASSIGN', to: { strategy: 'LEAST_LOADED' }, replace: false }),
  'assign it to one after the other': () => ({ kind: 'ASSIGN', to: { strategy: 'ROUND_ROBIN' }, replace: false }),
  'tag it': (words) => ({ kind: 'TAG', tags: [words] }),
  'note among staff': (content) => ({ kind: 'COMMENT', content, visibility: 'INTERNAL' }),
  'answer the reporter': (content) => ({ kind: 'COMMENT', content, visibility: 'PUBLIC' }),
  'tell who has it': (note) => ({ kind: 'NOTIFY', note, assignees: true, watchers: false }),
};
const names = Object.keys(deeds);
const needsWords = (deed: string): boolean => !deed.startsWith('assign');

interface Draft {
  readonly name: string;
  readonly trigger: { kind: 'EVENT'; types: EventType[] };
  readonly conditions: { match: 'ALL'; of: RuleTest[] };
  readonly actions: RuleAction[];
}

/** What is being said, and whether it is enough for a rule. */
function useDraft() {
  const [name, setName] = useState('');
  const [type, setType] = useState<EventType>('ticket.created');
  const [priority, setPriority] = useState<Priority | ''>('');
  const [status, setStatus] = useState<TicketStatus | ''>('');
  const [deed, setDeed] = useState(names[0] ?? '');
  const [words, setWords] = useState('');
  const action = deeds[deed]?.(words.trim());
  const draft: Draft = {
    name: name.trim(),
    trigger: { kind: 'EVENT', types: [type] },
    conditions: { match: 'ALL', of: [...testOf('priority', priority), ...testOf('status', status)] },
    actions: action ? [action] : [],
  };
  const isReady = draft.name !== '' && (!needsWords(deed) || words.trim() !== '');
  const said = { draft, isReady, name, type, priority, status, deed, words };
  return { ...said, setName, setType, setPriority, setStatus, setDeed, setWords };
}

/** A rule of one event, up to two conditions and one action, which can be read as a sentence before it is made. */
export function NewRule({ onMake }: { readonly onMake: (draft: Draft) => Promise<boolean> }) {
  const { draft, isReady, name, type, priority, status, deed, words, ...set } = useDraft();
  const submit = async () => {
    if (!(await onMake(draft))) return;
    set.setName('');
    set.setWords('');
  };
  return (
    <form
      className="admin-filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void submit();
      }}
    >
      <input
        required
        aria-label="Name of the new rule"
        placeholder="New rule"
        maxLength={limits.ruleNameLength}
        value={name}
        onChange={(event) => set.setName(event.target.value)}
      />
      <Choice label="When" value={type} of={ruleEvents.map((one) => [one, eventWords[one]])} onChoose={set.setType} />
      <Choice
        label="The priority is"
        value={priority}
        of={[['', 'any priority'], ...priorities.map((one) => [one, priorityNames[one]] as const)]}
        onChoose={set.setPriority}
      />
      <Choice
        label="The status is"
        value={status}
        of={[['', 'any status'], ...statuses.map((one) => [one, statusNames[one]] as const)]}
        onChoose={set.setStatus}
      />
      <Choice label="Then" value={deed} of={names.map((one) => [one, one])} onChoose={set.setDeed} />
      {needsWords(deed) ? (
        <input
          required
          aria-label="In these words"
          placeholder="{key} needs a look"
          maxLength={limits.ruleNoteLength}
          value={words}
          onChange={(event) => set.setWords(event.target.value)}
        />
      ) : null}
      <button type="submit" className="button" disabled={!isReady}>
        Add
      </button>
      {isReady ? <span className="form-hint">{ruleSentence(draft, () => undefined)}</span> : null}
    </form>
  );
}

const testOf = (field: 'priority' | 'status', value: string): RuleTest[] =>
  value === '' ? [] : [{ field, op: 'IS', value: [value] }];

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly of: readonly (readonly [Value, string])[];
  readonly onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, of, onChoose }: ChoiceProps<Value>) {
  return (
    <select aria-label={label} value={value} onChange={(event) => onChoose(event.target.value as Value)}>
      {of.map(([one, words]) => (
        <option key={one} value={one}>
          {words}
        </option>
      ))}
    </select>
  );
}
