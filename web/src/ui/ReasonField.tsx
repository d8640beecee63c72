import { limits } from '../sdk.js';

interface Props {
  readonly value: string;
  readonly isRequired?: boolean;
  readonly onChange: (reason: string) => void;
}

/** Why something is done. */
export const ReasonField = ({ value, isRequired = false, onChange }: Props) => (
  <label className="field">
    <span>
      Reason <span className="form-hint">{isRequired ? '' : 'optional, '}everybody in the team can read it</span>
    </span>
    <input
      required={isRequired}
      value={value}
      maxLength={limits.reasonLength}
      onChange={(event) => onChange(event.target.value)}
    />
  </label>
);
