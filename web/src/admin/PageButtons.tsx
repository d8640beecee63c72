interface Props {
  readonly cursor: string | null;
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
  readonly onTurn: (cursor: string | null) => void;
  /** What the buttons are called. */
  readonly first?: string;
  readonly further?: string;
}

/** Through a list whose pages are only known one after the other. */
export const PageButtons = ({ cursor, next, onTurn, first = 'Newest', further = 'Older' }: Props) => (
  <div className="admin-filters">
    <button type="button" className="button button-quiet" disabled={!cursor} onClick={() => onTurn(null)}>
      {first}
    </button>
    <button type="button" className="button button-quiet" disabled={!next} onClick={() => onTurn(next)}>
      {further}
    </button>
  </div>
);
