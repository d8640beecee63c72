import type { Discrepancy } from '../sdk.js';
import { pathToTicket } from '../ui/useRoute.js';
import type { Decided } from './Decision.js';
import { discrepancyStatusNames, placeText, severityNames, typeNames, valueText } from './validationWords.js';

interface Props {
  readonly discrepancy: Discrepancy;
  readonly ticketKey: string | undefined;
  readonly onDecide: (decided: Decided) => void;
}

export function DiscrepancyRow({ discrepancy, ticketKey, onDecide }: Props) {
  const { severity, type, status, seen, reason, expected, actual } = discrepancy;
  const place = placeText(discrepancy);
  return (
    <tr>
      <th scope="row">
        <span className="mark" data-look={severity}>
          {severityNames[severity]}
        </span>
      </th>
      <td>
        {typeNames[type]}
        {seen > 1 ? <span className="form-hint"> {seen} times</span> : null}
      </td>
      <td className="cell-words">
        <code>{place}</code>
      </td>
      <td className="cell-words">
        <code>{valueText(expected)}</code>
      </td>
      <td className="cell-words">
        <code>{valueText(actual)}</code>
      </td>
      <td className="cell-words">
        {discrepancyStatusNames[status]}
        {ticketKey ? (
          <>
            {': '}
            <a href={pathToTicket(ticketKey)}>{ticketKey}</a>
          </>
        ) : null}
        {reason ? <span className="form-hint"> {reason}</span> : null}
      </td>
      <td>
        {/* What has a ticket is resolved with that. */}
        {status === 'OPEN' ? (
          <>
            {(['resolve', 'waive'] as const).map((verb) => (
              <button
                key={verb}
                type="button"
                className="button button-quiet"
                aria-label={`${verb === 'resolve' ? 'Resolve' : 'Waive'} ${place}…`}
                onClick={() => onDecide({ verb, discrepancy })}
              >
                {verb === 'resolve' ? 'Resolve…' : 'Waive…'}
              </button>
            ))}
          </>
        ) : null}
      </td>
    </tr>
  );
}
