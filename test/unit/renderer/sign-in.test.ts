import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { createAppStore } from '../../../src-renderer/store/store.ts';
import { SignInWaiting } from '../../../src-renderer/ui/SignInWaiting.tsx';
import { createSignInFlow, type SignInState, signInAndGive } from '../../../src-renderer/ui/sign-in-flow.ts';
import { connectionStatus } from './connection-status.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';

const draft = {
  remote: 'autodesk',
  url: 'https://developer.api.autodesk.com',
  options: { region: 'US', clientId: 'app', callback: 'http://localhost:8080/' },
} as const;
const handle = 'b1b36000-0000-4000-8000-000000000001';
const begun = { handle, address: 'https://example.com/authorize?state=1', opened: true };

/** A sign-in to a connection that waits for the browser; a test lets each request through. */
async function startWaiting() {
  const { bridge, waiting } = createFakeBridge({ 'sign-in:start': begun, 'sync:start': [] });
  const actions = createActions(createAppStore(), bridge);
  const states: SignInState[] = [];
  const flow = createSignInFlow(actions, (state) => void states.push(state));
  const give = (secret: { readonly signIn: string } | string) =>
    actions.provideSecret(connectionStatus.id, secret);
  const coming = signInAndGive(draft, flow, give);
  await settle();
  const finish = (result: Parameters<NonNullable<ReturnType<typeof waiting>[0]>['answer']>[0]) =>
    waiting('sign-in:finish')[0]?.answer(result);
  const signIn = async () => {
    finish({ ok: true, value: { projects: [], complete: true } });
    await settle();
    return waiting('connections:provide-secret')[0];
  };
  return { flow, states, coming, waiting, finish, signIn };
}

const refuse = (code: string) => ({ ok: false, error: { code, message: 'Said.', details: {} } }) as const;

describe('signing in again', () => {
  it('hands out the address to open while it waits', async () => {
    const { states } = await startWaiting();
    expect(states.at(-1)).toEqual({ kind: 'waiting', ...begun });
  });

  it('is over without a word where another sign-in ended the wait', async () => {
    const { states, coming, finish } = await startWaiting();
    finish(refuse('cancelled'));
    expect(await coming).toEqual({ kind: 'cancelled' });
    expect(states.at(-1)).toEqual({ kind: 'idle' });
  });

  it('says why where the person was refused', async () => {
    const { coming, finish } = await startWaiting();
    finish(refuse('refused'));
    expect(await coming).toMatchObject({ kind: 'refused', problem: { message: 'Said.' }, found: null });
  });

  it('keeps a sign-in that speaks for someone else until it is decided about', async () => {
    const { flow, coming, signIn, waiting } = await startWaiting();
    const giving = await signIn();
    giving?.answer(refuse('identity-changed'));
    expect(await coming).toMatchObject({ kind: 'refused', found: { signIn: handle } });
    expect(waiting('sign-in:cancel')).toEqual([]);
    flow.drop();
    expect(waiting('sign-in:cancel').map(({ params }) => params)).toEqual([{ handle }]);
  });

  it('signs out what was refused otherwise', async () => {
    const { coming, signIn, waiting } = await startWaiting();
    const giving = await signIn();
    giving?.answer(refuse('forbidden'));
    expect(await coming).toMatchObject({ kind: 'refused', found: null });
    expect(waiting('sign-in:cancel')).toHaveLength(1);
  });
});

describe('a sign-in that waits for the browser', () => {
  const render = (opened: boolean) =>
    renderToStaticMarkup(
      createElement(MantineProvider, null, createElement(SignInWaiting, { ...begun, opened })),
    );

  it.each([
    [true, 'Waiting for you to sign in with the browser'],
    [false, 'Open this address to sign in'],
  ])('where the browser opened is %s, says “%s” and gives the address to copy', (opened, text) => {
    const shown = render(opened);
    expect(shown).toMatch(new RegExp(`<output[^>]*>${text}</output>`));
    expect(shown).toContain(`Copy the address of the sign-in: ${begun.address}`);
  });
});
