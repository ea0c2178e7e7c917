import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where pictures of a run are kept. */
export function toScreenshotPath(name: string): string {
  const folder = join(process.env['WEFT_E2E_OUTPUT'] ?? 'test-results', 'screenshots');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}
