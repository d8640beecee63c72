import type { BoardState } from '../board/boardState.js';
import type { Viewer } from '../model.js';
import type { IconName } from '../ui/Icon.js';

/** The parts of a project's settings, in the order in which they are offered, and whom they are for. What is behind them comes when it is shown. */
export const settingsSections = [
  { path: 'fields', name: 'Custom fields', icon: 'list', isFor: ({ isLead }: Viewer) => isLead },
  { path: 'rules', name: 'Rules', icon: 'gear', isFor: ({ isLead }: Viewer) => isLead },
  { path: 'webhooks', name: 'Webhooks', icon: 'send', isFor: ({ isLead }: Viewer) => isLead },
  { path: 'incoming', name: 'From GitHub', icon: 'answer', isFor: ({ isLead }: Viewer) => isLead },
  { path: 'sla', name: 'SLA policies', icon: 'gauge', isFor: ({ isLead }: Viewer) => isLead },
  { path: 'validations', name: 'Validations', icon: 'check', isFor: ({ isStaff }: Viewer) => isStaff },
] as const satisfies readonly {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  readonly isFor: (viewer: Viewer) => boolean;
}[];

/** What each of them is given. */
export interface SectionProps {
  readonly state: BoardState;
  /** What of it is shown, as a validation's id. */
  readonly item: string | null;
}

export type SettingsPath = (typeof settingsSections)[number]['path'];

export const sectionsFor = (viewer: Viewer) => settingsSections.filter(({ isFor }) => isFor(viewer));
