import { expect, test } from 'vitest';
import { conceal } from '../../../src-main/backend/remote/conceal.ts';

test('a secret is taken out wherever it stands, also as JSON writes it [I23]', () => {
  const secret = 'k"e\\y-1234';
  const text = `plain ${secret}, and ${JSON.stringify({ key: secret })}`;
  expect(conceal(text, [secret])).toBe('plain •••, and {"key":"•••"}');
});

test('what is no secret stays, and one too short to be a key tears nothing apart', () => {
  expect(conceal('{"message":"no"}', ['e', 'another-key'])).toBe('{"message":"no"}');
});
