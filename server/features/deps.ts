import type { NodeHealth } from '../../contract/admin.js';
import type { WriteDeps } from '../db/unitOfWork.js';
import type { Hub } from '../realtime/hub.js';
import type { FileSettings } from './attachments/fileSettings.js';
import type { AuthSettings } from './auth/authSettings.js';

/** What commands, queries and streams are given; built once in app.ts. */
export interface Deps extends WriteDeps {
  /** What happened long ago is being loaded: nobody is told of it as news. */
  readonly isQuiet?: boolean;
  readonly auth: AuthSettings;
  readonly files: FileSettings;
  readonly hub: Hub;
  /** How this process does. */
  readonly health: () => Promise<NodeHealth>;
}
