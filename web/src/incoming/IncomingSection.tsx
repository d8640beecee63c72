import { useState } from 'react';
import { AdminSection } from '../admin/AdminSection.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import { limits, type IncomingWebhook, type IncomingWebhookWithSecret } from '../sdk.js';
import { useSettings, type ReadSettings } from '../settings/useSettings.js';
import { ConfirmDialog } from '../ui/ConfirmDialog.js';
import type { HookQuestion } from '../webhooks/HookItem.js';
import { SecretDialog } from '../webhooks/SecretDialog.js';
import { IncomingForm } from './IncomingForm.js';
import { IncomingItem } from './IncomingItem.js';
import { addressOf } from './incomingWords.js';

const EVERY_MS = 10_000;
type Listed = { readonly items: readonly IncomingWebhook[] };
const readIncoming: ReadSettings<Listed> = (client, projectId, signal) =>
  client.webhooks.incoming.list({ projectId, limit: limits.pageSizeMax }, { signal });

/** Repositories whose issues become tickets of the project. */
export function IncomingSection({ state }: { readonly state: BoardState }) {
  const { polled, act, problem, question, ask } = useSettings<Listed, HookQuestion<IncomingWebhook>>(
    readIncoming,
    EVERY_MS,
  );
  const items = polled.data?.items ?? [];
  const [made, setMade] = useState<IncomingWebhookWithSecret | null>(null);
  const create = (
    <button type="button" className="button" onClick={() => ask({ asked: 'create', webhook: null })}>
      New repository…
    </button>
  );
  return (
    <AdminSection title="From GitHub" polled={polled} problem={problem} tools={create}>
      {items.length === 0 ? (
        <p className="form-hint">
          There are none yet. A repository of GitHub tells of its issues and their comments, which become tickets here
          and stay up to date.
        </p>
      ) : (
        <ul className="hooks" aria-label="Repositories">
          {items.map((webhook) => (
            <IncomingItem
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
        <Question {...question} onDone={polled.refresh} onSecret={setMade} onClose={() => ask(null)} />
      ) : null}
      {made && !question ? <HowToEnter webhook={made} onClose={() => setMade(null)} /> : null}
    </AdminSection>
  );
}

interface HowToEnterProps {
  readonly webhook: IncomingWebhookWithSecret;
  readonly onClose: () => void;
}

/** What to do there, with the address and the secret, which is told this once. */
const HowToEnter = ({ webhook, onClose }: HowToEnterProps) => (
  <SecretDialog values={{ Address: addressOf(webhook, location.href), Secret: webhook.secret }} onClose={onClose}>
    <p>
      In the repository, <b>Settings → Webhooks → Add webhook</b>: enter both, choose the content type{' '}
      <code>application/json</code> and, of the individual events, <b>Issues</b> and <b>Issue comments</b>. The secret
      is shown this once.
      {webhook.previousSecretUntil === null ? '' : ' The one before is taken beside it for a day.'}
    </p>
  </SecretDialog>
);

interface QuestionProps extends HookQuestion<IncomingWebhook> {
  readonly onDone: () => void;
  readonly onSecret: (webhook: IncomingWebhookWithSecret) => void;
  readonly onClose: () => void;
}

function Question({ asked, webhook, onDone, onSecret, onClose }: QuestionProps) {
  const {
    client: {
      webhooks: { incoming },
    },
    store: { projectId },
  } = useBoardTools();
  if (!webhook || asked === 'create' || asked === 'change') {
    const save = async (name: string) => {
      if (!webhook) onSecret(await incoming.create({ projectId, name }));
      else await incoming.update({ incomingId: webhook.id, patch: { name }, expectedVersion: webhook.version });
      onDone();
    };
    return <IncomingForm webhook={webhook} onSave={save} onClose={onClose} />;
  }
  const { id: incomingId, name } = webhook;
  if (asked === 'secret')
    return (
      <ConfirmDialog
        title="New secret"
        verb="Give a new secret"
        look="primary"
        onConfirm={async () => {
          onSecret(await incoming.rotateSecret({ incomingId }));
          onDone();
        }}
        onClose={onClose}
      >
        What {name} sends must be signed with a new secret; for a day the one before is taken as well.
      </ConfirmDialog>
    );
  return (
    <ConfirmDialog
      title="Delete the repository"
      verb="Delete"
      onConfirm={() => incoming.delete({ incomingId }).then(onDone)}
      onClose={onClose}
    >
      Nothing more is taken from {name}. The tickets that came by it stay.
    </ConfirmDialog>
  );
}
