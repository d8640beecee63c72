import { useBoardTools } from '../board/boardContext.js';
import { Avatar } from '../ui/Avatar.js';
import { presenceText } from './presenceText.js';
import { usePresence } from './usePresence.js';

const FACES_MAX = 4;

/** Who else is at the ticket now, for staff. Always there, so that a screen reader hears who comes. */
export function PresenceBar({ ticketId }: { ticketId: string }) {
  const { viewer } = useBoardTools();
  const people = usePresence(ticketId);
  if (!viewer.isStaff) return null;
  return (
    <p className="presence" role="status" aria-label="Who else is here" data-empty={people.length === 0 || undefined}>
      <span className="presence-faces">
        {people.slice(0, FACES_MAX).map(({ id, name, typing }) => (
          <span key={id} className="presence-face" data-typing={typing || undefined}>
            <Avatar id={id} name={name} />
          </span>
        ))}
      </span>
      <span className="presence-text">{presenceText(people)}</span>
    </p>
  );
}
