import type { SectionProps } from '../settings/settingsSections.js';
import { ValidationDetail } from './ValidationDetail.js';
import { ValidationList } from './ValidationList.js';

/** What was compared of two systems, and what came of it. */
export const ValidationsSection = ({ state, item }: SectionProps) =>
  item === null ? <ValidationList /> : <ValidationDetail key={item} sessionId={item} tickets={state.tickets} />;
