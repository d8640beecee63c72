import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { limits, type Member } from '../sdk.js';
import { Dialog } from '../ui/Dialog.js';

interface Props {
  readonly kind: 'CHANNEL' | 'DIRECT';
  readonly members: readonly Member[];
  readonly onMade: (conversationId: string) => void;
  readonly onClose: () => void;
}

/** A channel with its people, or somebody to talk to. */
export function NewConversation(props: Props) {
  const { kind, members, onClose } = props;
  const { name, setName, isPrivate, setIsPrivate, chosen, setChosen, problem, isBusy, submit } = useNew(props);
  const isChannel = kind === 'CHANNEL';
  return (
    <Dialog title={isChannel ? 'New channel' : 'Talk to somebody'} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
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
        <p className="form-problem" role="alert">
          {problem}
        </p>
        <div className="form-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="button button-primary"
            disabled={isBusy || (isChannel ? name.trim() === '' : chosen.length === 0)}
          >
            {isChannel ? 'Create channel' : 'Start'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function useNew({ kind, onMade, onClose }: Props) {
  const { client, store } = useBoardTools();
  const [name, setName] = useState('');
  const [isPrivate, setIsPrivate] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const submit = () => {
    setIsBusy(true);
    const people = { memberIds: [...chosen] };
    const input =
      kind === 'CHANNEL'
        ? { kind, projectId: store.projectId, name: name.trim(), isPrivate, ...people }
        : { kind, ...people };
    client.conversations.create(input).then(
      ({ id }) => {
        onClose();
        onMade(id);
      },
      (error: unknown) => {
        setProblem(explain(error));
        setIsBusy(false);
      },
    );
  };
  return { name, setName, isPrivate, setIsPrivate, chosen, setChosen, problem, isBusy, submit };
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
