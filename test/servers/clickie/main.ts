/** A Clickie server on its own, for trying the product or its command line by hand. */
import { parseArgs } from 'node:util';
import { DEFAULT_KEY, seedLarge, seedPlant, seedTiny } from './seed.ts';
import { type ClickieServer, startClickieServer } from './server.ts';
import { mustAccount, type Site } from './site.ts';

const usage = `Usage: npm run server:clickie -- [options]

  --port N            port on 127.0.0.1; 0, the default, takes a free one
  --scale SIZE        tiny, plant (default) or large
  --seed N            which plant or large site; 1 when not given
  --control           opens /__control for other processes of this machine
  --for SECONDS       stops by itself after so long; 28800 (8 hours) when not given
  --with-parent       stops when standard input ends, so with the process that started it
  --help              shows this text
`;

const defaultSeconds = 8 * 60 * 60;
const largeEntities = 20_000;
/** The longest that a timer of Node can wait is 2^31 - 1 milliseconds. */
const longestSeconds = 2_147_483;

interface Settings {
  readonly port: number;
  readonly site: Site;
  readonly control: boolean;
  readonly seconds: number;
  readonly withParent: boolean;
}

class UsageError extends Error {}

function parseSettings(args: readonly string[]): Settings | 'help' {
  const { values } = parseOptions(args);
  if (values.help) return 'help';
  const seed = parseNumber('--seed', values.seed, 1, 0, 0xffffffff);
  return {
    port: parseNumber('--port', values.port, 0, 0, 65_535),
    site: toSite(values.scale ?? 'plant', seed),
    control: values.control ?? false,
    seconds: parseNumber('--for', values.for, defaultSeconds, 1, longestSeconds),
    withParent: values['with-parent'] ?? false,
  };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        scale: { type: 'string' },
        control: { type: 'boolean' },
        for: { type: 'string' },
        'with-parent': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function parseNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  low: number,
  high: number,
): number {
  if (text === undefined) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new UsageError(`${name} must be a whole number from ${low} to ${high}, not “${text}”`);
}

function toSite(scale: string, seed: number): Site {
  if (scale === 'tiny') return seedTiny();
  if (scale === 'plant') return seedPlant({ seed });
  if (scale === 'large') return seedLarge({ entities: largeEntities, seed });
  throw new UsageError(`--scale must be tiny, plant or large, not “${scale}”`);
}

function toGreeting(server: ClickieServer, control: boolean): string {
  const account = mustAccount(server.site);
  const lines = [
    `Clickie API v4 for “${account.name}”`,
    `  URL      ${server.url}`,
    `  Account  ${account.id}`,
    `  Key      ${DEFAULT_KEY}`,
    ...(control ? [`  Control  http://127.0.0.1:${server.port}/__control/state`] : []),
    '',
    `  curl -H 'Authorization: ${DEFAULT_KEY}' -H 'Account: ${account.id}' '${server.url}/assets?limit=3'`,
  ];
  return `${lines.join('\n')}\n`;
}

async function run(): Promise<void> {
  const settings = parseSettings(process.argv.slice(2));
  if (settings === 'help') {
    process.stdout.write(usage);
    return;
  }
  const server = await startClickieServer(settings);
  process.stdout.write(toGreeting(server, settings.control));
  const stop = () => {
    clearTimeout(timer);
    process.stdin.pause();
    void server.stop();
  };
  const timer = setTimeout(stop, settings.seconds * 1000);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (settings.withParent) process.stdin.resume().once('end', stop).once('error', stop);
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${usage}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
