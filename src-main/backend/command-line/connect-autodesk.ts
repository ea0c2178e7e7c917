import type { Command } from 'commander';
import { type Project, SignInDraft } from '../../../src-preload/contract/model.ts';
import type { Credential } from '../../../src-preload/contract/requests.ts';
import { type Client, openWorkspace, startClient } from './client.ts';
import { parseDraft, toConnectedOutcome } from './connect-drafts.ts';
import { exitCodes, wrongUsage } from './errors.ts';
import { done, type Outcome } from './output.ts';
import { readSecret, type SecretPlace } from './secrets.ts';
import type { Shell } from './shell.ts';

export interface AutodeskOptions {
  readonly name: string;
  readonly url: string;
  readonly region: string;
  readonly project?: string;
  /** The variable of an access token, instead of a sign-in. */
  readonly secretEnv?: string;
  readonly clientId?: string;
  /** Where the sign-in is kept. */
  readonly tokenFile?: string;
  readonly callbackPort: string;
  readonly callbackPath: string;
  /** False with `--no-browser`. */
  readonly browser: boolean;
}

/** Connects a project by an access token, or by a sign-in with the browser; without a project, lists them. */
export async function connectAutodesk(path: string, options: AutodeskOptions): Promise<Outcome> {
  const place = parsePlace(options);
  const draft = parseSignInDraft(options);
  // what can be wrong with a project is told before anybody signs in
  if (options.project !== undefined) toDraft(options, draft, options.project);
  const client = startClient(place);
  try {
    if (place.kind === 'variable') {
      return await save(client, path, toDraft(options, draft, options.project), readSecret(place.name));
    }
    return await signInAndSave(client, path, options, draft);
  } finally {
    await client.close();
  }
}

function parsePlace({ secretEnv, clientId, tokenFile, project }: AutodeskOptions): SecretPlace {
  if (secretEnv !== undefined) {
    if (clientId !== undefined || tokenFile !== undefined) {
      throw wrongUsage('--secret-env holds an access token; --client-id and --token-file are for a sign-in.');
    }
    if (project === undefined) throw wrongUsage('An access token needs the project: --project ID.');
    readSecret(secretEnv);
    return { kind: 'variable', name: secretEnv };
  }
  if (clientId === undefined || clientId === '') {
    throw wrongUsage(
      'Sign in with --client-id ID and --token-file FILE, or name an access token by --secret-env.',
    );
  }
  if (tokenFile === undefined || tokenFile === '') {
    throw wrongUsage(
      'The command line has no keychain: say where the sign-in is kept with --token-file FILE, readable by you alone.',
    );
  }
  return { kind: 'file', path: tokenFile };
}

function parseSignInDraft(options: AutodeskOptions): SignInDraft {
  const draft = SignInDraft.safeParse({
    remote: 'autodesk',
    url: options.url,
    options: {
      region: options.region,
      clientId: options.clientId ?? '',
      callback: `http://localhost:${options.callbackPort}${options.callbackPath}`,
    },
  });
  if (draft.success) return draft.data;
  throw wrongUsage(draft.error.issues[0]?.message ?? 'The sign-in cannot be understood.');
}

function toDraft({ name }: AutodeskOptions, draft: SignInDraft, project: string | undefined) {
  return parseDraft({ ...draft, name, scope: project });
}

async function signInAndSave(
  client: Client,
  path: string,
  options: AutodeskOptions,
  draft: SignInDraft,
): Promise<Outcome> {
  const { handle, address, opened } = await client.request('sign-in:start', { draft, open: options.browser });
  const how = opened ? 'Sign in with the browser. If it shows nothing, open' : 'To sign in, open';
  process.stderr.write(`${how}\n\n  ${address}\n\nWaiting five minutes at most.\n`);
  const { projects, complete } = await client.request('sign-in:finish', { handle });
  const project = options.project ?? toOnlyProject(projects, complete);
  if (project === null) return toChoice(projects, complete);
  return await save(client, path, toDraft(options, draft, project), { signIn: handle });
}

function toOnlyProject(projects: readonly Project[], complete: boolean): string | null {
  const [only, second] = projects;
  return only === undefined || second !== undefined || !complete ? null : only.id;
}

/** Nothing is saved, and the sign-in ends with the command: the person must say which project is meant. */
function toChoice(projects: readonly Project[], complete: boolean): Outcome {
  const rows = projects.map(({ id, name, hub, region }) =>
    [id, name, `(${hub}${region === null ? '' : `, ${region}`})`].join('  '),
  );
  const none =
    'The account shows no project. An administrator of the account must add the client id under Custom Integrations, and you must be a member of a project.';
  const lines = [
    rows.length === 0 ? none : 'Nothing is connected yet. Name one of these with --project:',
    ...rows,
    ...(complete ? [] : ['There are more than these.']),
  ];
  return done({ projects, complete }, lines, exitCodes.waiting);
}

async function save(
  client: Client,
  path: string,
  draft: ReturnType<typeof parseDraft>,
  secret: Credential,
): Promise<Outcome> {
  await openWorkspace(client, path, { create: true });
  return toConnectedOutcome(await client.request('connections:add', { draft, secret }));
}

/** Adds `connect autodesk`. */
export function addConnectAutodesk(connect: Command, { command, print, readWorkspacePath }: Shell): void {
  command(connect, 'autodesk', 'connect a project of Autodesk; makes the workspace if it is not there')
    .requiredOption('--name <name>', 'what to call the connection')
    .option('--url <url>', 'the address of the service', 'https://developer.api.autodesk.com')
    .option('--region <region>', 'where the account is kept', 'US')
    .option('--project <id>', 'the project, with or without b.; without, the projects are listed')
    .option('--client-id <id>', 'the app to sign in as')
    .option('--token-file <file>', 'where the sign-in is kept, readable by you alone')
    .option('--callback-port <port>', 'the port of this computer that the app is registered with', '8080')
    .option('--callback-path <path>', 'the path after the port', '/oauth/callback/')
    .option('--no-browser', 'print the address and open nothing')
    .option('--secret-env <variable>', 'instead of a sign-in: the variable that holds an access token')
    .action(async (options: AutodeskOptions) => print(await connectAutodesk(readWorkspacePath(), options)));
}
