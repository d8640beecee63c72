import type { Project } from '../sdk.js';
import { pathTo } from '../ui/useRoute.js';

const statusNames: Readonly<Record<Project['status'], string>> = {
  PLANNED: 'Planned',
  ACTIVE: 'Active',
  ON_HOLD: 'On hold',
  COMPLETED: 'Completed',
  CANCELLED: 'Cancelled',
};

/** `projects` is null while they load. */
export function ProjectsPage({ projects }: { projects: readonly Project[] | null }) {
  return (
    <main className="projects">
      <h1>Projects</h1>
      {projects === null ? <p className="form-hint">Loading…</p> : null}
      {projects?.length === 0 ? (
        <p className="form-hint">You are in no project yet. A project lead or an administrator can add you.</p>
      ) : null}
      <ul>
        {projects?.map((project) => (
          <li key={project.id}>
            <a className="project" href={pathTo(project.key)}>
              <span className="project-key">{project.key}</span>
              <strong>{project.name}</strong>
              <span className="project-text">{project.description}</span>
              {project.status === 'ACTIVE' ? null : <span className="fact">{statusNames[project.status]}</span>}
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}
