import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDevnet } from '../../devnet/devnet.ts';
import type { RunningDevnet } from '../../devnet/devnet.ts';
import { exitCodes } from '../../source/domain/errors.ts';
import { HistoryReader } from '../../source/history/reader.ts';
import { readRecording } from '../../source/history/recording-file.ts';
import { bin, emptyHome, runNodetop } from '../helpers/run-nodetop.ts';

/** Sent to the nodes, and never to be found in a recording. */
const canary = 'canary-password-c3';
const whole = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
let devnet: RunningDevnet;

beforeAll(async () => {
	devnet = await startDevnet({ nodeCount: 4, seed: 5, version: '1', basePort: 0, clock: 'wall' });
});

afterAll(() => devnet.stop());

/** Two nodes of the demo network, with a password. */
function nodeSpecs(): string[] {
	const named = devnet.nodes.filter(({ kind }) => kind === 'qudag').slice(0, 2);
	return named.map(({ name, url }) => `${name}=${url.replace('//', `//nodetop:${canary}@`)}`);
}

/** Everything that a recording says, whatever way it is packed. */
function textOf(file: string): string {
	const { tables, manifest, isCutOff } = readRecording(readFileSync(file));
	const reader = new HistoryReader(tables);
	const frames = reader.frameTimes(whole).map((atMs) => reader.frameAt(atMs));
	return JSON.stringify({
		manifest,
		isCutOff,
		list: reader.list(),
		frames,
		e: reader.events(whole),
	});
}

/** How many moments and polls the database of a recording holds, of which there are fewer; 0 before it is there. */
function recordedIn(partial: string): number {
	if (!existsSync(partial)) return 0;
	const db = new DatabaseSync(partial, { readOnly: true, timeout: 1000 });
	try {
		const count = 'SELECT min((SELECT count(*) FROM frames), (SELECT count(*) FROM rows)) AS n';
		return Number(db.prepare(count).get()?.['n']);
	} catch {
		return 0; // Its tables are not made yet.
	} finally {
		db.close();
	}
}

async function snapshotOf(file: string) {
	const { exitCode, stdout, stderr } = await runNodetop([
		'replay',
		file,
		'--at',
		'0s',
		'--once',
		'--json',
	]);
	expect({ exitCode, stderr }).toEqual({ exitCode: exitCodes.ok, stderr: '' });
	return JSON.parse(stdout) as {
		nodes: { target: { name: string }; poll: { status: string }; dag: { vertices: number } }[];
	};
}

describe('nodetop record', { timeout: 60_000 }, () => {
	it('writes a read-only file without secrets that replay opens', async () => {
		const file = join(emptyHome(), 'incident.nodetop');
		const args = ['record', file, '--for', '2s', '--interval', '500ms', ...nodeSpecs()];
		const { exitCode, stderr } = await runNodetop(args);
		expect({ exitCode, stderr }).toMatchObject({ exitCode: exitCodes.ok });
		expect(stderr).toContain(`nodetop replay ${file}`);
		expect(statSync(file).mode % 0o1000).toBe(0o444);
		expect(existsSync(`${file}.partial`)).toBe(false);
		const text = textOf(file);
		expect(text).toContain('127.0.0.1');
		for (const secret of [canary, Buffer.from(`nodetop:${canary}`).toString('base64')]) {
			expect(text + stderr).not.toContain(secret);
		}
		const { nodes } = await snapshotOf(file);
		expect(nodes.map(({ target, poll }) => [target.name, poll.status])).toEqual(
			nodeSpecs().map((spec) => [spec.split('=')[0], 'ok']),
		);
		// Each poll is in it, and not only its moments.
		const first = devnet.nodes.find(({ kind }) => kind === 'qudag');
		const reader = new HistoryReader(readRecording(readFileSync(file)).tables);
		const { times } = reader.numbers(first?.name ?? '', 'poll.latencyMs', whole);
		expect(times.length).toBeGreaterThanOrEqual(2);
		expect(nodes[0]?.dag.vertices).toBeGreaterThan(0);
		// It is never written over.
		const again = await runNodetop(args);
		expect(again).toMatchObject({ exitCode: exitCodes.cannotWrite });
		expect(again.stderr).toContain('is there already');
	});

	it('is killed, and completed by --finish, with addresses masked', async () => {
		const file = join(emptyHome(), 'killed.nodetop');
		const child = spawn(
			process.execPath,
			[bin, 'record', file, '--interval', '250ms', ...nodeSpecs()],
			{ stdio: 'ignore', env: { HOME: emptyHome(), PATH: process.env['PATH'] ?? '' } },
		);
		const exited = once(child, 'exit');
		const partial = `${file}.partial`;
		await expect.poll(() => recordedIn(partial), { timeout: 30_000 }).toBeGreaterThan(0);
		child.kill('SIGKILL');
		await exited;
		const refused = await runNodetop(['record', file, ...nodeSpecs()]);
		expect(refused).toMatchObject({ exitCode: exitCodes.cannotWrite });
		expect(refused.stderr).toContain('--finish');
		const { exitCode } = await runNodetop(['record', file, '--finish', '--mask-addresses']);
		expect(exitCode).toBe(exitCodes.ok);
		const text = textOf(file);
		expect(text).toContain('host-1');
		for (const secret of [canary, '127.0.0.1']) expect(text).not.toContain(secret);
		expect((await snapshotOf(file)).nodes).toHaveLength(2);
	});
});
