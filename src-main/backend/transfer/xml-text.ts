/** XML cannot hold control characters; spreadsheets write them as _x0007_, and what looks like that with _x005F_. */
const unwritable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|\r|_(?=x[0-9A-Fa-f]{4}_)/gu;

const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as XML holds it, in an element or an attribute. Line ends and tabs survive. */
export function toXml(text: string): string {
  return text
    .replaceAll(
      unwritable,
      (sign) => `_x${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replaceAll(/[&<>"]/g, (sign) => names[sign] ?? sign)
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;');
}

/** The text that an XML text stands for. */
export function fromXml(text: string): string {
  return text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
}
