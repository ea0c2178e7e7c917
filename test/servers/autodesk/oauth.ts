import { type Answer, emptyAnswer, jsonAnswer } from '../shared/answer.ts';
import { type Endpoint, gatewayError, type PublicCall, type World } from './answers.ts';
import type { ClientApp, User } from './site.ts';
import { type Code, type Grant, isVerified } from './tokens.ts';

/** `GET /authentication/v2/authorize`, which the client opens in the system browser. */
export const authorize: Endpoint = {
  family: 'oauth',
  open: true,
  answer(call) {
    const { world, query } = call;
    const client = world.site.clients.find(({ clientId }) => clientId === query.client_id);
    const wrong = findWrong(call, client);
    // A callback that is not trusted must not be sent anything, so the browser shows the mistake.
    if (wrong !== null) return refuse(call, 'invalid_request', wrong);
    const { login } = world.switches;
    if (login === 'denied' || (login === 'page' && query.decision === 'deny')) {
      return redirect(call, { error: 'access_denied', error_description: 'The user denied access.' });
    }
    const user = findUser(call);
    if (login === 'page' && query.decision !== 'allow') return loginPage(call);
    return user ? redirect(call, { code: addCode(call, user) }) : loginPage(call);
  },
};

/** `POST /authentication/v2/token`: trades a code or a refresh token for tokens. */
export const token: Endpoint = {
  family: 'oauth',
  open: true,
  answer(call) {
    const form = new URLSearchParams(call.body);
    if (call.headers.authorization !== undefined && form.has('client_id')) {
      return refuse(call, 'invalid_request', 'The client id is given twice.');
    }
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return tradeCode(call, form);
      case 'refresh_token':
        return tradeRefresh(call, form);
      case null:
        return refuse(call, 'invalid_request', 'The required parameter(s) grant_type not present.');
      default:
        return refuse(call, 'unsupported_grant_type', 'The grant type is not supported.');
    }
  },
};

/** `POST /authentication/v2/revoke`. */
export const revoke: Endpoint = {
  family: 'oauth',
  open: true,
  answer(call) {
    const form = new URLSearchParams(call.body);
    const missing = findMissing(form, ['token', 'client_id']);
    if (missing) return refuse(call, 'invalid_request', missing);
    call.world.tokens.revoke(form.get('token') ?? '');
    return emptyAnswer(200);
  },
};

function findWrong({ world, query }: PublicCall, client: ClientApp | undefined): string | null {
  if (!client) return 'The client_id is not known';
  if (query.response_type !== 'code') return 'The response_type is not supported';
  if (!isCallback(world, client, query.redirect_uri)) return 'The redirect_uri is not registered';
  if (!/^[\w.,-]+$/.test(query.state ?? ''))
    return 'The state is missing or has characters that are not allowed';
  if (query.code_challenge_method !== 'S256') return 'The code_challenge_method must be S256';
  if (!/^[\w-]{43}$/.test(query.code_challenge ?? '')) return 'The code_challenge is not valid';
  const scopes = toScopes(query.scope);
  if (scopes.length === 0 || !scopes.every(isScope)) return 'The scope is not valid';
  if (scopes.includes('openid') && !query.nonce) return 'The nonce is required';
  return null;
}

function isScope(text: string): boolean {
  return /^(data|account|user|user-profile|viewables|code|bucket):[a-z]+$|^openid$/.test(text);
}

function toScopes(text: string | null | undefined): string[] {
  return (text ?? '').split(/[ +]/).filter((one) => one !== '');
}

function isCallback({ switches }: World, client: ClientApp, uri: string | undefined): boolean {
  if (uri === undefined || !URL.canParse(uri)) return false;
  if (client.redirectUris.includes(uri)) return true;
  return (
    switches.callbackPort === 'any' &&
    client.redirectUris.some((known) => withoutPort(known) === withoutPort(uri))
  );
}

function withoutPort(uri: string): string {
  const url = new URL(uri);
  url.port = '';
  return url.href;
}

function findUser({ world, query }: PublicCall): User | undefined {
  const asked = world.switches.login === 'page' ? query.user : undefined;
  const id = asked ?? world.switches.signedIn ?? world.site.users[0]?.id;
  return world.site.users.find((user) => user.id === id);
}

