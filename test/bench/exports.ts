import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { strToU8, Zip, ZipDeflate } from 'fflate';
import type { Answer } from '../../src-preload/contract/requests.ts';
import type { TransferFormat } from '../../src-preload/contract/transfer-requests.ts';
import { inTurns, type Measured } from './figure.ts';
import { type Fixture, openBare } from './fixtures.ts';
import { openBackend } from './queries.ts';

/** The rules, the overlay of what is pending, one snapshot, hashes and turns for others may cost twice the bare work again. */
const BUDGET = 3;
/** Each takes seconds; what is compared is steady. */
const RUNS = 5;

/** The names of what is measured of one size. */
export function namesOfExports(size: number): string[] {
  return [`export-csv-${size}`, `export-xlsx-${size}`];
}

/** Everything to a file, beside bare statements whose rows go to a file by the same libraries. */
export async function measureExports(fixture: Fixture, folder: string, judged: boolean): Promise<Measured[]> {
  return [
    await measureOne(fixture, folder, judged, 'csv', writeBareCsv),
    await measureOne(fixture, folder, judged, 'xlsx', writeBareXlsx),
  ];
}

type WriteBare = (fixture: Fixture, folder: string) => void;

async function measureOne(
  fixture: Fixture,
  folder: string,
  judged: boolean,
  format: TransferFormat,
  writeBare: WriteBare,
): Promise<Measured> {
  const perRow = (ms: number) => (ms * 1000) / fixture.size;
  const { values, peers } = await inTurns(
    RUNS,
    async () => perRow(await timeExport(fixture, folder, format)),
    async () => {
      const startedAt = performance.now();
      writeBare(fixture, folder);
      return perRow(performance.now() - startedAt);
    },
  );
  return {
    name: `export-${format}-${fixture.size}`,
    unit: 'µs/relationship',
    about: `all of it to ${format.toUpperCase()} with manifest, ${fixture.shape}; peer: bare statements, their rows written by the same library`,
    budget: judged ? BUDGET : null,
    values,
    peers,
  };
}

async function timeExport({ path, size }: Fixture, folder: string, format: TransferFormat): Promise<number> {
  const backend = await openBackend(path);
  try {
    const target = join(folder, `out.${format}`);
    const startedAt = performance.now();
    const result = await backend.request('export:write', { path: target, format, query: '' });
    const took = performance.now() - startedAt;
    if (!result.ok) throw new Error(result.error.message);
    refuseFewer(result.value, size);
    return took;
  } finally {
    await backend.close();
  }
}

function refuseFewer({ manifest }: Answer<'export:write'>, size: number): void {
  if (manifest.counts.relationships < size) throw new Error('Not every relationship was exported');
}

const ENTITIES = `SELECT c.name || ':' || e.kind || ':' || e.remote_id, e.name, e.kind, e.archived, e.fields
  FROM entity e JOIN connection c ON c.id = e.connection_id ORDER BY e.id`;
const RELATIONSHIPS = `SELECT ca.name || ':' || a.kind || ':' || a.remote_id, a.name, t.name,
  cb.name || ':' || b.kind || ':' || b.remote_id, b.name, ca.name, 'synced' FROM relationship r
  JOIN entity a ON a.id = r.source_id JOIN connection ca ON ca.id = a.connection_id
  JOIN entity b ON b.id = r.target_id JOIN connection cb ON cb.id = b.connection_id
  LEFT JOIN relationship_type t ON t.id = r.base_type_id`;

/** So many rows make one write. */
const BATCH = 1000;

function* readBare(path: string, sql: string): Generator<string[][]> {
  const db = openBare(path);
  try {
    let rows: string[][] = [];
    for (const row of db.prepare(sql).raw().iterate()) {
      rows.push((row as (string | number | null)[]).map((value) => (value === null ? '' : String(value))));
      if (rows.length < BATCH) continue;
      yield rows;
      rows = [];
    }
    yield rows;
  } finally {
    db.close();
  }
}

function writeBareCsv({ path }: Fixture, folder: string): void {
  for (const [name, sql] of [['entities', ENTITIES] as const, ['relationships', RELATIONSHIPS] as const]) {
    const target = join(folder, `bare-${name}.csv`);
    const file = openSync(target, 'w');
    for (const rows of readBare(path, sql)) writeSync(file, stringify(rows, { record_delimiter: '\r\n' }));
    closeSync(file);
    rmSync(target);
  }
}

/** The level at which Weft packs sheets too. */
const LEVEL = 3;
const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function writeBareXlsx({ path }: Fixture, folder: string): void {
  const target = join(folder, 'bare.xlsx');
  const file = openSync(target, 'w');
  const zip = new Zip((error, data) => {
    if (error !== null) throw error;
    writeSync(file, data);
  });
  for (const [name, sql] of [['sheet1', ENTITIES] as const, ['sheet2', RELATIONSHIPS] as const]) {
    const part = new ZipDeflate(`xl/worksheets/${name}.xml`, { level: LEVEL });
    zip.add(part);
    let number = 1;
    for (const rows of readBare(path, sql)) {
      part.push(strToU8(rows.map((cells) => toRowXml(cells, (number += 1))).join('')));
    }
    part.push(new Uint8Array(), true);
  }
  zip.end();
  closeSync(file);
  rmSync(target);
}

function toRowXml(cells: readonly string[], row: number): string {
  const written = cells.map((cell, column) => {
    const text = cell.replaceAll(/[&<>]/g, (sign) => signs[sign] ?? sign);
    return `<c r="${String.fromCharCode(65 + column)}${row}" t="inlineStr"><is><t>${text}</t></is></c>`;
  });
  return `<row r="${row}">${written.join('')}</row>`;
}
