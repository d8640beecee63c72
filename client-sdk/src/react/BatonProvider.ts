import { createContext, createElement, useContext, type ReactElement, type ReactNode } from 'react';
import type { BatonClient } from '../index.js';

const ClientContext = createContext<BatonClient | null>(null);

/** Gives `client` to the hooks below. The client stays the application's: it is not closed when the provider goes. */
export function BatonProvider(props: { readonly client: BatonClient; readonly children?: ReactNode }): ReactElement {
  return createElement(ClientContext.Provider, { value: props.client }, props.children);
}

/** @throws Error outside of a `BatonProvider`. */
export function useBaton(): BatonClient {
  const client = useContext(ClientContext);
  if (!client) throw new Error('There is no <BatonProvider client={…}> around this component.');
  return client;
}
