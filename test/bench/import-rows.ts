import { createRandom } from '../servers/shared/random.ts';

const kinds = ['asset', 'metric', 'dashboard', 'collaborator'];

/** The ends of a relationship, by the number of the entity in a large workspace. */
export type Pair = readonly [source: number, target: number];

/** So many pairs of different entities, in no order; a few are the target of very many. */
export function drawRows(count: number, entities: number): Pair[] {
  const random = createRandom(11);
  const seen = new Set<string>();
  const rows: Pair[] = [];
  while (rows.length < count) {
    const source = 1 + Math.floor(random() * entities);
    const target = 1 + Math.floor(random() ** 3 * entities);
    const key = `${source} ${target}`;
    if (source === target || seen.has(key)) continue;
    seen.add(key);
    rows.push([source, target]);
  }
  return rows;
}

const toAddress = (id: number) => `large:${kinds[(id - 1) % kinds.length]}:${id}`;

/** The file that a user would import: relationships of the workspace's own between entities of a large one. */
export function toCsv(rows: readonly Pair[]): string {
  const lines = rows.map(([source, target]) => `${toAddress(source)},feeds,${toAddress(target)},local`);
  return `source,type,target,connection\n${lines.join('\n')}\n`;
}
