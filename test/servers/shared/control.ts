import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { type CommonSwitches, type FaultRule, faultRulesSchema } from './fault-rules.ts';
import type { ForbiddenRecord, RequestRecord } from './pipeline.ts';

/** What can be watched and changed while any server runs: `S` are its switches, `R` the lines of its log. */
export interface Watched<S extends CommonSwitches, R extends RequestRecord> {
  readonly switches: Readonly<S>;
  /** Every request so far, oldest first. */
  readonly requests: readonly R[];
  /** Requests that a client of this product must never send. */
  readonly forbiddenWrites: readonly ForbiddenRecord[];
  /** Turns the switches named. Naming `faults` replaces all rules. */
  set(changes: Partial<S>): void;
  /** Adds a rule behind the others. */
  addFault(rule: FaultRule): void;
  clearFaults(): void;
}

/** What differs between remotes. */
export interface ControlParts {
  /** Checks some of the switches. */
  readonly changesSchema: z.ZodType;
  /** What the state says of the data; no credentials. */
  toState(): object;
}

/**
 * Lets another process of this machine turn the switches, aim faults and see what has happened. Credentials are
 * never shown.
 */
export function registerControl<S extends CommonSwitches, R extends RequestRecord>(
  app: FastifyInstance,
  server: Watched<S, R>,
  { changesSchema, toState }: ControlParts,
): void {
  app.post('/__control/switches', (request, reply) => {
    const changes = parseJson(changesSchema, request.body);
    if (!changes.success) return reply.code(400).send({ error: changes.error.message });
    // JSON has no undefined, so every key that is present has a value of the type that the schema proved.
    server.set(changes.data as Partial<S>);
    return reply.send({ ok: true });
  });
  app.post('/__control/faults', (request, reply) => {
    const rules = parseJson(faultRulesSchema, request.body);
    if (!rules.success) return reply.code(400).send({ error: rules.error.message });
    for (const rule of rules.data) server.addFault(rule);
    return reply.send({ ok: true });
  });
  app.delete('/__control/faults', (_request, reply) => {
    server.clearFaults();
    return reply.send({ ok: true });
  });
  app.get('/__control/state', (_request, reply) => {
    const { switches, requests, forbiddenWrites } = server;
    const state = { ...toState(), switches, requests, forbiddenWrites };
    return reply.type('application/json').send(JSON.stringify(state, replaceRegExp));
  });
}

/** Reads the body of a request to the control surface. */
export function parseJson<T extends z.ZodType>(schema: T, body: unknown) {
  return z
    .string()
    .transform((text, context) => {
      try {
        const value: unknown = JSON.parse(text);
        return value;
      } catch (error) {
        context.addIssue({ code: 'custom', message: `Not JSON: ${String(error)}` });
        return z.NEVER;
      }
    })
    .pipe(schema)
    .safeParse(body ?? '');
}

function replaceRegExp(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? { regexp: value.source } : value;
}
