import { useEffect, useState } from 'react';
import { useActions } from '../store/context.ts';
import { createSignInFlow, type SignInState } from './sign-in-flow.ts';

/** A sign-in that ends with the component: what nobody used by then is signed out. */
export function useSignIn() {
  const actions = useActions();
  const [state, setState] = useState<SignInState>({ kind: 'idle' });
  const [flow] = useState(() => createSignInFlow(actions, setState));
  useEffect(() => flow.drop, [flow]);
  return { state, flow };
}
