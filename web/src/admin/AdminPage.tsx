import { useEffect, useState } from 'react';
import type { BatonClient, Project } from '../sdk.js';
import { AuditSection } from './AuditSection.js';
import { HealthSection } from './HealthSection.js';
import { StatisticsSection } from './StatisticsSection.js';
import { SubscriptionsSection } from './SubscriptionsSection.js';

interface Props {
  readonly client: BatonClient;
  readonly projects: readonly Project[] | null;
}

/** How the server does, who follows what, who changed what, and what becomes of the tickets. Reads itself anew. */
export function AdminPage({ client, projects }: Props) {
  const [chosenId, setChosenId] = useState<string | null>(null);
  useEffect(() => {
    document.title = 'Administration · Baton';
  }, []);
  const project = projects?.find(({ id }) => id === chosenId) ?? projects?.[0];
  return (
    <main className="admin">
      <h1>Administration</h1>
      <HealthSection client={client} />
      <SubscriptionsSection client={client} projects={projects ?? []} />
      <AuditSection client={client} projects={projects ?? []} />
      {project ? (
        <StatisticsSection
          key={project.id}
          client={client}
          project={project}
          projects={projects ?? []}
          onChoose={setChosenId}
        />
      ) : null}
    </main>
  );
}