function addCode({ world, query }: PublicCall, user: User): string {
  return world.tokens.addCode({
    userId: user.id,
    clientId: query.client_id ?? '',
    scopes: toScopes(query.scope),
    redirectUri: query.redirect_uri ?? '',
    challenge: query.code_challenge ?? '',
    expiresAt: world.now() + world.switches.codeSeconds * 1000,
  });
}

function redirect({ query }: PublicCall, fields: Readonly<Record<string, string>>): Answer {
  const url = new URL(query.redirect_uri ?? '');
  for (const [name, value] of Object.entries({ ...fields, state: query.state ?? '' })) {
    url.searchParams.set(name, value);
  }
  return { ...emptyAnswer(302), headers: { location: url.href } };
}

/** The page that a browser shows; every button is a link back to the same address. */
function loginPage({ world, query }: PublicCall): Answer {
  const link = (label: string, fields: Readonly<Record<string, string>>) => {
    const target = `?${new URLSearchParams({ ...query, ...fields })}`.replaceAll('&', '&amp;');
    return `<p><a href="${target}">${label}</a></p>`;
  };
  const choices = world.site.users.map(({ id, name }) =>
    link(`Allow as ${name}`, { user: id, decision: 'allow' }),
  );
  const body = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in (test server)</title></head><body>',
    '<h1>Authorize application</h1>',
    ...choices,
    link('Deny', { decision: 'deny' }),
    '</body></html>',
  ].join('\n');
  return { status: 200, contentType: 'text/html; charset=utf-8', headers: {}, body };
}

function tradeCode(call: PublicCall, form: URLSearchParams): Answer {
  const missing = findMissing(form, ['client_id', 'code', 'redirect_uri', 'code_verifier']);
  if (missing) return refuse(call, 'invalid_request', missing);
  const { world } = call;
  const code = world.tokens.takeCode(form.get('code') ?? '');
  if (!code || code.expiresAt <= world.now()) {
    return refuse(call, 'invalid_grant', 'The authorization code is invalid or expired.');
  }
  if (!belongs(code, form)) {
    return refuse(call, 'invalid_grant', 'The authorization grant was issued to another client or callback.');
  }
  if (!isVerified(form.get('code_verifier') ?? '', code.challenge)) {
    return refuse(call, 'invalid_grant', 'The PKCE verification failed.');
  }
  const { userId, clientId, scopes } = code;
  return issue(world, { userId, clientId, scopes });
}

function belongs(code: Code, form: URLSearchParams): boolean {
  return code.clientId === form.get('client_id') && code.redirectUri === form.get('redirect_uri');
}

function tradeRefresh(call: PublicCall, form: URLSearchParams): Answer {
  const missing = findMissing(form, ['client_id', 'refresh_token']);
  if (missing) return refuse(call, 'invalid_request', missing);
  const { world } = call;
  const old = world.tokens.takeRefresh(
    form.get('refresh_token') ?? '',
    form.get('client_id') ?? '',
    world.now(),
  );
  if (!old) return refuse(call, 'invalid_grant', 'The refresh token is invalid or expired.');
  const asked = form.has('scope') ? toScopes(form.get('scope')) : old.scopes;
  if (asked.length === 0 || !asked.every((scope) => old.scopes.includes(scope))) {
    return refuse(call, 'invalid_scope', 'The scope is wider than the one granted.');
  }
  // A narrower scope narrows the whole chain from here on.
  return issue(world, { userId: old.userId, clientId: old.clientId, scopes: asked });
}

function issue({ tokens, switches, now }: World, grant: Grant): Answer {
  return jsonAnswer(200, tokens.issue(grant, switches, now()), { 'cache-control': 'no-store' });
}

function findMissing(form: URLSearchParams, names: readonly string[]): string | null {
  const missing = names.filter((name) => !form.get(name));
  return missing.length === 0 ? null : `The required parameter(s) ${missing.join(', ')} not present.`;
}

function refuse({ world }: PublicCall, error: string, description: string): Answer {
  return world.switches.tokenErrors === 'oauth'
    ? jsonAnswer(400, { error, error_description: description })
    : gatewayError(400, 'AUTH-006', description);
}
