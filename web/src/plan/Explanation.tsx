import { useEffect, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import type { AssignmentProposalDetail, ProposalExplanation } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import {
  alternativeText,
  checkFigures,
  checkText,
  counterfactualText,
  pointsText,
  reasonText,
  signed,
  termNames,
  terms,
} from './planWords.js';

/** Why in full, read when it is opened. */
export function Explanation({ proposalId }: { proposalId: string }) {
  const { client } = useBoardTools();
  const [detail, setDetail] = useState<AssignmentProposalDetail | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const reading = new AbortController();
    client.assignments.proposals
      .get({ proposalId }, { signal: reading.signal })
      .then(setDetail, (failure: unknown) => reading.signal.aborted || setError(failure));
    return () => reading.abort();
  }, [client, proposalId]);
  if (error !== null) return <p role="alert">{explain(error, 'The explanation')}</p>;
  if (!detail) return <p className="form-hint">Loading…</p>;
  const { explanation, score } = detail;
  return (
    <div className="why">
      <Checks checks={explanation.checks} />
      <Score {...explanation} score={score} />
      <Others {...explanation} />
      {explanation.counterfactual ? (
        <section>
          <h3>What would change it</h3>
          <p>{counterfactualText(explanation.counterfactual)}</p>
        </section>
      ) : null}
    </div>
  );
}

const Checks = ({ checks }: Pick<ProposalExplanation, 'checks'>) => (
  <section>
    <h3>What must hold</h3>
    <ul className="why-checks">
      {checks.map((check) => (
        <li key={check.constraint} data-broken={check.isMet ? undefined : true}>
          <Icon name={check.isMet ? 'check' : 'close'} />
          <span>
            {checkText(check)} <span className="form-hint">{checkFigures(check)}</span>
          </span>
        </li>
      ))}
    </ul>
  </section>
);

function Score({
  terms: values,
  points,
  isEstimated,
  score,
}: Pick<ProposalExplanation, 'terms' | 'points' | 'isEstimated'> & { readonly score: number }) {
  return (
    <section>
      <h3>How well it fits</h3>
      <table className="why-score">
        <tbody>
          {terms.map((term) => (
            <tr key={term}>
              <th scope="row">{termNames[term]}</th>
              <td>{signed(values[term])}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Score</th>
            <td>{signed(score)}</td>
          </tr>
        </tfoot>
      </table>
      <p className="form-hint">{isEstimated ? pointsText(points) : `No estimate: counted as ${pointsText(points)}`}</p>
    </section>
  );
}

function Others({ alternatives, notChosen }: Pick<ProposalExplanation, 'alternatives' | 'notChosen'>) {
  const counts = Object.entries(notChosen.counts) as [keyof typeof notChosen.counts, number][];
  if (alternatives.length + notChosen.people.length === 0) return null;
  return (
    <section>
      <h3>Who else</h3>
      <ul className="why-others">
        {alternatives.map((other) => (
          <li key={other.developerId}>
            <strong>{other.name}</strong>: {alternativeText(other)}
          </li>
        ))}
        {notChosen.people.map(({ developerId, name, reason }) => (
          <li key={developerId}>
            <strong>{name}</strong>: {reasonText(reason)}
          </li>
        ))}
        {counts.map(([reason, count]) => (
          <li key={reason}>
            {count} more: {reasonText(reason)}
          </li>
        ))}
      </ul>
    </section>
  );
}
