import { useState } from 'react';
import { categoryNames, priorities, priorityNames } from '../model.js';
import { categories, limits, type Priority, type SlaPolicy, type Ticket } from '../sdk.js';
import { FormDialog, useSubmit } from '../ui/FormDialog.js';
import { ManyOf } from '../ui/ManyOf.js';
import { calendarOf, draftOf, type CalendarDraft } from './calendarDraft.js';
import { CalendarFields } from './CalendarFields.js';
import { minutesText } from './policyWords.js';

type Category = Ticket['category'];
export type PolicyTerms = Pick<
  SlaPolicy,
  'name' | 'priorities' | 'categories' | 'firstResponseMinutes' | 'resolveMinutes' | 'warnFraction' | 'calendar'
>;

/** A policy as it is written in the form. */
interface Draft {
  readonly name: string;
  readonly priorities: ReadonlySet<Priority>;
  readonly categories: ReadonlySet<Category>;
  readonly firstResponse: string;
  readonly resolve: string;
  /** Of the time, in percent. */
  readonly warnAt: string;
  readonly calendar: CalendarDraft;
}

const nothingYet = (): Draft => ({
  name: '',
  priorities: new Set(),
  categories: new Set(),
  firstResponse: '',
  resolve: '',
  warnAt: '80',
  calendar: draftOf({
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    hours: null,
    holidays: [],
  }),
});

const writtenFrom = (policy: SlaPolicy): Draft => ({
  name: policy.name,
  priorities: new Set(policy.priorities),
  categories: new Set(policy.categories),
  firstResponse: String(policy.firstResponseMinutes ?? ''),
  resolve: String(policy.resolveMinutes ?? ''),
  warnAt: String(Math.round(policy.warnFraction * 100)),
  calendar: draftOf(policy.calendar),
});

const numberOf = (text: string): number | null => (text === '' ? null : Number(text));
/** None of them means all. */
const orNull = <Word extends string>(all: readonly Word[], chosen: ReadonlySet<Word>): Word[] | null =>
  chosen.size === 0 ? null : all.filter((word) => chosen.has(word));

const termsOf = (draft: Draft): PolicyTerms => ({
  name: draft.name.trim(),
  priorities: orNull(priorities, draft.priorities),
  categories: orNull(categories, draft.categories),
  firstResponseMinutes: numberOf(draft.firstResponse),
  resolveMinutes: numberOf(draft.resolve),
  warnFraction: Number(draft.warnAt) / 100,
  calendar: calendarOf(draft.calendar),
});

interface Props {
  /** The one that is changed; null for a new one. */
  readonly policy: SlaPolicy | null;
  readonly onSave: (terms: PolicyTerms, reapply: boolean) => Promise<unknown>;
  readonly onClose: () => void;
}

/** What is promised, for which tickets, and when its time goes by. It closes once that is saved. */
export function PolicyForm({ policy, onSave, onClose }: Props) {
  const [draft, setDraft] = useState(() => (policy ? writtenFrom(policy) : nothingYet()));
  const [reapply, setReapply] = useState(false);
  const { problem, isBusy, submit } = useSubmit(onClose);
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }));
  const isReady = draft.name.trim() !== '' && (draft.firstResponse !== '' || draft.resolve !== '') && !isBusy;
  return (
    <FormDialog
      title={policy ? 'Change the policy' : 'New policy'}
      size="wide"
      verb={policy ? 'Save' : 'Create'}
      isReady={isReady}
      problem={problem}
      onSubmit={() => submit(() => onSave(termsOf(draft), reapply))}
      onClose={onClose}
    >
      <label className="field">
        Name
        <input
          required
          maxLength={limits.nameLength}
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
        />
      </label>
      <ManyOf
        legend="Priorities, none for all"
        of={priorities}
        names={priorityNames}
        chosen={draft.priorities}
        onChoose={(chosen) => set({ priorities: chosen })}
      />
      <ManyOf
        legend="Categories, none for all"
        of={categories}
        names={categoryNames}
        chosen={draft.categories}
        onChoose={(chosen) => set({ categories: chosen })}
      />
      <Targets draft={draft} set={set} />
      <CalendarFields draft={draft.calendar} onChange={(calendar) => set({ calendar })} />
      <label className="check">
        <input type="checkbox" checked={reapply} onChange={(event) => setReapply(event.target.checked)} />
        Also for tickets that are there already, from when they were made
      </label>
    </FormDialog>
  );
}

function Targets({ draft, set }: { readonly draft: Draft; readonly set: (change: Partial<Draft>) => void }) {
  return (
    <div className="form-grid">
      <Minutes
        label="First response, minutes"
        value={draft.firstResponse}
        onChange={(firstResponse) => set({ firstResponse })}
      />
      <Minutes label="Solution, minutes" value={draft.resolve} onChange={(resolve) => set({ resolve })} />
      <label className="field">
        Warn at, % of the time
        <input
          required
          type="number"
          min={1}
          max={99}
          value={draft.warnAt}
          onChange={(event) => set({ warnAt: event.target.value })}
        />
      </label>
    </div>
  );
}

interface MinutesProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const Minutes = ({ label, value, onChange }: MinutesProps) => (
  <label className="field">
    {label}
    <input
      type="number"
      min={1}
      max={limits.slaMinutesMax}
      step={1}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
    <span className="form-hint" aria-hidden="true">
      {value === '' ? 'nothing promised' : minutesText(Number(value))}
    </span>
  </label>
);
