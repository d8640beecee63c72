import { useEffect, useState, type ComponentType, type ReactNode } from 'react';

interface Later<Props> {
  (props: Props): ReactNode;
  /** Fetches its script before it is needed. */
  readonly prepare: () => void;
}

/** A part of the board whose script comes when it is first shown. It says so when it does not come, and can be asked again. */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: ReactNode = null,
): Later<Props> {
  let known: ComponentType<Props> | null = null;
  const fetchPart = () => load().then((part) => (known = part));
  function Part(props: Props) {
    const [Shown, setShown] = useState(() => known);
    const [isMissing, setIsMissing] = useState(false);
    useEffect(() => {
      if (Shown || isMissing) return;
      let isWanted = true;
      fetchPart().then(
        (part) => isWanted && setShown(() => part),
        () => isWanted && setIsMissing(true),
      );
      return () => {
        isWanted = false;
      };
    }, [Shown, isMissing]);
    if (Shown) return <Shown {...props} />;
    return isMissing ? <Missing onAgain={() => setIsMissing(false)} /> : waiting;
  }
  const prepare = () => void fetchPart().catch(() => undefined);
  return Object.assign(Part, { prepare });
}

/** After an update of the server the old script may be gone: then only reloading helps. */
function Missing({ onAgain }: { onAgain: () => void }) {
  return (
    <div className="part-missing" role="alert">
      <p>This part of the board could not be loaded.</p>
      <p>
        <button type="button" className="button" onClick={onAgain}>
          Try again
        </button>{' '}
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </p>
    </div>
  );
}
