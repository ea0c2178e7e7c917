// Text that must not get into the repository: registries' host names, paths of someone's machine, and in tests
// the switch that turns Chromium's sandbox off.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isEntry, repository } from './paths.mjs';

/** @typedef {{ name: string, pattern: RegExp, below?: string }} Rule `below`: only in this folder */
/** @typedef {{ file: string, line: number, rule: string }} Finding `line` counts from 1 */

/** In pieces, so that this file does not hold what it looks for. */
const hosts = [
  ['npmjs', 'org'],
  ['npmjs', 'com'],
  ['npmmirror', 'com'],
  ['yarnpkg', 'com'],
  ['npm.pkg.github', 'com'],
  ['deb.debian', 'org'],
  ['security.debian', 'org'],
  ['archive.ubuntu', 'com'],
  ['pypi', 'org'],
  ['proxy.golang', 'org'],
];

/** @type {readonly Rule[]} */
export const rules = [
  {
    name: "a registry's host name",
    pattern: new RegExp(hosts.map((parts) => `\\b${parts.join('.').replaceAll('.', '\\.')}\\b`).join('|')),
  },
  {
    name: 'a path of one machine',
    pattern:
      /(?<![\w.@%-])(?:\/(?:home|Users)\/[\w.-]+|\/(?:root|work)(?:\/[\w.-]+|(?=['"`]))|[A-Z]:\\+Users\\+\w+)/,
  },
  {
    name: "the switch that turns Chromium's sandbox off",
    pattern: new RegExp(
      ['no', 'sandbox'].join('-') + '|' + ['disable', '(?:setuid|namespace)', 'sandbox'].join('-'),
    ),
    below: 'test/',
  },
  {
    name: "Playwright's setting that turns Chromium's sandbox off",
    pattern: new RegExp(['chromiumSandbox', 'false'].join('\\s*:\\s*')),
    below: 'test/',
  },
];

/**
 * What is forbidden in one text.
 * @param {string} file path inside the repository, with `/` @param {string} text @returns {Finding[]}
 */
export function findForbidden(file, text) {
  const applying = rules.filter((rule) => rule.below === undefined || file.startsWith(rule.below));
  return text.split('\n').flatMap((content, index) => {
    const broken = applying.filter((rule) => rule.pattern.test(content));
    return broken.map((rule) => ({ file, line: index + 1, rule: rule.name }));
  });
}

/** @returns {string[]} tracked files and those that could become it */
function listFiles() {
  // The checkout may belong to another user than the one who checks it.
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const output = execFileSync('git', args, {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(output.split('\0'))].filter((file) => file !== '');
}

/** @param {string} file @returns {string} '' for what is no text */
function readText(file) {
  const full = path.join(repository, file);
  if (!existsSync(full) || !statSync(full).isFile()) return '';
  const bytes = readFileSync(full);
  return bytes.includes(0) ? '' : bytes.toString('utf8');
}

/** @returns {Finding[]} everything forbidden in the repository */
export function checkForbiddenText() {
  return listFiles().flatMap((file) => findForbidden(file, file).concat(findForbidden(file, readText(file))));
}

if (isEntry(import.meta.url)) {
  const findings = checkForbiddenText();
  for (const { file, line, rule } of findings) console.log(`${file}:${line}: ${rule}`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
