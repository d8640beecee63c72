import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The web board. In development its server passes calls and sockets on to a server started by `npm run dev:server`. */
export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: { outDir: '../dist/web', emptyOutDir: true, manifest: true },
  server: {
    proxy: {
      '/trpc': { target: 'http://127.0.0.1:4000', ws: true },
      '^/(api|docs|openapi\\.json|healthz|attachments)(/|$)': 'http://127.0.0.1:4000',
    },
  },
});
