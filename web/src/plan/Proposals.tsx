import { useEffect, useRef, useState } from 'react';
import type { BoardState } from '../board/boardState.js';
import type { AssignmentProposal, Developer } from '../sdk.js';
import { FormDialog } from '../ui/FormDialog.js';
import { ReasonDialog } from '../ui/ReasonDialog.js';
import type { Load } from './planLoads.js';
import { countText, rejectText } from './planWords.js';
import { ProposalLine } from './ProposalLine.js';
import type { Choices, PlannedProposal } from './useChoices.js';
import type { useDecide } from './useDecide.js';

interface Props {
  readonly proposals: readonly PlannedProposal[];
  readonly people: ReadonlyMap<string, Developer>;
  readonly onChooseOther: Choices['choose'];
  readonly tickets: BoardState['tickets'];
  readonly loads: ReadonlyMap<string, Load>;
  readonly decide: ReturnType<typeof useDecide>;
  readonly isOnline: boolean;
  /** What was decided on leaves the page, and the focus would go with it. */
  readonly onDecided: () => void;
}

export function Proposals({ proposals, people, onChooseOther, tickets, loads, decide, isOnline, onDecided }: Props) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [isRejecting, setIsRejecting] = useState(false);
  // What others decided on is no longer chosen.
  const chosen = proposals.filter(({ id }) => picked.has(id));
  const pick = (id: string, isChosen: boolean) =>
    setPicked((before) => new Set(isChosen ? [...before, id] : [...before].filter((one) => one !== id)));
  /** What was chosen meanwhile stays so. */
  const decideOn = async (decided: readonly PlannedProposal[], deciding: Promise<boolean>) => {
    const isDone = await deciding;
    const ids = new Set(decided.map(({ id }) => id));
    if (isDone) setPicked((before) => new Set([...before].filter((id) => !ids.has(id))));
    onDecided();
  };
  const approve = () => (chosen.some(isByHand) ? decide.save(chosen) : decide.approve(chosen));
  return (
    <>
      <Tools
        count={proposals.length}
        chosen={chosen.length}
        decide={decide}
        isOnline={isOnline}
        onPick={(all) => setPicked(new Set(all ? proposals.map(({ id }) => id) : []))}
        onApprove={() => void decideOn(chosen, approve())}
        onReject={() => setIsRejecting(true)}
        onSaveAll={() => void decideOn(proposals, decide.save(proposals))}
        onReset={() => void decideOn(proposals, decide.reset())}
      />
      <ol className="proposals" aria-label="Proposals">
        {proposals.map((proposal) => (
          <ProposalLine
            key={proposal.id}
            proposal={proposal}
            ticket={tickets.get(proposal.ticketId)}
            load={loads.get(proposal.id)}
            people={people}
            onChooseOther={onChooseOther}
            isChosen={picked.has(proposal.id)}
            onChoose={(isChosen) => pick(proposal.id, isChosen)}
          />
        ))}
      </ol>
      {isRejecting ? (
        <RejectDialog
          chosen={chosen}
          onReject={(reason) => decideOn(chosen, decide.reject(chosen, reason))}
          onClose={() => setIsRejecting(false)}
        />
      ) : null}
    </>
  );
}

interface ToolsProps extends Pick<Props, 'decide' | 'isOnline'>, PickAllProps {
  readonly onApprove: () => void;
  readonly onReject: () => void;
  readonly onSaveAll: () => void;
  readonly onReset: () => void;
}

function Tools({ count, chosen, decide, isOnline, onPick, onApprove, onReject, onSaveAll, onReset }: ToolsProps) {
  const waits = decide.doing !== null || !isOnline;
  const isIdle = chosen === 0 || waits;
  return (
    <div className="plan-tools" role="group" aria-label="Selection">
      <PickAll count={count} chosen={chosen} onPick={onPick} />
      <button type="button" className="button button-primary" disabled={isIdle} onClick={onApprove}>
        {decide.doing === 'approve' ? 'Approving…' : 'Approve'}
      </button>
      <button type="button" className="button" disabled={isIdle} onClick={onReject}>
        Reject…
      </button>
      <button
        type="button"
        className="button"
        disabled={waits}
        title="Everybody gets what is planned for them, in one step"
        onClick={onSaveAll}
      >
        {decide.doing === 'save' ? 'Saving…' : 'Save all'}
      </button>
      <TakeBack count={count} isIdle={waits} onReset={onReset} />
    </div>
  );
}

const isByHand = ({ insteadOf }: PlannedProposal): boolean => insteadOf !== null;

interface TakeBackProps {
  readonly count: number;
  readonly isIdle: boolean;
  readonly onReset: () => void;
}

function TakeBack({ count, isIdle, onReset }: TakeBackProps) {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <button type="button" className="button button-quiet" disabled={isIdle} onClick={() => setIsAsking(true)}>
        Take all back…
      </button>
      {isAsking ? <ResetDialog count={count} onReset={onReset} onClose={() => setIsAsking(false)} /> : null}
    </>
  );
}

interface ResetProps extends Pick<TakeBackProps, 'count' | 'onReset'> {
  readonly onClose: () => void;
}

const ResetDialog = ({ count, onReset, onClose }: ResetProps) => (
  <FormDialog
    title="Take back all that is proposed?"
    verb="Take all back"
    look="danger"
    onSubmit={() => {
      onClose();
      onReset();
    }}
    onClose={onClose}
  >
    <p className="form-subject">
      {count === 1 ? 'The proposal goes' : `All ${count} proposals go`}, for everybody. No ticket changes hands, and the
      same may be proposed again.
    </p>
  </FormDialog>
);

interface RejectProps {
  readonly chosen: readonly AssignmentProposal[];
  readonly onReject: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Closes also when it was refused: the page says why. */
const RejectDialog = ({ chosen, onReject, onClose }: RejectProps) => (
  <ReasonDialog
    title={chosen.length === 1 ? 'Reject the proposal' : 'Reject the proposals'}
    text={rejectText(chosen)}
    verb="Reject"
    isRequired
    onSubmit={async (reason) => {
      await onReject(reason);
      return true;
    }}
    onClose={onClose}
  />
);

interface PickAllProps {
  readonly count: number;
  readonly chosen: number;
  readonly onPick: (all: boolean) => void;
}

function PickAll({ count, chosen, onPick }: PickAllProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = chosen > 0 && chosen < count;
  }, [chosen, count]);
  return (
    <label className="check">
      <input
        ref={box}
        type="checkbox"
        aria-label="Select all"
        checked={chosen === count}
        onChange={(event) => onPick(event.target.checked)}
      />
      <span>{chosen > 0 ? `${chosen} of ${count} selected` : countText(count)}</span>
    </label>
  );
}
