/** What the standalone servers have in common: options, greeting and ending. */
import { parseArgs } from 'node:util';

/** A remote's server as the command line sees it: `Site` is the data it serves. */
export interface Program<Site> {
  /** How it is called, such as `npm run server:clickie`. */
  readonly command: string;
  /** By scale, smallest first. `seed` is a whole number from 0 to 0xffffffff. */
  readonly scales: Readonly<Record<string, (seed: number) => Site>>;
  /** One of the scales. */
  readonly defaultScale: string;
  start(settings: StartSettings<Site>): Promise<Running>;
}

/** What a server is started with; the port is 0 for a free one. */
export interface StartSettings<Site> {
  readonly port: number;
  readonly site: Site;
  readonly control: boolean;
}

/** A server that has been started. */
export interface Running {
  /** What the user is told: how to reach it, and last a command to try, beginning with curl. */
  readonly greeting: readonly string[];
  stop(): Promise<void>;
}

interface Settings<Site> extends StartSettings<Site> {
  readonly seconds: number;
  readonly withParent: boolean;
}

const defaultSeconds = 8 * 60 * 60;
/** The longest that a timer of Node can wait is 2^31 - 1 milliseconds. */
const longestSeconds = 2_147_483;

class UsageError extends Error {}

/** Reads the options, starts the server and stops it in time. Sets the exit code; never rejects. */
export async function runServer<Site>(program: Program<Site>): Promise<void> {
  try {
    await run(program);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${toUsage(program)}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

async function run<Site>(program: Program<Site>): Promise<void> {
  const settings = parseSettings(program, process.argv.slice(2));
  if (settings === 'help') {
    process.stdout.write(toUsage(program));
    return;
  }
  const server = await program.start(settings);
  process.stdout.write(`${server.greeting.join('\n')}\n`);
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

function toUsage<Site>({ command, scales, defaultScale }: Program<Site>): string {
  const names = Object.keys(scales).map((name) => (name === defaultScale ? `${name} (default)` : name));
  return `Usage: ${command} -- [options]

  --port N            port on 127.0.0.1; 0, the default, takes a free one
  --scale SIZE        ${toChoice(names)}
  --seed N            which of the sites drawn at random; 1 when not given
  --control           opens /__control for other processes of this machine
  --for SECONDS       stops by itself after so long; 28800 (8 hours) when not given
  --with-parent       stops when standard input ends, so with the process that started it
  --help              shows this text
`;
}

function parseSettings<Site>(program: Program<Site>, args: readonly string[]): Settings<Site> | 'help' {
  const { values } = parseOptions(args);
  if (values.help) return 'help';
  const seed = parseNumber('--seed', values.seed, 1, 0, 0xffffffff);
  return {
    port: parseNumber('--port', values.port, 0, 0, 65_535),
    site: toSite(program.scales, values.scale ?? program.defaultScale, seed),
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

function toSite<Site>(scales: Program<Site>['scales'], name: string, seed: number): Site {
  const make = Object.hasOwn(scales, name) ? scales[name] : undefined;
  if (make) return make(seed);
  throw new UsageError(`--scale must be ${toChoice(Object.keys(scales))}, not “${name}”`);
}

function toChoice(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}
