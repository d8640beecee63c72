import { spawn } from 'node:child_process';

/** The server with reload on change, and the web board's development server; either one's end stops both. */
const children = ['dev:server', 'dev:web'].map((script) =>
  spawn('npm', ['run', '--silent', script], { stdio: 'inherit' }),
);

for (const child of children) {
  child.on('exit', (code) => {
    for (const other of children) if (other !== child) other.kill();
    process.exitCode ??= code ?? 1;
  });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => children.forEach((child) => child.kill(signal)));
}
