import { wordsOf } from './validationWords.js';

interface Props<Word extends string> {
  readonly label: string;
  readonly names: Readonly<Record<Word, string>>;
  readonly value: Word | undefined;
  readonly onChoose: (word: Word | undefined) => void;
  /** What it is called to choose none. */
  readonly all: string;
}

/** One of the words, or all of them. */
export const WordChoice = <Word extends string>({ label, names, value, onChoose, all }: Props<Word>) => (
  <select
    aria-label={label}
    value={value ?? ''}
    onChange={(event) => onChoose(wordsOf(names).find((word) => word === event.target.value))}
  >
    <option value="">{all}</option>
    {wordsOf(names).map((word) => (
      <option key={word} value={word}>
        {names[word]}
      </option>
    ))}
  </select>
);
