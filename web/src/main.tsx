import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient, indexedDbQueue } from './sdk.js';
import { App } from './session/App.js';
import { tabStorage } from './session/tabStorage.js';
import { Toasts } from './ui/toasts.js';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has lost its #root');

const client = createClient({ storage: tabStorage(sessionStorage, localStorage), queue: indexedDbQueue() });
createRoot(root).render(
  <StrictMode>
    <App client={client} toasts={new Toasts()} />
  </StrictMode>,
);
