import { once } from 'node:events';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src-main/backend/ports.ts';
import { startSignIn } from '../../src-main/backend/remote/autodesk/sign-in.ts';
import type { RemoteAccess } from '../../src-main/backend/remote/remote.ts';
import { CLIENT } from '../servers/autodesk/seed.ts';
import { type AutodeskServer, startAutodeskServer } from '../servers/autodesk/server.ts';
import type { AutodeskSwitches } from '../servers/autodesk/switches.ts';

/** A clock that a test sets; a sleep ends when the clock is moved past it. */
export interface HandClock extends Clock {
  pass(milliseconds: number): void;
}

export function createHandClock(start = Date.UTC(2026, 2, 2, 9)): HandClock {
  let now = start;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => new Date(now),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (milliseconds <= 0) {
          setImmediate(resolve);
          return;
        }
        const sleeper = { until: now + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    pass: (milliseconds) => {
      now += milliseconds;
      for (const { until, wake } of sleepers) if (until <= now) wake();
    },
  };
}

/** A server on the same clock as the client, with Weft's usual app; it takes callbacks on any port. */
export async function startSignInServer(
  switches: Partial<AutodeskSwitches> = {},
): Promise<{ readonly server: AutodeskServer; readonly clock: HandClock }> {
  const clock = createHandClock();
  const server = await startAutodeskServer({
    switches: { callbackPort: 'any', ...switches },
    now: () => clock.now().getTime(),
  });
  onTestFinished(() => server.stop());
  return { server, clock };
}

/** A port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The probe has no port');
  return address.port;
}

/** A callback on a free port, as it would be registered. */
export async function toFreeCallback(host = 'localhost'): Promise<string> {
  return `http://${host}:${await findFreePort()}/oauth/callback/`;
}

export const clientId = CLIENT.clientId;

/** Goes where a browser is sent, to the end; answers with the page it ends on. */
export async function followInBrowser(
  address: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(address);
  return { status: response.status, text: await response.text() };
}

/** Signs in as a person does who allows everything; answers with the secret. */
export async function signIn(server: AutodeskServer, clock: Clock): Promise<string> {
  const place = { url: server.url, clientId, callback: await toFreeCallback() };
  const underWay = await startSignIn(place, { fetch, clock });
  const secret = underWay.finish(new AbortController().signal);
  await followInBrowser(underWay.address);
  return await secret;
}

/** What a connection has to do with its secret, which is kept in `stored`. */
export function toAccess(
  server: AutodeskServer,
  secret: string,
): Pick<RemoteAccess, 'url' | 'secret' | 'options' | 'saveSecret'> & { readonly stored: string[] } {
  const stored = [secret];
  const saveSecret = async (next: string) => void stored.push(next);
  return { url: server.url, secret, options: { clientId }, saveSecret, stored };
}
