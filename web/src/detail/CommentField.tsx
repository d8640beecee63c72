import { useId, useState, type RefObject } from 'react';
import { limits } from '../sdk.js';
import { mentionOf } from '../ui/mentions.js';
import { MentionList, useMentionable, type Named } from './MentionList.js';

interface Props {
  readonly label: string;
  readonly content: string;
  readonly onWrite: (content: string) => void;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly placeholder?: string;
  /** It is on its way, and stays as it is. */
  readonly isSent?: boolean;
  /** What says why it was not taken. */
  readonly problemId?: string;
  readonly isWrong?: boolean;
}

/** The text of a comment, in which people are named. Control and Enter are for the form around it. */
export function CommentField({ label, content, onWrite, field, placeholder, isSent, problemId, isWrong }: Props) {
  const hintId = useId();
  const { people, name, setCaret } = useNaming(content, onWrite, field);
  return (
    <>
      <textarea
        ref={field}
        rows={3}
        aria-label={label}
        aria-describedby={problemId === undefined ? hintId : `${problemId} ${hintId}`}
        aria-invalid={isWrong}
        placeholder={placeholder}
        maxLength={limits.textLength}
        readOnly={isSent}
        value={content}
        onChange={(event) => onWrite(event.target.value)}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={(event) => {
          const [first] = people;
          if (event.key !== 'Tab' || event.shiftKey || !first) return;
          event.preventDefault();
          name(first);
        }}
      />
      <MentionList people={people} onChoose={name} />
      <span className="visually-hidden" id={hintId}>
        Control and Enter send it. An @ and a name tell somebody of it; Tab takes the first who is offered.
      </span>
    </>
  );
}

/** Whom the text before the caret may mean, and what puts one of them there. */
function useNaming(content: string, write: (text: string) => void, field: RefObject<HTMLTextAreaElement | null>) {
  const [caret, setCaret] = useState(0);
  const people = useMentionable(content.slice(0, caret));
  const name = ({ userId, name: called }: Named) => {
    const before = content.slice(0, caret).replace(/@[^@]*$/, `${mentionOf(called, userId)} `);
    write(before + content.slice(caret));
    setCaret(before.length);
    field.current?.focus();
  };
  return { people, name, setCaret };
}
