import type { Act } from '../admin/useDeeds.js';
import { useBoardTools } from '../board/boardContext.js';
import type { Discrepancy } from '../sdk.js';
import { ReasonDialog } from '../ui/ReasonDialog.js';
import { placeText } from './validationWords.js';

export interface Decided {
  readonly verb: 'resolve' | 'waive';
  readonly discrepancy: Discrepancy;
}

const words = {
  resolve: { title: 'Resolve', text: 'It is set right. Found again, it is open again.' },
  waive: {
    title: 'Waive',
    text: 'It may stay as it is, for the reason that you say. Found again, it is only counted.',
  },
} as const;

interface Props extends Decided {
  readonly act: Act;
  readonly onClose: () => void;
}

/** Asks why; what failed is said where the list is. */
export function Decision({ verb, discrepancy, act, onClose }: Props) {
  const { client } = useBoardTools();
  const { title, text } = words[verb];
  const { resolve, waive } = client.validations.discrepancies;
  const decide = async (reason: string) => {
    const discrepancyIds = [discrepancy.id];
    const why = reason.trim();
    await act(() =>
      verb === 'waive'
        ? waive({ discrepancyIds, reason: why })
        : resolve({ discrepancyIds, ...(why === '' ? {} : { reason: why }) }),
    );
    return true;
  };
  return (
    <ReasonDialog
      title={`${title} ${placeText(discrepancy)}`}
      text={text}
      verb={title}
      isRequired={verb === 'waive'}
      onSubmit={decide}
      onClose={onClose}
    />
  );
}
