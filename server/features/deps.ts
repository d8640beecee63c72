import type { NodeHealth } from '../../contract/admin.js';
import type { WriteDeps } from '../db/unitOfWork.js';
import type { Planner } from '../planner/plan.js';
import type { Hub } from '../realtime/hub.js';
import type { FileSettings } from './attachments/fileSettings.js';
import type { AuthSettings } from './auth/authSettings.js';
import type { MailSettings } from './mails/mailSettings.js';
import type { WebhookSettings } from './webhooks/webhookSettings.js';

/** What commands, queries and streams are given; built once in app.ts. */
export interface Deps extends WriteDeps {
  /** What happened long ago is being loaded: nobody is told of it as news. */
  readonly isQuiet?: boolean;
  readonly auth: AuthSettings;
  readonly files: FileSettings;
  /** Null: nobody is sent e-mail. */
  readonly mail: MailSettings | null;
  readonly hub: Hub;
  readonly planner: Planner;
  /** Tickets wait for the system to find somebody: it looks soon. Never waited for, never throws; it looks now and then anyway. */
  readonly placeSoon: () => void;
  readonly webhooks: WebhookSettings;
  /** Something is to be sent to webhooks: it is looked for soon. Never waited for, never throws; it is looked for each second anyway. */
  readonly webhooksSoon: () => void;
  /** How this process does. */
  readonly health: () => Promise<NodeHealth>;
}
