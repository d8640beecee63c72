import type { Random } from '../../../seeders/support/random.js';
import type { Stage } from '../stage/stage.js';

/** Something bad that happens and passes: causes it, lets it last, and heals it. @returns what it was done to. */
export type Fault = (stage: Stage, random: Random) => Promise<string>;
