import { github } from '../../../trackers/github.js';
import { gitlab } from './gitlab.js';
import { jira } from './jira.js';
import { linear } from './linear.js';
import type { Tracker } from '../../../trackers/tracker.js';
import { zendesk } from './zendesk.js';

/** Those whose exports are known. */
export const trackers: readonly Tracker[] = [jira, github, gitlab, linear, zendesk];

export const trackerNamed = (name: string): Tracker | undefined => trackers.find((one) => one.name === name);

/** Of what a tracker's export must name, that which these names lack. */
export const lacking = ({ required }: Tracker, names: readonly string[]): string[] =>
  required.filter((aliases) => !aliases.some((alias) => names.includes(alias))).map(([first = '']) => first);

/** Whose export it could be. */
export const fitting = (format: Tracker['format'], names: readonly string[]): Tracker[] =>
  trackers.filter((one) => one.format === format && lacking(one, names).length === 0);
