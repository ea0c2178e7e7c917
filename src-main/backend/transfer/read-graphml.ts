import { isAttributeColumn } from './attribute-column.ts';
import { toCell, toValueCell } from './cell-text.ts';
import { notRead } from './errors.ts';
import { readXml } from './read-xml.ts';
import { cutText, type Reading } from './reading.ts';
import { createSheetBuilder, limits, type Sheet } from './table.ts';
import { fromXml } from './xml-text.ts';

interface Element {
  readonly what: 'node' | 'edge';
  readonly line: number;
  readonly values: Map<string, string>;
}

/** Reads nodes and edges with their data; what each key is called stands in its declaration. */
export function* readGraphml(file: string, xml: string): Reading<Sheet[]> {
  const keys = new Map<string, { name: string; type: string }>();
  const found: Element[] = [];
  let current: Element | null = null;
  let key: string | null = null;
  let isNothing = false;
  let text = '';
  yield* readXml(file, cutText(xml), {
    open: (name, attributes, line) => {
      if (name === 'key') {
        const { id = '', 'attr.name': named = id, 'attr.type': type = 'string' } = attributes;
        keys.set(id, { name: fromXml(named), type });
      } else if (name === 'node' || name === 'edge') {
        current = { what: name, line, values: toEnds(name, attributes) };
        found.push(current);
      } else if (name === 'data') {
        key = attributes['key'] ?? '';
        isNothing = attributes['nil'] === 'true';
        text = '';
      }
    },
    text: (more) => {
      if (key !== null) text += more;
    },
    close: (name) => {
      if (name === 'data' && key !== null) {
        const declared = keys.get(key) ?? { name: key, type: 'string' };
        if (current !== null && isNothing) current.values.set(declared.name, 'null');
        else if (current !== null) addValue(current, declared, fromXml(text));
        key = null;
      } else if (name === 'node' || name === 'edge') current = null;
    },
  });
  return [toSheet(file, found, 'node'), toSheet(file, found, 'edge')].filter(({ rows }) => rows.length > 0);
}

function toEnds(what: Element['what'], attributes: Readonly<Record<string, string>>): Map<string, string> {
  const { id, source, target } = attributes;
  const ends = what === 'node' ? { entity: id } : { source, target };
  return new Map(
    Object.entries(ends).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, toCell(fromXml(value))] as const],
    ),
  );
}

function addValue({ values }: Element, { name, type }: { name: string; type: string }, text: string): void {
  if (!isAttributeColumn(name)) values.set(name, toCell(text));
  else values.set(name, type === 'string' ? toValueCell(text) : text);
}

function toSheet(file: string, found: readonly Element[], what: Element['what']): Sheet {
  const elements = found.filter((element) => element.what === what);
  const columns = [...new Set(elements.flatMap(({ values }) => [...values.keys()]))];
  const name = `${file} ${what}s`;
  if (columns.length > limits.columns) {
    throw notRead(
      { file: name, row: 1, column: columns.length },
      `there are at most ${limits.columns} columns.`,
    );
  }
  const builder = createSheetBuilder(name, columns);
  for (const { line, values } of elements)
    builder.add(
      line,
      columns.map((column) => values.get(column) ?? ''),
    );
  return builder.build();
}
