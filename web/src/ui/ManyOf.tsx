import { toggled } from './toggled.js';

interface Props<Word extends string> {
  readonly legend: string;
  readonly of: readonly Word[];
  readonly names: Readonly<Record<Word, string>>;
  readonly chosen: ReadonlySet<Word>;
  readonly onChoose: (chosen: ReadonlySet<Word>) => void;
}

/** Any number of few words, all of them in sight. */
export const ManyOf = <Word extends string>({ legend, of, names, chosen, onChoose }: Props<Word>) => (
  <fieldset className="many-of">
    <legend>{legend}</legend>
    {of.map((word) => (
      <label key={word} className="check">
        <input type="checkbox" checked={chosen.has(word)} onChange={() => onChoose(toggled(chosen, word))} />
        {names[word]}
      </label>
    ))}
  </fieldset>
);
