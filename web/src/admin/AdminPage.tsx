import { Fragment, useEffect, useState } from 'react';
import type { BatonClient, Project } from '../sdk.js';
import { AuditSection } from './AuditSection.js';
import { FieldsSection } from './FieldsSection.js';
import { RulesSection } from '../rules/RulesSection.js';
import { HealthSection } from './HealthSection.js';
import { StatisticsSection } from './StatisticsSection.js';
import { SubscriptionsSection } from './SubscriptionsSection.js';

interface Props {
  readonly client: BatonClient;
  readonly projects: readonly Project[] | null;
}

/** How the server does, who follows what, who changed what, what becomes of the tickets, what is done by itself, and what they can say. Reads itself anew. */
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
        <Fragment key={project.id}>
          <StatisticsSection client={client} project={project} projects={projects ?? []} onChoose={setChosenId} />
          <RulesSection client={client} project={project} />
          <FieldsSection client={client} project={project} />
        </Fragment>
      ) : null}
    </main>
  );
}
