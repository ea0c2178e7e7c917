/** A reply before it is sent. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The caller waits so long, although everything has been applied. */
  readonly delayMs?: number;
  /** Sent in pieces of so many bytes and without a length, as by a server that writes while it reads. */
  readonly chunkBytes?: number;
}

/** A JSON reply without an envelope. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, contentType: 'application/json', headers, body: JSON.stringify(value) };
}

/** A page such as a gateway or a proxy makes. */
export function htmlAnswer(
  status: number,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, contentType: 'text/html', headers, body };
}

/** A reply without a body, such as 204. */
export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, contentType: 'text/plain', headers, body: '' };
}
