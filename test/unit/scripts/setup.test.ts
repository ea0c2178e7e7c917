import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toSourceStamp } from '../../../scripts/build.mjs';
import { isInstalledFromLock, toStamp } from '../../../scripts/node-modules.mjs';
import { isRelease } from '../../../scripts/package.mjs';
import { toPackageGroups } from '../../../scripts/setup.mjs';
import { toNapi9 } from '../../../scripts/sqlite-binding.mjs';
import { toMissing } from '../../../scripts/system-packages.mjs';

describe('the stamp of node_modules', () => {
  it('is the same for the same lock file and machine, and another for any change', () => {
    const stamp = toStamp('{"a":1}', 'linux', 'x64');
    expect(toStamp('{"a":1}', 'linux', 'x64')).toBe(stamp);
    const others = [
      toStamp('{"a":2}', 'linux', 'x64'),
      toStamp('{"a":1}', 'darwin', 'x64'),
      toStamp('{"a":1}', 'linux', 'arm64'),
    ];
    expect(others).not.toContain(stamp);
  });

  it('takes an installation made by hand when every locked version is there', () => {
    const lock = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } };
    expect(isInstalledFromLock(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
    expect(isInstalledFromLock(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
    expect(isInstalledFromLock(lock, { packages: {} })).toBe(false);
  });

  it('does not miss optional packages of other platforms', () => {
    const lock = { packages: { 'node_modules/a': { version: '1.0.0', optional: true } } };
    expect(isInstalledFromLock(lock, { packages: {} })).toBe(true);
  });
});

describe('system packages', () => {
  it('are missing unless dpkg calls them installed, under either name', () => {
    const output = 'libnss3 installed\nlibasound2t64 installed\nxvfb config-files\n';
    expect(toMissing(['libnss3', 'libasound2', 'xvfb', 'gnome-keyring'], output)).toEqual([
      'xvfb',
      'gnome-keyring',
    ]);
  });

  it('are asked for by purpose, a display only where there is none', () => {
    expect(toPackageGroups('cli', false)).toEqual([]);
    expect(toPackageGroups('check', false)).toEqual([]);
    expect(toPackageGroups('start', true)).toEqual(['window']);
    expect(toPackageGroups('start', false)).toEqual(['window', 'display']);
    expect(toPackageGroups('test', true)).toEqual(['window', 'display', 'keyring']);
  });
});

describe('the build stamp', () => {
  let folder = '';
  const stamp = (variant = '45') => toSourceStamp(folder, ['a.ts', 'missing'], variant);
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'weft-stamp-'));
    writeFileSync(path.join(folder, 'a.ts'), 'one');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('changes with a source, with the Electron it is built for, and with nothing else', () => {
    const before = stamp();
    writeFileSync(path.join(folder, 'unrelated.md'), 'text');
    expect(stamp()).toBe(before);
    expect(stamp('33')).not.toBe(before);
    writeFileSync(path.join(folder, 'a.ts'), 'two');
    expect(stamp()).not.toBe(before);
  });
});

describe('the compiled binding', () => {
  it('swaps the Node-API version in the build description, and notices when there is nothing to swap', () => {
    expect(toNapi9("'defines': ['NAPI_VERSION=10', 'X']")).toBe(
      "'defines': ['NAPI_EXPERIMENTAL', 'NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT', 'X']",
    );
    expect(() => toNapi9("'defines': ['NAPI_VERSION=11']")).toThrow(/changed its build/);
  });
});

describe('packaging', () => {
  it('calls everything but the plain folder a release', () => {
    expect(isRelease(['--linux', 'dir'])).toBe(false);
    expect(isRelease(['--dir'])).toBe(false);
    expect(isRelease(['--linux', 'deb'])).toBe(true);
    expect(isRelease(['--linux'])).toBe(true);
    expect(isRelease([])).toBe(true);
  });
});
