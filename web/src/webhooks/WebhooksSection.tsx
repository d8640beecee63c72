import { useState } from 'react';
import { AdminSection } from '../admin/AdminSection.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import { limits, type Webhook, type WebhookWithSecret } from '../sdk.js';
import { useSettings, type ReadSettings } from '../settings/useSettings.js';
import { ConfirmDialog } from '../ui/ConfirmDialog.js';
import type { HookQuestion } from './HookItem.js';
import { SecretDialog } from './SecretDialog.js';
import { WebhookForm, type WebhookDraft } from './WebhookForm.js';
import { WebhookItem } from './WebhookItem.js';

const EVERY_MS = 10_000;
type Listed = { readonly items: readonly Webhook[] };
const readWebhooks: ReadSettings<Listed> = (client, projectId, signal) =>
  client.webhooks.list({ projectId, limit: limits.pageSizeMax }, { signal });

/** Where what happens here is told outside. */
export function WebhooksSection({ state }: { readonly state: BoardState }) {
  const { polled, act, problem, question, ask } = useSettings<Listed, HookQuestion<Webhook>>(readWebhooks, EVERY_MS);
  const items = polled.data?.items ?? [];
  const [secret, setSecret] = useState<WebhookWithSecret | null>(null);
  const create = (
    <button type="button" className="button" onClick={() => ask({ asked: 'create', webhook: null })}>
      New webhook…
    </button>
  );
  return (
    <AdminSection title="Webhooks" polled={polled} problem={problem} tools={create}>
      {items.length === 0 ? (
        <p className="form-hint">
          There are none yet. A webhook tells another system of what happens here, signed, in order, and until it was
          heard.
        </p>
      ) : (
        <ul className="hooks" aria-label="Webhooks">
          {items.map((webhook) => (
            <WebhookItem
              key={webhook.id}
              webhook={webhook}
              tickets={state.tickets}
              act={act}
              onAsk={(asked) => ask({ asked, webhook })}
            />
          ))}
        </ul>
      )}
      {question ? (
        <Question {...question} onDone={polled.refresh} onSecret={setSecret} onClose={() => ask(null)} />
      ) : null}
      {secret && !question ? (
        <SecretDialog values={{ Secret: secret.secret }} onClose={() => setSecret(null)}>
          What is sent to {secret.url} is signed with it, in <code>Baton-Signature</code>. It is shown this once: give
          it to the receiver now.
          {secret.previousSecretUntil === null ? '' : ' The one before stays good beside it for a day.'}
        </SecretDialog>
      ) : null}
    </AdminSection>
  );
}

interface QuestionProps extends HookQuestion<Webhook> {
  readonly onDone: () => void;
  readonly onSecret: (webhook: WebhookWithSecret) => void;
  readonly onClose: () => void;
}

function Question({ asked, webhook, onDone, onSecret, onClose }: QuestionProps) {
  const {
    client,
    store: { projectId },
  } = useBoardTools();
  if (!webhook || asked === 'create' || asked === 'change') {
    const save = async (draft: WebhookDraft) => {
      if (!webhook) onSecret(await client.webhooks.create({ projectId, ...draft }));
      else await client.webhooks.update({ webhookId: webhook.id, patch: draft, expectedVersion: webhook.version });
      onDone();
    };
    return <WebhookForm webhook={webhook} onSave={save} onClose={onClose} />;
  }
  const { id: webhookId, url } = webhook;
  if (asked === 'secret')
    return (
      <ConfirmDialog
        title="New secret"
        verb="Give a new secret"
        look="primary"
        onConfirm={async () => {
          onSecret(await client.webhooks.rotateSecret({ webhookId }));
          onDone();
        }}
        onClose={onClose}
      >
        What is sent to {url} is signed with a new secret, and for a day with the one before as well.
      </ConfirmDialog>
    );
  return (
    <ConfirmDialog
      title="Delete the webhook"
      verb="Delete"
      onConfirm={() => client.webhooks.delete({ webhookId }).then(onDone)}
      onClose={onClose}
    >
      Nothing more is sent to {url}, nor what still waits for it.
    </ConfirmDialog>
  );
}
