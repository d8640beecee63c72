import { useId } from 'react';
import { Icon } from '../ui/Icon.js';
import { ManyOf } from '../ui/ManyOf.js';
import { officeHours, weekdayNames, weekdays, type CalendarDraft, type Span } from './calendarDraft.js';

interface Props {
  readonly draft: CalendarDraft;
  readonly onChange: (draft: CalendarDraft) => void;
}

/** When the time of a promise goes by. */
export function CalendarFields({ draft, onChange }: Props) {
  const zones = useId();
  const set = (change: Partial<CalendarDraft>) => onChange({ ...draft, ...change });
  return (
    <fieldset className="told">
      <legend>When its time goes by</legend>
      <label className="check">
        <input
          type="radio"
          name="calendar"
          checked={draft.isRoundTheClock}
          onChange={() => set({ isRoundTheClock: true })}
        />
        Round the clock
      </label>
      <label className="check">
        <input
          type="radio"
          name="calendar"
          checked={!draft.isRoundTheClock}
          onChange={() => set({ isRoundTheClock: false })}
        />
        In working hours
      </label>
      {draft.isRoundTheClock ? null : <Spans spans={draft.spans} onChange={(spans) => set({ spans })} />}
      <div className="form-pair">
        <label className="field">
          Time zone
          <input
            required
            list={zones}
            value={draft.timeZone}
            onChange={(event) => set({ timeZone: event.target.value })}
          />
          <datalist id={zones}>
            {Intl.supportedValuesOf('timeZone').map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </label>
        <label className="field">
          Holidays
          <input
            placeholder="2026-12-25, 2027-01-01"
            pattern="(\s*\d{4}-\d\d-\d\d[\s,;]*)*"
            title="Days as 2026-12-25, with commas between"
            value={draft.holidays}
            onChange={(event) => set({ holidays: event.target.value })}
          />
        </label>
      </div>
    </fieldset>
  );
}

interface SpansProps {
  readonly spans: readonly Span[];
  readonly onChange: (spans: readonly Span[]) => void;
}

function Spans({ spans, onChange }: SpansProps) {
  const change = (at: number, part: Partial<Span>) =>
    onChange(spans.map((span, index) => (index === at ? { ...span, ...part } : span)));
  return (
    <div className="spans">
      {spans.map((span, at) => (
        // They have no name but their place.
        <div key={at} className="span-line" role="group" aria-label={`Hours ${at + 1}`}>
          <ManyOf
            legend="Days"
            of={weekdays}
            names={weekdayNames}
            chosen={span.days}
            onChoose={(days) => change(at, { days })}
          />
          <Clock label="From" value={span.from} onChange={(from) => change(at, { from })} />
          <Clock label="To" value={span.to} onChange={(to) => change(at, { to })} />
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove hours ${at + 1}`}
            disabled={spans.length === 1}
            onClick={() => onChange(spans.filter((one) => one !== span))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button type="button" className="button button-quiet" onClick={() => onChange([...spans, { ...officeHours }])}>
        <Icon name="plus" />
        More hours
      </button>
    </div>
  );
}

interface ClockProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Text, as a day may end at 24:00, which a time field does not know. */
const Clock = ({ label, value, onChange }: ClockProps) => (
  <label className="field">
    {label}
    <input
      required
      className="clock"
      pattern="([01]\d|2[0-3]):[0-5]\d|24:00"
      title="A time as 09:30"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  </label>
);
