import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type Member } from '../sdk.js';
import { FormDialog, useSubmit } from '../ui/FormDialog.js';

interface Props {
  readonly kind: 'CHANNEL' | 'DIRECT';
  readonly members: readonly Member[];
  readonly onMade: (conversationId: string) => void;
  readonly onClose: () => void;
}

/** A channel with its people, or somebody to talk to. */
export function NewConversation(props: Props) {
  const { kind, members, onClose } = props;
  const { name, setName, isPrivate, setIsPrivate, chosen, setChosen, problem, isBusy, create } = useNew(props);
  const isChannel = kind === 'CHANNEL';
  return (
    <FormDialog
      title={isChannel ? 'New channel' : 'Talk to somebody'}
      verb={isChannel ? 'Create channel' : 'Start'}
      isReady={!isBusy && (isChannel ? name.trim() !== '' : chosen.length > 0)}
      problem={problem}
      onSubmit={create}
      onClose={onClose}
    >
      {isChannel ? (
        <>
          <label className="field">
            <span>Name</span>
            <input
              required
              maxLength={limits.nameLength}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </label>
          <label className="check">
            <input type="checkbox" checked={isPrivate} onChange={(event) => setIsPrivate(event.target.checked)} />
            Private: only its people see it, for good
          </label>
        </>
      ) : null}
      <PeopleChoice members={members} chosen={chosen} onChange={setChosen} />
    </FormDialog>
  );
}

function useNew({ kind, onMade, onClose }: Props) {
  const { client, store } = useBoardTools();
  const [name, setName] = useState('');
  const [isPrivate, setIsPrivate] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { problem, isBusy, submit } = useSubmit(onClose);
  const create = () => {
    const people = { memberIds: [...chosen] };
    const input =
      kind === 'CHANNEL'
        ? { kind, projectId: store.projectId, name: name.trim(), isPrivate, ...people }
        : { kind, ...people };
    submit(async () => onMade((await client.conversations.create(input)).id));
  };
  return { name, setName, isPrivate, setIsPrivate, chosen, setChosen, problem, isBusy, create };
}

interface ChoiceProps {
  readonly members: readonly Member[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** The staff of the project, without the viewer. */
export function PeopleChoice({ members, chosen, onChange }: ChoiceProps) {
  const { viewer } = useBoardTools();
  const people = members
    .filter(
      ({ userId, role, userRole, active }) =>
        active && role !== 'CUSTOMER' && userRole !== 'CUSTOMER' && userId !== viewer.user.id,
    )
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <fieldset className="split-comments">
      <legend>People</legend>
      {people.length === 0 ? <p className="form-hint">There is nobody else in this project.</p> : null}
      {people.map(({ userId, name }) => (
        <label key={userId} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(userId)}
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, userId] : chosen.filter((id) => id !== userId))
            }
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
