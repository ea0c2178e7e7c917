import { SaxesParser } from 'saxes';
import { notRead } from './errors.ts';
import type { Piece, Reading } from './reading.ts';
import { limits } from './table.ts';

/** Told of what an XML text holds, in order. Names come without their prefix. */
export interface XmlListener {
  open(name: string, attributes: Readonly<Record<string, string>>, line: number): void;
  text(text: string): void;
  close(name: string): void;
}

/** Reads XML piece by piece; it may be given as bytes, more than one text can hold. Declarations of a document type are refused: nothing good needs them. */
export function* readXml(
  file: string,
  xml: Iterable<Piece<string | Uint8Array>>,
  listener: XmlListener,
): Reading<void> {
  const parser = new SaxesParser();
  let depth = 0;
  const refuse = (what: string) => notRead({ file, row: parser.line, column: parser.column + 1 }, what);
  parser.on('error', ({ message }) => {
    throw refuse(message.replace(/^.*?:\d+:\d+: /s, '').replace(/\.?$/, '.'));
  });
  parser.on('doctype', () => {
    throw refuse('a document type is declared, which is not taken.');
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > limits.depth) throw refuse(`elements go at most ${limits.depth} deep.`);
    listener.open(toLocalName(name), toLocalNames(attributes), parser.line);
  });
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    listener.close(toLocalName(name));
  });
  parser.on('text', listener.text);
  parser.on('cdata', listener.text);
  const decoder = new TextDecoder();
  for (const { piece, part } of xml) {
    parser.write(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }));
    yield part;
  }
  parser.close();
}

function toLocalName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function toLocalNames(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(attributes).map(([name, value]) => [toLocalName(name), value]);
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, string>; // strings in, strings out
}
