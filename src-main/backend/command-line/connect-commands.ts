import type { ConnectionDraft } from '../../../src-preload/contract/model.ts';
import type { Client } from './client.ts';
import { addConnectAutodesk } from './connect-autodesk.ts';
import { parseDraft, toConnectedOutcome } from './connect-drafts.ts';
import type { Outcome } from './output.ts';
import { readSecret } from './secrets.ts';
import type { Shell } from './shell.ts';

/** The commands that connect a system whose key stands in the environment. */

export interface ConnectOptions {
  readonly name: string;
  readonly url: string;
  /** For Clickie. */
  readonly account?: string;
  /** For AlgaPSA, where the key alone does not say it. */
  readonly tenant?: string;
  readonly secretEnv: string;
}

/** A connection to make and the key to make it with. */
export interface WantedConnection {
  readonly draft: ConnectionDraft;
  readonly secret: string;
}

/** Checks all that can be checked before a workspace is opened or made. */
function parseConnect(remote: 'algapsa' | 'clickie', options: ConnectOptions): WantedConnection {
  const secret = readSecret(options.secretEnv);
  const { name, url } = options;
  return { draft: parseDraft({ name, remote, url, scope: options.account ?? options.tenant ?? '' }), secret };
}

export async function connect(client: Client, wanted: WantedConnection): Promise<Outcome> {
  return toConnectedOutcome(await client.request('connections:add', wanted));
}

/** Adds `connect` and its systems. */
export function addConnect(shell: Shell): void {
  const { root, command } = shell;
  const connect = root.command('connect').description('connect a system');
  const to = (remote: 'algapsa' | 'clickie', what: string, url: string) =>
    command(connect, remote, `connect ${what}; makes the workspace if it is not there`)
      .requiredOption('--name <name>', 'what to call the connection')
      .requiredOption('--url <url>', url)
      .requiredOption('--secret-env <variable>', 'the environment variable that holds the API key')
      .action((options: ConnectOptions) => connectTo(shell, remote, options));
  to('clickie', 'a Clickie account', 'what the published paths are appended to').requiredOption(
    '--account <account>',
    'the account, a whole number',
  );
  to('algapsa', 'an AlgaPSA tenant', 'the address of the server').option(
    '--tenant <tenant>',
    'the id of the tenant; only needed while it has no assets',
  );
  addConnectAutodesk(connect, shell);
}

async function connectTo(
  { perform }: Shell,
  remote: 'algapsa' | 'clickie',
  options: ConnectOptions,
): Promise<void> {
  const wanted = parseConnect(remote, options);
  await perform((client) => connect(client, wanted), {
    create: true,
    secretPlace: { kind: 'variable', name: options.secretEnv },
  });
}
