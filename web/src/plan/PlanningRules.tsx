import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { autoAssigns, awayPolicies, type ProjectDetail } from '../sdk.js';
import { autoAssignNames, awayPolicyNames } from './planWords.js';

interface Props {
  readonly project: ProjectDetail;
  readonly isOnline: boolean;
}
type Rules = Partial<Pick<ProjectDetail, 'awayPolicy' | 'autoAssign'>>;

/** What happens without anybody asking; leads choose. The project's own event says that it was done. */
export function PlanningRules({ project, isOnline }: Props) {
  const { client, viewer } = useBoardTools();
  const [problem, setProblem] = useState('');
  const mayChoose = viewer.user.role === 'ADMIN' || project.myRole === 'LEAD';
  const choose = (patch: Rules) =>
    client.projects.update({ projectId: project.id, patch }).then(
      () => setProblem(''),
      (error: unknown) => setProblem(explain(error, 'The project')),
    );
  const shared = { isDisabled: !mayChoose || !isOnline };
  return (
    <section aria-labelledby="plan-rules">
      <h2 id="plan-rules">By itself</h2>
      <div className="plan-rules">
        <Choice
          label="When somebody is away"
          value={project.awayPolicy}
          words={awayPolicies}
          names={awayPolicyNames}
          onChoose={(awayPolicy) => void choose({ awayPolicy })}
          {...shared}
        />
        <Choice
          label="When a ticket is made for nobody"
          value={project.autoAssign}
          words={autoAssigns}
          names={autoAssignNames}
          onChoose={(autoAssign) => void choose({ autoAssign })}
          {...shared}
        />
        {mayChoose ? null : <p className="form-hint">Leads of the project choose.</p>}
        <p className="form-problem" role="alert">
          {problem}
        </p>
      </div>
    </section>
  );
}

interface ChoiceProps<Word extends string> {
  readonly label: string;
  readonly value: Word;
  readonly words: readonly Word[];
  readonly names: Readonly<Record<Word, string>>;
  readonly isDisabled: boolean;
  readonly onChoose: (word: Word) => void;
}

function Choice<Word extends string>({ label, value, words, names, isDisabled, onChoose }: ChoiceProps<Word>) {
  return (
    <label className="field">
      <span>{label}</span>
      <select
        value={value}
        disabled={isDisabled}
        onChange={({ target }) => {
          const chosen = words.find((word) => word === target.value);
          if (chosen !== undefined) onChoose(chosen);
        }}
      >
        {words.map((word) => (
          <option key={word} value={word}>
            {names[word]}
          </option>
        ))}
      </select>
    </label>
  );
}
