const AUTHORIZE_PATH = '/authentication/v2/authorize';

/**
 * Whether an address is one that the backend may have opened in the system's browser: the authorize page of a
 * sign-in, over https, or over http where it is on this computer.
 */
export function isSignInPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, pathname, username, password } = new URL(address);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback)) return false;
  return pathname === AUTHORIZE_PATH && username === '' && password === '';
}
