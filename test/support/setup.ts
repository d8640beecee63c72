import { afterAll } from 'vitest';
import { releaseAll } from './services.js';

// Registered before any test file's own hook, hence run after them: a test closes its connections, then its databases go.
afterAll(releaseAll);
