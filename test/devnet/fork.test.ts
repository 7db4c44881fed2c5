import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { devnetMessageSchema } from '../../devnet/devnet-message.ts';
import { forkDevnet } from '../../devnet/fork.ts';
import { UserError } from '../../source/domain/errors.ts';
import { buildEntry } from '../helpers/build-entry.ts';
import { startServer } from '../helpers/http-server.ts';

let entry = '';
let scratch = '';

beforeAll(async () => {
	entry = await buildEntry('devnet/main.ts');
	scratch = mkdtempSync(path.join(tmpdir(), 'nodetop-fork-'));
});

afterAll(() => {
	rmSync(path.dirname(entry), { recursive: true, force: true });
	rmSync(scratch, { recursive: true, force: true });
});

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

test('the built entry runs as a process of its own, and stops when told', async () => {
	const devnet = await forkDevnet({ entry, version: '9.9.9', nodes: 5, seed: 42 });
	const dag = devnet.nodes.filter(({ kind }) => kind === 'qudag');
	expect(dag.map(({ name }) => name)).toEqual(['dag-1', 'dag-2', 'dag-3', 'dag-4', 'dag-5']);
	const answers = await Promise.all(dag.map(({ url }) => fetch(`${url}/api/v1/status`)));
	expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
	expect(await answers[0]?.json()).toMatchObject({ version: '9.9.9' });
	const control = await fetch(devnet.controlUrl);
	expect(await control.json()).toMatchObject({
		seed: 42,
		networks: expect.arrayContaining([
			expect.objectContaining({ name: 'dag', kind: 'qudag', id: 'nodetop-devnet' }),
		]),
	});
	expect(isAlive(devnet.pid)).toBe(true);
	await devnet.stop();
	expect(isAlive(devnet.pid)).toBe(false);
	await devnet.stop();
});

test('ends by itself when its parent has gone', async () => {
	const child = fork(entry, [], { stdio: 'ignore', execArgv: [] });
	await new Promise((resolve) => child.once('message', resolve));
	const exited = new Promise((resolve) => child.once('exit', resolve));
	child.disconnect();
	expect(await exited).toBe(0);
});

test('without a parent it prints its addresses, and ends on SIGTERM', async () => {
	const { spawn } = await import('node:child_process');
	const child = spawn(process.execPath, [entry, '--seed', '3'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const line = await new Promise<string>((resolve) => {
		child.stdout.once('data', (data: Buffer) => {
			resolve(data.toString('utf8'));
		});
	});
	const exited = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGTERM');
	expect(await exited).toBe(0);
	const ready = devnetMessageSchema.parse(JSON.parse(line));
	expect(ready.type === 'ready' && ready.nodes.length).toBeGreaterThanOrEqual(4);
});

test('a taken port comes back as the same error', async () => {
	const taken = await startServer((_request, response) => response.end());
	const basePort = Number(new URL(taken.url).port);
	const failing = forkDevnet({ entry, version: '9.9.9', basePort });
	await expect(failing).rejects.toThrow(UserError);
	await expect(failing).rejects.toMatchObject({
		message: `cannot listen on 127.0.0.1:${basePort} (EADDRINUSE)`,
		nextSteps: ['choose another base port, or none to use free ports'],
	});
	await taken.close();
});

test('reports the last error of an entry that ends early', async () => {
	const broken = path.join(scratch, 'broken.mjs');
	writeFileSync(broken, 'throw new TypeError("out of order");\n');
	await expect(forkDevnet({ entry: broken, version: '9.9.9' })).rejects.toMatchObject({
		message: 'the demo network ended before it was ready (exit code 1)',
		nextSteps: ['it printed: TypeError: out of order'],
	});
	const absent = forkDevnet({ entry: path.join(scratch, 'absent.js'), version: '9.9.9' });
	await expect(absent).rejects.toThrow(/^the demo network ended before it was ready/);
	await expect(forkDevnet({ entry, version: '9.9.9', nodes: 3 })).rejects.toThrow(/^--nodes: /);
});
