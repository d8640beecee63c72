import { useSyncExternalStore } from 'react';
import { Icon } from './Icon.js';
import type { Toasts } from './toasts.js';

/** The list is always there, so that screen readers watch it before the first message comes. */
export function ToastList({ toasts }: { toasts: Toasts }) {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get);
  return (
    <section className="toasts" aria-label="Messages">
      {(['error', 'notice'] as const).map((kind) => (
        <ol key={kind} role={kind === 'error' ? 'alert' : 'status'}>
          {shown
            .filter((toast) => toast.kind === kind)
            .map((toast) => (
              <li key={toast.id} className={`toast toast-${kind}`}>
                <p>{toast.text}</p>
                <button
                  type="button"
                  className="icon-button"
                  aria-label="Dismiss"
                  onClick={() => toasts.dismiss(toast.id)}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
        </ol>
      ))}
    </section>
  );
}
