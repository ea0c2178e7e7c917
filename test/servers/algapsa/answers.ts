import { type Answer, jsonAnswer } from '../shared/answer.ts';
import type { Random } from '../shared/random.ts';
import type { ApiKey, Site, Tenant } from './site.ts';
import { type AlgapsaSwitches, type Traits, traits } from './switches.ts';

/** All that lives while the server lives. */
export interface World {
  readonly site: Site;
  switches: AlgapsaSwitches;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: Random;
}

/** A request that was let in, with what is known about the caller. */
export interface Call {
  readonly world: World;
  /** The tenant whose data are used. */
  readonly tenant: Tenant;
  readonly key: ApiKey;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Handler = (call: Call) => Answer;

/** One thing wrong with what was sent, in the form of zod 3. */
export interface Issue {
  readonly code: string;
  readonly path: readonly string[];
  readonly message: string;
  readonly [more: string]: unknown;
}

/** What the release that is switched on can do. */
export function traitsOf(world: World): Traits {
  return traits[world.switches.profile];
}

/** A success in its envelope. `extra` stands beside `data`. */
export function ok(call: Call, data: unknown, extra: object = {}, status = 200): Answer {
  return jsonAnswer(status, { success: true, data, ...extra, meta: toMeta(call.world) });
}

/** An error that the code threw: neither `success` nor `meta`. */
export function thrown(status: number, code: string, message: string, more: object = {}): Answer {
  return jsonAnswer(status, { error: { code, message, ...more } });
}

/** An error that the controller made. */
export function controllerError(world: World, status: number, error: object): Answer {
  return jsonAnswer(status, { success: false, error, meta: toMeta(world) });
}

/** 400 for what was sent. */
export function invalid(world: World, issues: readonly Issue[]): Answer {
  return controllerError(world, 400, {
    // The text is a guess; the code and the details are not.
    message: 'Validation failed',
    code: 'VALIDATION_ERROR',
    details: issues,
  });
}

/** 500 for anything unforeseen; `cause` is told under development only. */
export function internalError(world: World, cause: string): Answer {
  const message = world.switches.development ? cause : 'An unexpected error occurred';
  return thrown(500, 'INTERNAL_ERROR', message);
}

/** 500 for a column that the database does not have. */
export function missingColumn(world: World, column: string): Answer {
  if (!traitsOf(world).tellsMisconfigured) return internalError(world, `column "${column}" does not exist`);
  const message = 'The server is misconfigured for this operation. Please contact support.';
  return thrown(500, 'INTERNAL_CONFIGURATION', message);
}

/** 500 for an id that PostgreSQL cannot read. */
export function unreadableUuid(world: World, text: string): Answer {
  return internalError(world, `invalid input syntax for type uuid: "${text}"`);
}

/** Whether PostgreSQL and zod read it as a UUID. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** A moment on the wire, always in UTC with milliseconds. */
export function toIso(at: number): string {
  return new Date(at).toISOString();
}

function toMeta(world: World) {
  return { timestamp: toIso(world.now()), version: '1.0.0' };
}
