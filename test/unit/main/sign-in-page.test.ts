import { describe, expect, test } from 'vitest';
import { isSignInPage } from '../../../src-main/sign-in-page.ts';

describe('an address that the system’s browser is given', () => {
  test.each([
    'https://developer.api.autodesk.com/authentication/v2/authorize?client_id=a&state=b',
    'http://127.0.0.1:8787/authentication/v2/authorize?client_id=a',
    'http://localhost:8787/authentication/v2/authorize',
    'http://[::1]:8787/authentication/v2/authorize',
  ])('is the page of a sign-in: %s', (address) => {
    expect(isSignInPage(address)).toBe(true);
  });

  test.each([
    'http://developer.api.autodesk.com/authentication/v2/authorize',
    'http://127.0.0.1.example.com/authentication/v2/authorize',
    'https://developer.api.autodesk.com/authentication/v2/authorize/../../../elsewhere',
    'https://developer.api.autodesk.com/',
    'https://user:password@developer.api.autodesk.com/authentication/v2/authorize',
    'file:///authentication/v2/authorize',
    'smb://server/authentication/v2/authorize',
    'javascript:alert(1)',
    '/authentication/v2/authorize',
    '',
  ])('is nothing else: %s', (address) => {
    expect(isSignInPage(address)).toBe(false);
  });
});
