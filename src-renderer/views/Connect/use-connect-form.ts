import { type FormErrors, useForm } from '@mantine/form';
import { useState } from 'react';
import { useActions } from '../../store/context.ts';
import type { FieldProblem } from '../../store/problems.ts';
import type { ConnectPrefill } from '../../store/state.ts';
import { useSignIn } from '../../ui/use-sign-in.ts';
import {
  type ConnectSystem,
  type ConnectValues,
  changeSystem,
  checkSignIn,
  checkValues,
  signsIn,
  toCredential,
  toDraft,
  toInitialValues,
  toSignInDraft,
} from './connect-values.ts';

type Busy = 'test' | 'connect' | null;
type Outcome = { readonly tone: 'good' | 'bad'; readonly text: string } | null;

/** The values of the connect dialog, what it is doing, and what came of it. */
export function useConnectForm(prefill: ConnectPrefill | null) {
  const { testConnection, connectSystem } = useActions();
  const [busy, setBusy] = useState<Busy>(null);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const form = useForm<ConnectValues>({
    initialValues: toInitialValues(prefill),
    validate: (values): FormErrors => checkValues(values),
    onValuesChange: (values, before) => {
      setOutcome(null);
      if (signIn.kind !== 'idle' && !isSamePlace(values, before)) leaveSignIn();
    },
  });

  const show = ({ field, message }: FieldProblem) => {
    if (field === null || (field === 'secret' && signsIn(form.values)))
      setOutcome({ tone: 'bad', text: message });
    else form.setFieldError(field, message);
  };
  const { state: signIn, flow } = useSignIn();
  const leaveSignIn = () => {
    flow.cancel();
    form.setFieldValue('signIn', '');
    form.setFieldValue('scope', '');
  };
  const beginSignIn = async () => {
    const errors = checkSignIn(form.values);
    form.setErrors(errors);
    if (Object.keys(errors).length > 0) return;
    setOutcome(null);
    const answer = await flow.begin(toSignInDraft(form.values));
    if (answer?.ok === true) form.setFieldValue('signIn', answer.value);
    if (answer?.ok === false) show(answer.problem);
  };

  const test = async (values: ConnectValues) => {
    setBusy('test');
    const answer = await testConnection(toDraft(values), toCredential(values));
    setBusy(null);
    const word = signsIn(values) ? 'sign-in' : 'key';
    if (answer.ok) setOutcome({ tone: 'good', text: `The ${word} works: ${answer.value.label}.` });
    else show(answer.problem);
  };
  const connect = async (values: ConnectValues) => {
    setBusy('connect');
    const answer = await connectSystem(toDraft(values), toCredential(values));
    setBusy(null);
    if (!answer.ok) show(answer.problem);
  };
  const changeTo = (remote: ConnectSystem) => {
    flow.cancel();
    form.setValues(changeSystem(form.values, remote));
    form.clearErrors();
  };
  return { form, busy, outcome, test, connect, changeTo, signIn, beginSignIn, leaveSignIn };
}

/** A sign-in is good for one address and one app. */
function isSamePlace(values: ConnectValues, before: ConnectValues): boolean {
  return (['url', 'clientId', 'callback'] as const).every((field) => values[field] === before[field]);
}
