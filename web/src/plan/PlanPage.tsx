import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import { explain } from '../board/explain.js';
import { useProfiles } from '../board/useProfiles.js';
import type { AssignmentRunDetail, PlanStrategy } from '../sdk.js';
import { formatAgo, formatMoment } from '../ui/dates.js';
import { useNow } from '../ui/useNow.js';
import { pathTo } from '../ui/useRoute.js';
import { loadsOf } from './planLoads.js';
import { People, stillUnplaced, Unplaced } from './PlanSides.js';
import { PlanningRules } from './PlanningRules.js';
import { outcomeText, strategies, strategyNames } from './planWords.js';
import { Proposals } from './Proposals.js';
import { useChoices } from './useChoices.js';
import { useDecide } from './useDecide.js';
import { usePlan, useTicketsOf, type Plan } from './usePlan.js';

interface Props {
  readonly state: BoardState;
}

/** Who should have which ticket, and why; people decide. */
export function PlanPage(props: Props) {
  const { viewer, projectKey } = useBoardTools();
  useEffect(() => {
    document.title = `Plan · ${projectKey} · Baton`;
  }, [projectKey]);
  if (viewer.isStaff) return <StaffPlan {...props} />;
  return (
    <main className="notice-page">
      <p role="alert">Only those who work in this project plan it.</p>
      <p>
        <a href={pathTo(projectKey)}>To the board</a>
      </p>
    </main>
  );
}

function StaffPlan({ state }: Props) {
  const { client, projectKey } = useBoardTools();
  const connection = useSyncExternalStore(client.connection.subscribe, client.connection.get);
  const isOnline = connection.state === 'online';
  const plan = usePlan();
  const decide = useDecide(plan);
  const profiles = useProfiles();
  const heading = useRef<HTMLHeadingElement>(null);
  const { proposals, run } = plan;
  useTicketsOf(proposals, state.tickets);
  const { planned, choose } = useChoices(proposals, profiles);
  const loads = useMemo(() => loadsOf(planned, profiles, state.tickets), [planned, profiles, state.tickets]);
  const unplaced = stillUnplaced(run?.unplaced ?? [], state).filter(({ ticketId }) => !state.proposed.has(ticketId));
  return (
    <main className="plan-page">
      <header className="plan-head">
        <h1>Plan</h1>
        <a className="button button-quiet" href={pathTo(projectKey)}>
          Board
        </a>
        <Propose isBusy={decide.doing !== null} isOnline={isOnline} onPropose={(by) => void decide.propose(by)} />
      </header>
      <Status decide={decide} isOnline={isOnline} run={run} members={state.members} />
      <div className="plan-columns">
        <section aria-labelledby="plan-proposals" className="plan-main">
          <h2 id="plan-proposals" ref={heading} tabIndex={-1}>
            Proposals
          </h2>
          {planned.length > 0 ? (
            <Proposals
              proposals={planned}
              people={profiles}
              onChooseOther={choose}
              tickets={state.tickets}
              loads={loads.byProposal}
              decide={decide}
              isOnline={isOnline}
              onDecided={() => heading.current?.focus()}
            />
          ) : (
            <NoProposals {...plan} />
          )}
        </section>
        <div className="plan-side">
          <People profiles={profiles} loads={loads.byPerson} />
          <Unplaced unplaced={unplaced} tickets={state.tickets} />
          <PlanningRules project={state.project} isOnline={isOnline} />
        </div>
      </div>
    </main>
  );
}

/** Still to come, not to be had, or decided. */
function NoProposals({ proposals, error, read }: Plan) {
  if (proposals)
    return (
      <p className="talk-none">
        Nothing waits for a decision. Propose plans who should have the tickets that nobody holds.
      </p>
    );
  if (!error) return <p className="form-hint">Loading…</p>;
  return (
    <div className="talk-none" role="alert">
      <p>{explain(error, 'The plan')}</p>
      <button type="button" className="button" onClick={() => void read()}>
        Try again
      </button>
    </div>
  );
}

interface StatusProps extends Pick<Plan, 'run'> {
  readonly decide: ReturnType<typeof useDecide>;
  readonly isOnline: boolean;
  readonly members: BoardState['members'];
}

function Status({ decide: { doing, done, problem }, isOnline, run, members }: StatusProps) {
  return (
    <div className="plan-status">
      <p role="status">{doing === 'propose' ? 'Looking for a plan…' : done}</p>
      {doing === 'propose' ? <progress aria-label="Planning" /> : null}
      {problem === null ? null : (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
      {isOnline ? null : <p className="form-hint">Planning and deciding wait for the connection.</p>}
      {run ? <Outcome run={run} members={members} /> : null}
    </div>
  );
}

interface ProposeProps {
  readonly isBusy: boolean;
  readonly isOnline: boolean;
  readonly onPropose: (strategy: PlanStrategy) => void;
}

function Propose({ isBusy, isOnline, onPropose }: ProposeProps) {
  const [strategy, setStrategy] = useState<PlanStrategy>('OPTIMAL');
  return (
    <form
      className="plan-propose"
      onSubmit={(event) => {
        event.preventDefault();
        onPropose(strategy);
      }}
    >
      <select
        aria-label="How to plan"
        value={strategy}
        onChange={({ target }) => setStrategy(strategies.find((one) => one === target.value) ?? 'OPTIMAL')}
      >
        {strategies.map((one) => (
          <option key={one} value={one}>
            {strategyNames[one]}
          </option>
        ))}
      </select>
      <button type="submit" className="button button-primary" disabled={isBusy || !isOnline}>
        Propose
      </button>
    </form>
  );
}

function Outcome({ run, members }: { run: AssignmentRunDetail; members: BoardState['members'] }) {
  const now = useNow(60_000);
  const whoAsked = members.find(({ userId }) => userId === run.requestedBy)?.name ?? 'somebody';
  const by = run.requestedBy === null ? 'Baton' : whoAsked;
  return (
    <p className="plan-outcome">
      <strong>{strategyNames[run.strategy]}.</strong> {outcomeText(run)}{' '}
      <span className="form-hint">
        Planned{' '}
        <time dateTime={run.createdAt} title={formatMoment(run.createdAt)}>
          {formatAgo(run.createdAt, now)}
        </time>{' '}
        by {by}
      </span>
    </p>
  );
}
