import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

/**
 * The id that the system gave this machine when it was installed; empty where there is none, as in many containers.
 * Sources: man 5 machine-id; ioreg's IOPlatformUUID; MachineGuid in the registry of Windows.
 */
export function readMachineId(): string {
  if (process.platform === 'darwin') {
    return find(
      tell('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']),
      /"IOPlatformUUID" = "([^"]+)"/,
    );
  }
  if (process.platform === 'win32') {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';
    return find(tell('reg.exe', ['query', key, '/v', 'MachineGuid']), /REG_SZ\s+(\S+)/);
  }
  return readText('/etc/machine-id') || readText('/var/lib/dbus/machine-id');
}

/** Who works here, as the history tells it: the user of the system and the name of the machine. */
export function readAuthor(): string {
  return `${readUserName()} on ${hostname()}`;
}

function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'someone'; // a user without an entry in the system's list, as in some containers
  }
}

function find(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[1] ?? '';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return ''; // a system without the file does not tell
  }
}

function tell(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', timeout: 5000, windowsHide: true });
  } catch {
    return ''; // a system without the program does not tell
  }
}
