import { type FormErrors, useForm } from '@mantine/form';
import { useState } from 'react';
import { useActions } from '../../store/context.ts';
import type { FieldProblem } from '../../store/problems.ts';
import type { ConnectPrefill } from '../../store/state.ts';
import {
  type ConnectSystem,
  type ConnectValues,
  changeSystem,
  checkValues,
  toDraft,
  toInitialValues,
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
    onValuesChange: () => setOutcome(null),
  });

  const show = ({ field, message }: FieldProblem) => {
    if (field === null) setOutcome({ tone: 'bad', text: message });
    else form.setFieldError(field, message);
  };
  const test = async (values: ConnectValues) => {
    setBusy('test');
    const answer = await testConnection(toDraft(values), values.secret);
    setBusy(null);
    if (answer.ok) setOutcome({ tone: 'good', text: `The key works: ${answer.value.label}.` });
    else show(answer.problem);
  };
  const connect = async (values: ConnectValues) => {
    setBusy('connect');
    const answer = await connectSystem(toDraft(values), values.secret);
    setBusy(null);
    if (!answer.ok) show(answer.problem);
  };
  const changeTo = (remote: ConnectSystem) => {
    form.setValues(changeSystem(form.values, remote));
    form.clearErrors();
  };
  return { form, busy, outcome, test, connect, changeTo };
}
