import { useSyncExternalStore } from 'react';
import { Icon } from './Icon.js';
import type { Toast, Toasts } from './toasts.js';

/** The lists are always there, so that screen readers watch them before the first message comes. */
export function ToastList({ toasts }: { toasts: Toasts }) {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get);
  return (
    <section
      className="toasts"
      aria-label="Messages"
      onPointerEnter={toasts.hold}
      onPointerLeave={toasts.releaseAll}
      onFocus={toasts.hold}
      onBlur={toasts.releaseAll}
    >
      {(['news', 'error', 'notice'] as const).map((kind) => (
        <div key={kind} role={kind === 'error' ? 'alert' : 'status'}>
          {shown
            .filter((toast) => toast.kind === kind)
            .map((toast) => (
              <Message key={toast.id} toast={toast} onDismiss={() => toasts.dismiss(toast.id)} />
            ))}
        </div>
      ))}
    </section>
  );
}

function Message({ toast: { kind, text, action }, onDismiss }: { toast: Toast; onDismiss: () => void }) {
  return (
    <div className={`toast toast-${kind}`}>
      <p>{text}</p>
      {action ? (
        <button
          type="button"
          className="toast-action"
          onClick={() => {
            onDismiss();
            action.run();
          }}
        >
          {action.label}
        </button>
      ) : null}
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={onDismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
