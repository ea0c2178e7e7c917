import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import react from '@vitejs/plugin-react';
import type { Locator, Page } from 'playwright';
import { build } from 'vite';
import { type LargeEntity, writeLargeWorkspace } from '../support/large-workspace.ts';
import type { App, Electrons } from './electron-apps.ts';
import { inTurns, type Measured } from './figure.ts';

const BUSY_MS = 120;
const ENTITIES = 100_000;
const WHEELS = 80;
const WHEEL_PX = 15_000;

/** The longest gap between two frames of the page's thread while 100,000 rows are scrolled by wheel. */
export async function measureListScroll(
  electrons: Electrons,
  folder: string,
  runs: number,
): Promise<Measured> {
  const path = join(folder, 'large.weft');
  const entities = writeLargeWorkspace({ path, entities: ENTITIES });
  const weft = await electrons.launchWeft(join(folder, 'weft'), [path]);
  const page = await serveBareList(folder, entities);
  const bare = await electrons.launchBare(join(folder, 'bare'), page.url);
  try {
    const [own, other] = [weft.page.getByTestId('entity-rows'), bare.page.getByTestId('bare-rows')];
    await weft.page.getByTestId('entity-row').first().getByText(/\d/).waitFor();
    await bare.page.getByTestId('bare-row').first().waitFor();
    await takeSize(other, own);
    const measure = (of: App, list: Locator) => () => measureGap(of.page, list);
    await assertGapsAreSeen(bare.page);
    // the first time everywhere is for the compiler
    await inTurns(1, measure(weft, own), measure(bare, other));
    const measured = await inTurns(runs, measure(weft, own), measure(bare, other));
    const about = `longest gap between frames, ${ENTITIES} rows by wheel; peer: bare TanStack Virtual list`;
    return { name: 'list-scroll-gap', unit: 'ms', about, budget: 2, ...measured };
  } finally {
    await bare.app.close();
    await weft.app.close();
    page.stop();
  }
}

/** The bare list shows as many rows as Weft's. */
async function takeSize(bare: Locator, weft: Locator): Promise<void> {
  const box = await weft.boundingBox();
  if (box === null) throw new Error('The list is not shown');
  await bare.evaluate((list, { width, height }) => {
    if (!(list instanceof HTMLElement)) throw new Error('The list is no element of a page');
    list.style.width = `${width}px`;
    list.style.height = `${height}px`;
  }, box);
}

/** Milliseconds. Starts at the top, so that every run shows the same rows. */
async function measureGap(page: Page, list: Locator): Promise<number> {
  await page.bringToFront();
  await list.evaluate((element) => element.scrollTo({ top: 0 }));
  await list.hover();
  await wait(500);
  await page.evaluate(startFrames);
  for (let wheel = 0; wheel < WHEELS; wheel += 1) {
    await page.mouse.wheel(0, WHEEL_PX);
    await wait(12);
  }
  const gap = await page.evaluate(readLongestGap);
  const top = await list.evaluate((element) => element.scrollTop);
  if (top < (WHEELS * WHEEL_PX) / 2) throw new Error(`The list was scrolled by ${top} pixels only`);
  return gap;
}

/** A figure that cannot get worse says nothing: a page that is kept busy on purpose must be seen to stand still. */
async function assertGapsAreSeen(page: Page): Promise<void> {
  await page.evaluate(startFrames);
  await wait(100);
  await page.evaluate((ms) => {
    const until = performance.now() + ms;
    while (performance.now() < until) continue;
  }, BUSY_MS);
  await wait(100);
  const gap = await page.evaluate(readLongestGap);
  if (gap < BUSY_MS / 2)
    throw new Error(`A page busy for ${BUSY_MS} ms was seen to stand still for ${gap} ms`);
}

/** In the page: notes the gaps between frames from now on. */
function startFrames(): void {
  const frames = { last: performance.now(), longest: 0, running: true };
  Reflect.set(window, 'frames-of-bench', frames);
  const note = (now: number) => {
    frames.longest = Math.max(frames.longest, now - frames.last);
    frames.last = now;
    if (frames.running) requestAnimationFrame(note);
  };
  requestAnimationFrame((now) => {
    frames.last = now;
    requestAnimationFrame(note);
  });
}

/** In the page: the longest gap so far, in milliseconds, and no more frames are noted. */
function readLongestGap(): number {
  const frames = Reflect.get(window, 'frames-of-bench') as { longest: number; running: boolean }; // set by startFrames
  frames.running = false;
  return frames.longest;
}

/** Builds the bare list and serves it with the names in Weft's order on a loopback port. */
async function serveBareList(
  folder: string,
  entities: readonly LargeEntity[],
): Promise<{ url: string; stop(): void }> {
  const files = await buildBareList(join(folder, 'bare-list'));
  const names = entities
    .map(({ name }) => name)
    .toSorted((a, b) => a.toLowerCase().localeCompare(b.toLowerCase()));
  files.set('/names.json', JSON.stringify(names));
  const server = createServer((request, response) => {
    const file = request.url === '/' ? '/index.html' : (request.url ?? '');
    const body = files.get(file);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': toType(file) }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has a port
  return { url: `http://127.0.0.1:${port}/`, stop: () => server.close() };
}

function toType(file: string): string {
  if (file.endsWith('.js')) return 'text/javascript';
  return file.endsWith('.html') ? 'text/html' : 'application/json';
}

/** The built files by their path on the server. */
async function buildBareList(outDir: string): Promise<Map<string, string>> {
  const root = join(import.meta.dirname, 'bare-list');
  const options = { outDir, write: false, target: 'chrome130', modulePreload: false };
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    build: options,
  });
  const outputs = Array.isArray(result) ? result : [result];
  const files = outputs.flatMap((part) => ('output' in part ? part.output : []));
  return new Map(
    files.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : String(file.source)]),
  );
}
