import { chmodSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { compareMarks, lookAt } from '../../source/lifecycle/identity.ts';
import type { NodeRecord } from '../../source/lifecycle/identity.ts';
import { statusFromFiles } from '../../source/lifecycle/inspect.ts';
import { appendJournal, readJournal } from '../../source/lifecycle/journal.ts';
import { createLines } from '../../source/lifecycle/lines.ts';
import { dataLockOf, placeOf } from '../../source/lifecycle/paths.ts';
import { markOf, readGroup, readPs } from '../../source/lifecycle/platform.ts';
import { findProgram, readEnvFile, readPair, versionOf } from '../../source/lifecycle/program.ts';
import { longestLine } from '../../source/lifecycle/protocol.ts';
import { removedFlags } from '../../source/lifecycle/releases.ts';
import { readSmall, writeSmall } from '../../source/lifecycle/small-file.ts';
import { defaultHealthSettings, defaultPolicy } from '../../source/lifecycle/spec.ts';
import type { Spec } from '../../source/lifecycle/spec.ts';
import { systemdUnit } from '../../source/lifecycle/systemd.ts';

const defaultSpec: Spec = {
	name: 'node',
	command: ['geth'],
	cwd: '/',
	env: {},
	graceMs: 1000,
	policy: defaultPolicy,
	health: defaultHealthSettings,
};
const fresh = () => mkdtempSync(join(tmpdir(), 'nodetop-parts-'));

function script(directory: string, name: string, body: string): string {
	const path = join(directory, name);
	writeFileSync(path, `#!/bin/sh\n${body}\n`);
	chmodSync(path, 0o755);
	return path;
}

describe('which process it is', () => {
	const record: NodeRecord = {
		pid: 7,
		startedAt: '100',
		bootId: 'b',
		executable: '/bin/geth',
		atMs: 0,
		isOpen: true,
	};
	const found = { pid: 7, startedAt: '100', bootId: 'b', executable: '/bin/geth' };

	it.each([
		[record, found, 'same'],
		[record, undefined, 'gone'],
		[record, { ...found, bootId: 'c' }, 'gone'],
		[record, { ...found, startedAt: '101' }, 'other'],
		// A script that starts its node with exec stays the same process.
		[record, { ...found, executable: '/bin/cat' }, 'same'],
		// The system does not say what it executes.
		[record, { ...found, executable: undefined }, 'same'],
		[{ ...record, executable: '/bin/sh', isOpen: false }, found, 'same'],
	])('%#', (known, present, is) => {
		expect(compareMarks(known, present).is).toBe(is);
	});

	it('is found out from the system', async () => {
		const mark = await markOf(process.pid);
		expect(mark).toMatchObject({ pid: process.pid, executable: process.execPath });
		expect((await lookAt({ ...record, ...mark, isOpen: true })).is).toBe('same');
		expect(await markOf(4_194_304)).toBeUndefined();
	});
});

describe('processes of macOS', () => {
	it('are read from what ps prints', () => {
		expect(readPs('Ss   Mon Nov  2 03:04:05 2026     /usr/local/bin/geth \n')).toEqual({
			startedAt: 'Mon Nov  2 03:04:05 2026',
			executable: '/usr/local/bin/geth',
		});
		expect(readPs('R+   Tue Nov 24 13:04:05 2026     /Applications/My Node.app/node')).toEqual({
			startedAt: 'Tue Nov 24 13:04:05 2026',
			executable: '/Applications/My Node.app/node',
		});
		expect(readPs('Z    Mon Nov  2 03:04:05 2026     (geth)')).toBeUndefined();
		expect(readPs('')).toBeUndefined();
		const all = '    1     1 Ss\n  812   700 S+\n  701   700 Z\n  744   700 R\n 7001  7001 S\n';
		expect(readGroup(all, 700)).toEqual([744, 812]);
		expect(readGroup(all, 70)).toEqual([]);
	});
});

describe('a program', () => {
	it('is found by its path, or in PATH, and must be executable', () => {
		const directory = fresh();
		const node = script(directory, 'node-a', 'exit 0');
		writeFileSync(join(directory, 'plain'), '');
		mkdirSync(join(directory, 'folder'));
		expect(findProgram('./node-a', directory, undefined)).toBe(node);
		expect(findProgram('node-a', '/', `/no/such:${directory}`)).toBe(node);
		for (const [name, message] of [
			['./plain', 'is not executable'],
			['./folder', 'is a directory'],
			['./missing', 'does not exist'],
			['missing', 'no program "missing" in PATH'],
			['plain', 'is not executable'],
		] as const)
			expect(() => findProgram(name, directory, directory)).toThrow(message);
	});

	it('says its version, in either way, or none', async () => {
		const directory = fresh();
		const geth = script(
			directory,
			'geth',
			'[ "$1" = version ] && printf "Geth\\nVersion: 1.17.4-stable\\nGo Version: go1.24.7\\n"',
		);
		const clap = script(directory, 'clap', '[ "$1" = --version ] && echo "reth 1.2.3" || exit 2');
		expect(await versionOf(geth)).toBe('1.17.4-stable');
		expect(await versionOf(clap)).toBe('1.2.3');
		expect(await versionOf(script(directory, 'mute', 'exit 1'))).toBeUndefined();
		expect(removedFlags(['/usr/bin/geth', '--mine', '--http'], '1.17.4')).toEqual([
			'--mine was removed in 1.17.4: it will not start with it',
		]);
		expect(removedFlags(['/usr/bin/reth', '--mine'], '1.17.4')).toEqual([]);
	});

	it('has variables from a file, whose values are never shown', () => {
		const file = join(fresh(), 'env');
		writeFileSync(file, '# comment\n\nexport A=1\nB="two words"\nC=a=b\r\n');
		expect(readEnvFile(file)).toEqual({ A: '1', B: 'two words', C: 'a=b' });
		writeFileSync(file, '1BAD=secret\n');
		expect(() => readEnvFile(file)).toThrow(/:1: not of the form KEY=VALUE$/);
		expect(() => readPair('secret', '--env, number 1')).toThrow(
			'--env, number 1: not of the form KEY=VALUE',
		);
		expect(() => readEnvFile('/no/such')).toThrow('ENOENT');
	});
});

describe('files of a supervisor', () => {
	it('are read only when they are whole, ours and no link', () => {
		const directory = fresh();
		const path = join(directory, 'a.json');
		const shape = z.object({ a: z.int() });
		writeSmall(path, { a: 1 });
		expect(readSmall(path, shape)).toEqual({ a: 1 });
		expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
		symlinkSync(path, join(directory, 'link'));
		expect(readSmall(join(directory, 'link'), shape)).toBeUndefined();
		writeFileSync(path, '{"a":');
		expect(readSmall(path, shape)).toBeUndefined();
		writeFileSync(path, '{"a":"b"}');
		expect(readSmall(path, shape)).toBeUndefined();
	});

	it('have a short socket, and one lock for each data directory', () => {
		const long = `/home/${'x'.repeat(100)}`;
		expect(placeOf('/s', 'node', '/run').socket).toBe('/s/node/socket');
		expect(placeOf(long, 'node', '/run').socket).toMatch(/^\/run\/[\da-f]{20}\.socket$/);
		expect(placeOf(long, 'other', '/run').socket).not.toBe(placeOf(long, 'node', '/run').socket);
		expect(dataLockOf('/s', '/data')).toMatch(/^\/s\/\.data\/[\da-f]{32}$/);
	});

	it('keep the journal within bounds, and read it past a line that was cut off', async () => {
		const path = join(fresh(), 'journal.jsonl');
		expect(await readJournal(path, 5)).toEqual([]);
		const entry = {
			at: '2026-01-02T03:04:05.000Z',
			from: 'running',
			to: 'crashed',
			restarts: 0,
		} as const;
		appendJournal(path, { ...entry, reason: 'x'.repeat(4_100_000) });
		appendJournal(path, entry);
		expect(statSync(`${path}.1`).size).toBeGreaterThan(4_000_000);
		writeFileSync(path, `${JSON.stringify(entry)}\n{"at":"20`, { flag: 'a' });
		expect(await readJournal(path, 5)).toEqual([entry, entry]);
	});

	it('tell the state of a node whose supervisor is gone', () => {
		const place = placeOf(fresh(), 'node', '/run');
		mkdirSync(place.directory);
		expect(statusFromFiles(place, 'node')).toEqual({
			name: 'node',
			state: 'stopped',
			restarts: 0,
			health: 'unknown',
		});
		const command = ['geth', '--http', '--http.port', '8600'];
		writeSmall(place.spec, { ...defaultSpec, command });
		writeSmall(place.machine, {
			state: 'running',
			restarts: 2,
			attempts: 1,
			supervisorPid: 1,
			version: 'v',
		});
		expect(statusFromFiles(place, 'node')).toMatchObject({
			state: 'crashed',
			restarts: 2,
			version: 'v',
			// The node that is watched there is this one.
			rpcUrl: 'http://127.0.0.1:8600',
			reason: expect.stringContaining('exit code unknown'),
		});
		writeSmall(place.machine, {
			state: 'stopping',
			restarts: 0,
			attempts: 0,
			supervisorPid: 1,
			reason: 'stopped by a person',
		});
		expect(statusFromFiles(place, 'node')).toMatchObject({
			state: 'stopped',
			reason: 'ended after its supervisor was gone, exit code unknown',
		});
		writeSmall(place.machine, {
			state: 'error',
			restarts: 5,
			attempts: 5,
			supervisorPid: 1,
			reason: 'why',
		});
		expect(statusFromFiles(place, 'node')).toMatchObject({ state: 'error', reason: 'why' });
	});
});

describe('lines of the socket', () => {
	it('are joined over pieces, and bounded', () => {
		const lines: string[] = [];
		const take = createLines((line) => lines.push(line));
		expect([take('{"a"'), take(Buffer.from(':1}\n\n{"b":"ä')), take(Buffer.from('"}\n'))]).toEqual([
			true,
			true,
			true,
		]);
		expect(lines).toEqual(['{"a":1}', '{"b":"ä"}']);
		expect(take('x'.repeat(longestLine + 1))).toBe(false);
	});
});

describe('the systemd unit', () => {
	const spec = {
		name: 'validator',
		command: ['/usr/bin/geth', '--identity', 'a "b" $c %d', '--http'],
		cwd: '/data',
		env: { KEY: 'a b' },
		envFile: '/etc/node.env',
		graceMs: 120_000,
		policy: { ...defaultPolicy, autoRestart: false },
		health: { ...defaultHealthSettings, rpcUrl: 'http://127.0.0.1:8545' },
	};

	it('runs the same command with the same patience, and kills nothing', () => {
		const unit = systemdUnit(spec, { nodetop: '/opt/nodetop.js', node: '/usr/bin/node' });
		expect(unit).toContain('-- /usr/bin/geth --identity "a \\"b\\" $$c %%d" --http\n');
		for (const line of [
			'ExecStart=/usr/bin/node /opt/nodetop.js run --name validator --grace 120s',
			'--no-auto-restart --rpc http://127.0.0.1:8545 --env-file /etc/node.env',
			'Environment="KEY=a b"',
			'TimeoutStopSec=150s',
			'KillMode=process',
			'SendSIGKILL=no',
			'NoNewPrivileges=yes',
			'WorkingDirectory=/data',
		])
			expect(unit).toContain(line);
	});
});
