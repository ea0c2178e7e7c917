// Asks every kind of question, exports all and imports a file, and tells how much memory the process ever had, before the
// import and after:
// `backend-memory-child.ts weft|bare PATH FILE`. PATH is changed by it; what is exported lies beside it.
import { dirname } from 'node:path';
import { type Ask, askEverything, importFile } from './every-question.ts';
import { openBare } from './fixtures.ts';
import { openBackend } from './queries.ts';

const [who = '', path = '', file = ''] = process.argv.slice(2);

async function askAll(): Promise<void> {
  const backend = await openBackend(path);
  const ask: Ask = async (channel, params) => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
    return result.value;
  };
  await askEverything(ask, dirname(path));
  tellMemory();
  await importFile(ask, file);
  await backend.close();
}

/** The most memory that the process ever had so far. */
function tellMemory(): void {
  process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
}

/** The ends of all relationships in two plain arrays, read row by row. */
function readBare(): number {
  const db = openBare(path);
  const count = db.prepare('SELECT COUNT(*) FROM relationship').pluck().get() as number; // a count
  const ends = [new Int32Array(count), new Int32Array(count)] as const;
  let place = 0;
  for (const row of db.prepare('SELECT source_id, target_id FROM relationship').raw().iterate()) {
    const [source, target] = row as [number, number]; // the columns above
    ends[0][place] = source;
    ends[1][place] = target;
    place += 1;
  }
  db.close();
  return place;
}

if (who === 'weft') await askAll();
else readBare();
tellMemory();
