import * as z from 'zod';
import { type Answer, jsonAnswer } from '../shared/answer.ts';
import { controllerError, thrown, type World } from './answers.ts';

const errorSchema = z.object({
  error: z.union([
    z.string().transform((message) => ({ code: 'ERROR', message })),
    z.looseObject({ code: z.string(), message: z.string() }),
  ]),
});

/** An error in the form that is switched on; successes and pages without JSON stay as they are. */
export function inForm(world: World, answer: Answer): Answer {
  const { errorForm } = world.switches;
  if (answer.status < 400 || errorForm === 'as-real') return answer;
  if (answer.contentType !== 'application/json') return answer;
  const { error } = errorSchema.parse(JSON.parse(answer.body));
  const { body } = toForm(world, errorForm, answer.status, error);
  return { ...answer, body };
}

function toForm(
  world: World,
  form: Exclude<World['switches']['errorForm'], 'as-real'>,
  status: number,
  { code, message, ...more }: { readonly code: string; readonly message: string },
): Answer {
  switch (form) {
    case 'thrown':
      return thrown(status, code, message, more);
    case 'controller':
      return controllerError(world, status, { message, code, ...more });
    case 'text':
      return jsonAnswer(status, { error: message });
  }
}
