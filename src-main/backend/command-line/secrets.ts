import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Secrets } from '../ports.ts';
import { wrongUsage } from './errors.ts';

/** Where the secret of a new connection is; null where none is made. */
export type SecretPlace =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string };

const VARIABLE = 'env:';
const FILE = 'file:';

/**
 * Plain Node has no keychain. A key is read from an environment variable at each call and never written; a sign-in
 * changes with each renewal, so it is kept in a file that the person names and nobody else can read. The workspace
 * holds the name of the variable or file.
 */
export function createCommandLineSecrets(place: SecretPlace | null): Secrets {
  return {
    read: async (reference) => read(reference),
    remove: async (reference) => {
      // a variable of the environment is not ours to change
      if (reference.startsWith(FILE)) rmSync(reference.slice(FILE.length), { force: true });
    },
    write: async (known, secret) => {
      const reference = place === null ? (known ?? VARIABLE) : toReference(place);
      const isFile = reference.startsWith(FILE);
      if (isFile) writeWhole(reference.slice(FILE.length), secret);
      return {
        reference,
        persisted: isFile,
        reason: isFile ? null : 'The command line reads the secret from the environment at each call.',
      };
    },
  };
}

function toReference(place: SecretPlace): string {
  return place.kind === 'variable' ? `${VARIABLE}${place.name}` : `${FILE}${resolve(place.path)}`;
}

function read(reference: string): string | null {
  if (reference.startsWith(VARIABLE)) return process.env[reference.slice(VARIABLE.length)] ?? null;
  if (!reference.startsWith(FILE)) return null;
  try {
    return readFileSync(reference.slice(FILE.length), 'utf8');
  } catch {
    return null; // not there or not for us to read: the secret is asked for again
  }
}

/** On disk under its name only once it is whole, and for its owner alone. */
function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  const file = openSync(unfinished, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}

/** The key in an environment variable. */
export function readSecret(variable: string): string {
  const secret = process.env[variable];
  if (secret !== undefined && secret !== '') return secret;
  throw wrongUsage(`The environment variable ${variable} holds no key.`);
}
