import { useState } from 'react';
import { limits, type ProjectEventType, type Webhook } from '../sdk.js';
import { FormDialog, useSubmit } from '../ui/FormDialog.js';
import { toggled } from '../ui/toggled.js';
import { toldGroups } from './webhookWords.js';

export interface WebhookDraft {
  readonly url: string;
  readonly description: string;
  /** Empty: everything. */
  readonly eventTypes: ProjectEventType[];
}

interface Props {
  /** The one that is changed; null for a new one. */
  readonly webhook: Webhook | null;
  readonly onSave: (draft: WebhookDraft) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Where to, of what, and what for. It closes once that is saved. */
export function WebhookForm({ webhook, onSave, onClose }: Props) {
  const { url: before = '', description: said = '', eventTypes = [] } = webhook ?? {};
  const [url, setUrl] = useState(before);
  const [description, setDescription] = useState(said);
  const [isAll, setIsAll] = useState(eventTypes.length === 0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(eventTypes));
  const { problem, isBusy, submit } = useSubmit(onClose);
  const types = toldGroups.flatMap((group) => group.types.map(({ type }) => type)).filter((type) => chosen.has(type));
  const isReady = url.trim() !== '' && (isAll || types.length > 0) && !isBusy;
  const draft = { url: url.trim(), description: description.trim(), eventTypes: isAll ? [] : types };
  return (
    <FormDialog
      title={webhook ? 'Change the webhook' : 'New webhook'}
      size="wide"
      verb={webhook ? 'Save' : 'Create'}
      isReady={isReady}
      problem={problem}
      onSubmit={() => submit(() => onSave(draft))}
      onClose={onClose}
    >
      <label className="field">
        Address
        <input
          required
          type="url"
          placeholder="https://example.com/hooks/baton"
          maxLength={limits.webhookUrlLength}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
      </label>
      <label className="field">
        What it is for
        <input
          maxLength={limits.reasonLength}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
      </label>
      <EventTypes isAll={isAll} setIsAll={setIsAll} chosen={chosen} setChosen={setChosen} />
    </FormDialog>
  );
}

interface EventTypesProps {
  readonly isAll: boolean;
  readonly setIsAll: (isAll: boolean) => void;
  readonly chosen: ReadonlySet<string>;
  readonly setChosen: (chosen: ReadonlySet<string>) => void;
}

function EventTypes({ isAll, setIsAll, chosen, setChosen }: EventTypesProps) {
  const toggle = (type: string) => setChosen(toggled(chosen, type));
  return (
    <fieldset className="told">
      <legend>What it is told</legend>
      <label className="check">
        <input type="radio" name="told" checked={isAll} onChange={() => setIsAll(true)} />
        Everything that happens, also what is new in later versions
      </label>
      <label className="check">
        <input type="radio" name="told" checked={!isAll} onChange={() => setIsAll(false)} />
        Only some of it
      </label>
      {isAll ? null : (
        <div className="told-groups">
          {toldGroups.map(({ name, types }) => (
            <fieldset key={name}>
              <legend>{name}</legend>
              {types.map(({ type, name: word }) => (
                <label key={type} className="check" title={type}>
                  <input type="checkbox" checked={chosen.has(type)} onChange={() => toggle(type)} />
                  {word}
                </label>
              ))}
            </fieldset>
          ))}
        </div>
      )}
    </fieldset>
  );
}
