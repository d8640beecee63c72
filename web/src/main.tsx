import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from './sdk.js';
import { App } from './session/App.js';
import { Toasts } from './ui/toasts.js';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has lost its #root');

createRoot(root).render(
  <StrictMode>
    <App client={createClient()} toasts={new Toasts()} />
  </StrictMode>,
);
