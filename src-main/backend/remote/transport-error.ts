/** What kept a request from being answered, in plain words with what to do about it. */
export interface TransportTrouble {
  /** The innermost reason that Node or Electron give. */
  readonly reason: string;
  /** What to do, as a sentence; null where nothing more is known than that there is no connection. */
  readonly advice: string | null;
}

interface Known {
  readonly codes: RegExp;
  readonly advice: string;
}

/**
 * Codes of Node (OpenSSL's names for what is wrong with a certificate, Node's own for names) and of Chromium, which
 * Electron's network speaks. Each has its own way out.
 */
const known: readonly Known[] = [
  {
    codes: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_CERT_DATE_INVALID/,
    advice:
      'The certificate of the server is out of date, or the clock of this computer is wrong. Check the date here; if it is right, whoever runs the server must renew the certificate.',
  },
  {
    codes: /ERR_TLS_CERT_ALTNAME_INVALID|ERR_CERT_COMMON_NAME_INVALID/,
    advice:
      'The certificate of the server is made out to another name. Check the address for a mistake: this may be another server.',
  },
  {
    codes:
      /DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|ERR_CERT_AUTHORITY_INVALID/,
    advice:
      'Nobody whom this computer trusts vouches for the certificate of the server (it is self-signed, or made by an authority of your company). Have your administrator add that authority to the certificates of this computer.',
  },
  {
    codes: /CERT_REVOKED/,
    advice: 'The certificate of the server was revoked. Do not use it; ask whoever runs the server.',
  },
  {
    codes: /ERR_SSL_|EPROTO|ERR_TLS_/,
    advice: 'The server does not speak HTTPS as expected. Check the address and its port.',
  },
  {
    codes: /ERR_PROXY|ERR_TUNNEL_CONNECTION_FAILED|PROXY_CONNECTION_FAILED/,
    advice:
      'The proxy of your network did not let the request through. Check the proxy settings of this computer.',
  },
  {
    codes: /ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED/,
    advice: 'The name of the server is not known. Check the address and your connection.',
  },
];

/** Says what a failed `fetch` means. */
export function describeTransport(error: unknown): TransportTrouble {
  const { code, message } = findInnermost(error);
  const reason = message === '' ? code : message;
  return { reason, advice: known.find(({ codes }) => codes.test(`${code} ${message}`))?.advice ?? null };
}

function findInnermost(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  if (error.cause instanceof Error) return findInnermost(error.cause);
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    message: error.message,
  };
}
