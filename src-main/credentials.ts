import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import type { SecretStorage } from '../src-preload/contract/model.ts';

/** Secrets, encrypted with a key that only the system's keychain holds; in memory where there is no keychain. */
export interface Credentials {
  /** Whether secrets outlive the app here, and if not, why. */
  describe(): SecretStorage;
  read(reference: string): string | null;
  write(reference: string | null, secret: string): { reference: string } & SecretStorage;
  /** Forgets a secret for good; one that is not there is forgotten already. */
  remove(reference: string): void;
}

const PREFIX = 'keychain:';
const Stored = z.record(z.string(), z.string());

/** Keeps secrets in the file at `path`, encrypted; where that cannot be, in memory until the app ends. */
export function createCredentials(path: string): Credentials {
  const memory = new Map<string, string>();
  const describe = (): SecretStorage => ({
    persisted: isKeychain(),
    reason: isKeychain() ? null : noKeychainReason(),
  });
  return {
    describe,
    read: (reference) => memory.get(reference) ?? decrypt(readStored(path)[reference]),
    write: (reference, secret) => {
      const kept = reference?.startsWith(PREFIX) === true ? reference : `${PREFIX}${randomUUID()}`;
      const storage = describe();
      memory.set(kept, secret);
      if (storage.persisted) {
        const encrypted = safeStorage.encryptString(secret).toString('base64');
        writeStored(path, { ...readStored(path), [kept]: encrypted });
      }
      return { reference: kept, ...storage };
    },
    remove: (reference) => {
      memory.delete(reference);
      const { [reference]: forgotten, ...others } = readStored(path);
      if (forgotten !== undefined) writeStored(path, others);
    },
  };
}

/** On Linux, Electron falls back to a fixed key where no keyring runs: that protects nothing, so it is no keychain. */
function isKeychain(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}

function noKeychainReason(): string {
  return process.platform === 'linux'
    ? 'No keyring (such as GNOME Keyring or KWallet) runs in this session, so keys are kept only until Weft is closed.'
    : 'This system’s keychain is not available, so keys are kept only until Weft is closed.';
}

function decrypt(encrypted: string | undefined): string | null {
  if (encrypted === undefined || !isKeychain()) return null;
  try {
    return safeStorage.decryptString(Buffer.from(encrypted, 'base64'));
  } catch {
    return null; // encrypted under another keychain: it is asked for again
  }
}

function readStored(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  try {
    return Stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {}; // a damaged file holds no secret that could be read; each is asked for again
  }
}

function writeStored(path: string, stored: Record<string, string>): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(stored), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
