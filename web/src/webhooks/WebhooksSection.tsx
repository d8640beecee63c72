import { useCallback, useState } from 'react';
import { AdminSection } from '../admin/AdminSection.js';
import { useDeeds } from '../admin/useDeeds.js';
import { usePolled } from '../admin/usePolled.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import { limits, type Webhook, type WebhookWithSecret } from '../sdk.js';
import { ConfirmDialog } from '../ui/ConfirmDialog.js';
import { SecretDialog } from './SecretDialog.js';
import { WebhookForm, type WebhookDraft } from './WebhookForm.js';
import { WebhookItem, type Asked } from './WebhookItem.js';

const EVERY_MS = 10_000;

/** What is asked of whoever looks, and about which; a new one is of none. */
interface Question {
  readonly asked: Asked | 'create';
  readonly webhook: Webhook | null;
}

/** Where what happens here is told outside. */
export function WebhooksSection({ state }: { readonly state: BoardState }) {
  const {
    client,
    store: { projectId },
  } = useBoardTools();
  const read = useCallback(
    (signal: AbortSignal) => client.webhooks.list({ projectId, limit: limits.pageSizeMax }, { signal }),
    [client, projectId],
  );
  const polled = usePolled(read, EVERY_MS);
  const { act, problem } = useDeeds(polled.refresh);
  const [question, setQuestion] = useState<Question | null>(null);
  const [secret, setSecret] = useState<WebhookWithSecret | null>(null);
  const webhooks = polled.data?.items ?? [];
  const create = (
    <button type="button" className="button" onClick={() => setQuestion({ asked: 'create', webhook: null })}>
      New webhook…
    </button>
  );
  return (
    <AdminSection title="Webhooks" polled={polled} problem={problem} tools={create}>
      {webhooks.length === 0 ? (
        <p className="form-hint">
          There are none yet. A webhook tells another system of what happens here, signed, in order, and until it was
          heard.
        </p>
      ) : (
        <ul className="hooks" aria-label="Webhooks">
          {webhooks.map((webhook) => (
            <WebhookItem
              key={webhook.id}
              webhook={webhook}
              tickets={state.tickets}
              act={act}
              onAsk={(asked) => setQuestion({ asked, webhook })}
            />
          ))}
        </ul>
      )}
      {question ? (
        <Question {...question} onDone={polled.refresh} onSecret={setSecret} onClose={() => setQuestion(null)} />
      ) : null}
      {secret && !question ? <SecretDialog webhook={secret} onClose={() => setSecret(null)} /> : null}
    </AdminSection>
  );
}

interface QuestionProps extends Question {
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
