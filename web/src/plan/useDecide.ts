import { useState } from 'react';
import { explain } from '../board/explain.js';
import { useBoardTools } from '../board/boardContext.js';
import { isBatonError, type AssignmentProposal, type PlanStrategy } from '../sdk.js';
import { decidedText, refusalText, savedText, ticketsText } from './planWords.js';
import type { PlannedProposal } from './useChoices.js';
import type { Plan } from './usePlan.js';

type Doing = 'propose' | 'approve' | 'save' | 'reject' | 'reset';

/** One thing at a time. What was refused is told, and the list read again. */
function useOneAtATime(read: Plan['read']) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [done, setDone] = useState('');
  const run = async (what: Doing, call: () => Promise<string>): Promise<boolean> => {
    setDoing(what);
    setProblem(null);
    setDone('');
    try {
      const text = await call();
      await read();
      setDone(text);
      return true;
    } catch (error) {
      setProblem((isBatonError(error) ? refusalText(error) : null) ?? explain(error, 'The plan'));
      await read();
      return false;
    } finally {
      setDoing(null);
    }
  };
  return { doing, problem, done, run };
}

/** What can be done with a plan. */
export function useDecide({ read }: Plan) {
  const { client, store } = useBoardTools();
  const { run, ...state } = useOneAtATime(read);
  const idsOf = (chosen: readonly AssignmentProposal[]) => chosen.map(({ id }) => id);
  return {
    ...state,
    propose: (strategy: PlanStrategy) =>
      run('propose', async () => {
        const reply = await client.assignments.propose({ projectId: store.projectId, strategy });
        const more = reply.hasMore ? ' There are more tickets than fit in one plan.' : '';
        const changed = reply.changed.length > 0 ? ` ${ticketsText(reply.changed.length)} changed meanwhile.` : '';
        return `${ticketsText(reply.proposals.length)} placed, ${reply.unplaced.length} not.${changed}${more}`;
      }),
    approve: (chosen: readonly AssignmentProposal[]) =>
      run('approve', async () => {
        await client.assignments.approve({ proposalIds: idsOf(chosen) });
        return decidedText('approved', chosen);
      }),
    save: (planned: readonly PlannedProposal[]) =>
      run('save', async () => {
        const { assignments } = await client.assignments.save({ assignments: planned.map(assignmentOf) });
        return savedText(planned, assignments);
      }),
    reject: (chosen: readonly AssignmentProposal[], reason: string) =>
      run('reject', async () => {
        await client.assignments.reject({ proposalIds: idsOf(chosen), reason });
        return decidedText('rejected', chosen);
      }),
    reset: () =>
      run('reset', async () => {
        let count = 0;
        let reply;
        do {
          reply = await client.assignments.reset({ projectId: store.projectId });
          count += reply.withdrawn;
        } while (reply.hasMore);
        return `${count === 1 ? '1 proposal was' : `${count} proposals were`} taken back.`;
      }),
  };
}

/** Whoever was proposed is approved; anybody else is given it by hand. */
const assignmentOf = ({ id, ticketId, assigneeId, insteadOf }: PlannedProposal) =>
  insteadOf === null ? { ticketId, assigneeId, proposalId: id } : { ticketId, assigneeId };
