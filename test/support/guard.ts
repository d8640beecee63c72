import { spawn } from 'node:child_process';

export interface Guard {
  /** The service is down and its folder is somebody else's duty. */
  dismiss(): void;
}

const SCRIPT = `
  read -r line
  [ "$line" = dismissed ] && exit
  [ -n "$2" ] && { kill -QUIT "$2"; sleep 1; kill -KILL "$2"; }
  mountpoint -q "$1" && umount -l "$1"
  rm -rf "$1" || { sleep 2; rm -rf "$1"; }
`;

/**
 * A shell that outlives us: when this process ends in whatever way, its standard input closes, and it kills the service and
 * removes the folder. Without it a test run that is killed leaves servers and their data behind.
 */
export function startGuard(folder: string, pid?: number): Guard {
  if (process.platform === 'win32') return { dismiss: () => undefined };
  const guard = spawn('sh', ['-c', SCRIPT, 'guard', folder, String(pid ?? '')], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  guard.stdin.on('error', () => undefined);
  return { dismiss: () => guard.stdin.end('dismissed\n') };
}
