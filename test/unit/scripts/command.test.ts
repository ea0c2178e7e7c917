import { describe, expect, it } from 'vitest';
import { mustRun, runCommand, toExcerpt } from '../../../scripts/command.mjs';

describe('running a command', () => {
  it('gives its exit code and output', async () => {
    const script = 'console.log("out"); console.error("err"); process.exit(3)';
    const { code, output } = await runCommand(process.execPath, ['-e', script]);
    expect(code).toBe(3);
    expect(output).toContain('out');
    expect(output).toContain('err');
  });

  it('ends one that takes too long, and its children', async () => {
    const sleeper =
      'require("child_process").spawn("sleep", ["60"], {stdio: "inherit"}); setInterval(() => {}, 1000)';
    const startedAt = performance.now();
    const { code } = await runCommand(process.execPath, ['-e', sleeper], { timeoutMs: 300 });
    expect(code).toBe(124);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('tells the output when one that must succeed fails', async () => {
    await expect(mustRun(process.execPath, ['-e', 'console.log("why"); process.exit(2)'])).rejects.toThrow(
      /2[^]*why/,
    );
  });

  it('rejects for a program that does not exist', async () => {
    await expect(runCommand('no-such-program-weft', [])).rejects.toThrow(/ENOENT/);
  });

  it('keeps both ends of a long output', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const excerpt = toExcerpt(lines.join('\n'));
    expect(excerpt).toContain('line 0\n');
    expect(excerpt).toContain('line 99');
    expect(excerpt.split('\n')).toHaveLength(46);
  });
});
