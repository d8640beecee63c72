import { limits } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { useDraft } from '../ui/useDraft.js';

interface Props {
  readonly label: string;
  /** Who writes, and where: what is not sent is kept under it. */
  readonly place: string;
  readonly onType: (text: string) => void;
  /** Answers false when it was refused: what was written stays. */
  readonly onSend: (content: string) => Promise<boolean>;
}

/** Enter sends, with Shift it begins a line. One need not wait for the answer to write on. */
export function Composer({ label, place, onType, onSend }: Props) {
  const { draft, write: keep, takeBack } = useDraft(place);
  const { content } = draft;
  const write = (text: string) => {
    keep({ content: text, isInternal: false });
    onType(text);
  };
  const send = async () => {
    const said = content.trim();
    if (said === '') return;
    write('');
    if (!(await onSend(said))) takeBack({ content: said, isInternal: false });
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        rows={1}
        aria-label={label}
        placeholder={label}
        maxLength={limits.textLength}
        value={content}
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <button type="submit" className="icon-button" aria-label="Send" title="Send (Enter)">
        <Icon name="send" />
      </button>
    </form>
  );
}
