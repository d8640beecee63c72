import { useEffect, useState } from 'react';
import type { PresentPerson } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';

/** Who else has the ticket open. To be there is to be seen; customers are told of nobody. */
export function usePresence(ticketId: string): readonly PresentPerson[] {
  const { client, viewer } = useBoardTools();
  const [people, setPeople] = useState<readonly PresentPerson[]>([]);
  const { id: viewerId } = viewer.user;
  useEffect(() => {
    const stream = client.live.ticket(
      { ticketId },
      { onPresence: (presence) => setPeople(presence.people.filter(({ id }) => id !== viewerId)) },
    );
    return () => stream.stop();
  }, [client, ticketId, viewerId]);
  return people;
}
