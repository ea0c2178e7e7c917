import { createApp } from '../shared/app.ts';
import { createListening } from '../shared/listening.ts';
import { createRandom } from '../shared/random.ts';
import type { World } from './answers.ts';
import { type Controlled, registerAutodeskControl } from './control.ts';
import { createPipeline } from './pipeline.ts';
import { routes } from './routes.ts';
import { seedTinyBuilding } from './seed.ts';
import type { Site } from './site.ts';
import { type AutodeskSwitches, defaultSwitches } from './switches.ts';
import { createTokenStore, type IssuedTokens } from './tokens.ts';

export interface AutodeskServerOptions {
  /** A free port when not given or 0. */
  readonly port?: number;
  /** The tiny building when not given. */
  readonly site?: Site;
  readonly switches?: Partial<AutodeskSwitches>;
  /** Opens `/__control` for other processes of this machine. */
  readonly control?: boolean;
  /** Milliseconds since 1970; the system clock when not given. */
  readonly now?: () => number;
}

/** For whom tokens are issued without a login; when not given, the site's first user and app with all rights. */
export interface SignIn {
  /** Oxygen id. */
  readonly userId?: string;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
}

/** A running server. It listens on 127.0.0.1 only. */
export interface AutodeskServer extends Controlled {
  /** The origin, such as `http://127.0.0.1:8787`, in the place of `https://developer.api.autodesk.com`. */
  readonly url: string;
  readonly port: number;
  /** Issues tokens as if somebody had logged in. */
  signIn(who?: SignIn): IssuedTokens;
  clearRequests(): void;
  /** Stops listening and cuts all connections; data, switches, tokens and log stay. */
  goOffline(): Promise<void>;
  /** Listens again on the same port. */
  goOnline(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an Autodesk server on a socket of its own. Rejects when the port is taken. */
export async function startAutodeskServer(options: AutodeskServerOptions = {}): Promise<AutodeskServer> {
  const world: World = {
    site: options.site ?? seedTinyBuilding(),
    tokens: createTokenStore(),
    switches: { ...defaultSwitches, ...options.switches },
    now: options.now ?? Date.now,
    random: createRandom(1),
    origin: () => listening.origin,
  };
  const pipeline = createPipeline(world);
  const listening = createListening(options.port ?? 0, () => {
    const { handle } = pipeline;
    const app = createApp({ routes, basePath: '', handle, delayMs: () => world.switches.delayMs });
    if (options.control) registerAutodeskControl(app, server);
    return app;
  });

  const server: AutodeskServer = {
    get url() {
      return listening.origin;
    },
    get port() {
      return listening.port;
    },
    get switches() {
      return world.switches;
    },
    get requests() {
      return pipeline.requests;
    },
    get forbiddenWrites() {
      return pipeline.forbiddenWrites;
    },
    site: world.site,
    set: pipeline.set,
    addFault: pipeline.addFault,
    clearFaults: () => pipeline.set({ faults: [] }),
    clearRequests: pipeline.clearRequests,
    signIn: (who) => signIn(world, who),
    goOffline: listening.goOffline,
    goOnline: listening.goOnline,
    stop: listening.goOffline,
  };
  await listening.goOnline();
  return server;
}

function signIn({ site, tokens, switches, now }: World, who: SignIn = {}): IssuedTokens {
  const userId = who.userId ?? site.users[0]?.id;
  const clientId = who.clientId ?? site.clients[0]?.clientId;
  if (userId === undefined || clientId === undefined) throw new Error('The site has no user or no app');
  const scopes = who.scopes ?? ['data:read', 'data:write', 'data:create'];
  return tokens.issue({ userId, clientId, scopes }, switches, now());
}
