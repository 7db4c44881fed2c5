import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diff } from '../../../source/commands/diff/diff.ts';
import { history } from '../../../source/commands/history/history.ts';
import { replay } from '../../../source/commands/replay/replay.ts';
import { acquireLock } from '../../../source/domain/lock.ts';
import { exitCodes } from '../../../source/domain/errors.ts';
import { waitingAnnotations } from '../../../source/history/annotation-inbox.ts';
import { readAnnotations } from '../../../source/history/annotations.ts';
import { recordProfile, startMs } from './recorded-profile.ts';
import type { RecordedProfile } from './recorded-profile.ts';

let recorded: RecordedProfile;

/** Two minutes and a half of eight nodes; `gone` answers ten seconds of each fifty. */
beforeAll(async () => {
	recorded = await recordProfile(150);
}, 60_000);

afterAll(() => {
	rmSync(recorded.home, { recursive: true, force: true });
});

const iso = (ms: number): string => new Date(ms).toISOString();

describe('history query', () => {
	it('prints JSON with node, metric, unit and points', async () => {
		const { stdout, exitCode } = await recorded.run(
			history,
			'query',
			'poll.latencyMs',
			'evm-1',
			'--since',
			'2m',
			'--step',
			'30s',
			'--json',
		);
		expect(exitCode).toBe(0);
		const [series, ...more] = JSON.parse(stdout) as Record<string, unknown>[];
		expect(more).toEqual([]);
		expect(series).toMatchObject({ node: 'evm-1', metric: 'poll.latencyMs', unit: 'ms' });
		const points = series?.['points'] as [string, number][];
		expect(points.length).toBeGreaterThanOrEqual(4);
		for (const [at, value] of points) {
			expect(iso(Date.parse(at))).toBe(at);
			// Its readings take 12 to 18 ms.
			expect(value).toBeGreaterThanOrEqual(12);
			expect(value).toBeLessThanOrEqual(18);
		}
	});

	it('prints CSV and a table, with a statistic of choice', async () => {
		const asked = ['query', 'poll.latencyMs', 'evm-1', '--since', '1m', '--step', '30s'];
		const csv = await recorded.run(history, ...asked, '--stat', 'max', '--csv');
		expect(csv.stdout).toMatch(/^time,evm-1\n2026-01-02T03:0\d:\d\d\.000Z,18\n/);
		const table = await recorded.run(history, ...asked, '--stat', 'min');
		expect(table.stdout).toMatch(
			/^Poll latency\nTIME \(UTC\) +evm-1\n2026-01-02 03:0\d:\d\d +12 ms\n/,
		);
	});

	it('adds all nodes, and those of a group', async () => {
		const asked = ['query', 'network.peers', '--since', '1m', '--step', '1m', '--json', '--sum'];
		const value = (stdout: string): number =>
			(JSON.parse(stdout) as { points: [string, number][] }[])[0]?.points[0]?.[1] ?? 0;
		const all = value((await recorded.run(history, ...asked)).stdout);
		const { stdout } = await recorded.run(history, ...asked, '--group', 'qudag:testnet');
		// dag-1 and dag-2, with three or four peers each.
		expect(value(stdout)).toBeGreaterThanOrEqual(6);
		expect(value(stdout)).toBeLessThanOrEqual(8);
		expect(all).toBeGreaterThan(value(stdout));
	});

	it.each([
		[['query'], 'query needs a metric'],
		[['query', 'poll.latencyMS'], '"poll.latencyMS" is no recorded number'],
		[
			['query', 'poll.latencyMs', 'nobody'],
			'nothing was recorded of poll.latencyMs of the node "nobody"',
		],
		[['query', 'poll.latencyMs', '--group', 'x'], 'there was no group "x" then'],
		[['query', 'poll.latencyMs', '--stat', 'p12'], '--stat: "p12" is none of'],
		[['query', 'poll.latencyMs', '--since', 'soon'], '--since: "soon" is no time'],
	])('refuses %j and says why', async (argv, message) => {
		const { error } = await recorded.run(history, ...argv);
		expect(String(error)).toContain(message);
	});
});

describe('history report', () => {
	it('has every part as text, JSON, Markdown and HTML', async () => {
		const { stdout } = await recorded.run(history, 'report');
		for (const title of [
			'Availability, without our own outages',
			'Poll latency and finality',
			'Incidents',
			'What changed',
			'Annotations',
			'Forecasts',
			'Advice from the trend',
		]) {
			expect(stdout).toContain(`\n${title}\n`);
		}
		expect(stdout).toMatch(/^ {2}gone +\d+(\.\d+)?% /m);
		const json = await recorded.run(history, 'report', '--json');
		expect(JSON.parse(json.stdout)).toMatchObject({ nodes: expect.any(Array) as unknown });
		const markdown = await recorded.run(history, 'report', '--markdown');
		expect(markdown.stdout).toMatch(/^# nodetop: 2026-/);
		const html = await recorded.run(history, 'report', '--week', '--html');
		expect(html.stdout).toMatch(/^<!doctype html>/);
	});
});

describe('diff', () => {
	it('lists what differs between two moments, and between two nodes', async () => {
		const { stdout } = await recorded.run(diff, '--since', '2m', '--json');
		const changes = JSON.parse(stdout) as { kind: string; node?: string }[];
		expect(changes.some(({ kind, node }) => kind === 'peers' && node === 'dag-1')).toBe(true);
		const two = await recorded.run(diff, 'dag-1', 'dag-2');
		expect(two.stdout).toMatch(/^dag-2 +version: version +0\.4\.1 +0\.4\.2$/m);
	});

	it('refuses a node that was not there', async () => {
		const { error } = await recorded.run(diff, 'dag-1', 'dag-9');
		expect(String(error)).toContain('there was no node "dag-9" then');
	});
});

describe('replay', () => {
	it('prints the snapshot of a time', async () => {
		const { stdout } = await recorded.run(replay, '--at', '03:05:05', '--once', '--json');
		const { takenAt, nodes } = JSON.parse(stdout) as { takenAt: string; nodes: unknown[] };
		expect(Date.parse(takenAt)).toBeLessThanOrEqual(startMs + 60_000);
		expect(Date.parse(takenAt)).toBeGreaterThan(startMs + 45_000);
		expect(nodes).toHaveLength(8);
	});

	it('shows the same from an exported file, which nobody may write', async () => {
		const file = `${recorded.home}/incident.nodetop`;
		const exported = await recorded.run(history, 'export', file, '--since', '2m');
		expect(exported.exitCode).toBe(0);
		expect(statSync(file).mode & 0o222).toBe(0);
		const args = ['--at', '03:05:35', '--once', '--json'];
		const fromFile = await recorded.run(replay, file, ...args);
		const fromProfile = await recorded.run(replay, ...args);
		expect(fromFile.stdout).toBe(fromProfile.stdout);
		const again = await recorded.run(history, 'export', file, '--since', '2m');
		expect(String(again.error)).toContain('is there already');
		const report = await recorded.run(history, 'report', '--file', file);
		expect(report.stdout).toMatch(/^ {2}dag-1 +/m);
		const query = await recorded.run(history, 'query', 'height', '--file', file, '--json');
		expect(JSON.parse(query.stdout)).not.toEqual([]);
	});

	it.each([
		[['--at', 'soon'], '--at: "soon" is no time'],
		[[], 'replay needs a recording, or a time'],
		[['/nowhere.nodetop'], '/nowhere.nodetop cannot be replayed'],
	])('refuses %j and says why', async (argv, message) => {
		const { error } = await recorded.run(replay, ...argv);
		expect(String(error)).toContain(message);
	});

	it('refuses a file that is no recording', async () => {
		const file = `${recorded.home}/other.nodetop`;
		writeFileSync(file, 'something else');
		const { error } = await recorded.run(replay, file);
		expect(String(error)).toContain('cannot be replayed');
	});
});

describe('history annotate', () => {
	it('is in the report, with a node and a time', async () => {
		const noted = await recorded.run(
			history,
			'annotate',
			'switch',
			'replaced',
			'--at',
			'03:05:00',
			'--node',
			'dag-1',
		);
		expect(noted.exitCode).toBe(0);
		const { stdout } = await recorded.run(history, 'report');
		expect(stdout).toMatch(/^ {2}2026-01-02 03:05:00 +dag-1 +switch replaced$/m);
	});

	it('is left for the process that records', async () => {
		const lock = await acquireLock(recorded.directory, { patienceMs: 0 });
		try {
			const { stderr } = await recorded.run(history, 'annotate', 'a \u001B[31mred one');
			expect(stderr).toContain('the running nodetop adds it');
		} finally {
			await lock.release();
		}
		const { directory } = recorded;
		const [filed] = readAnnotations(directory, waitingAnnotations(directory));
		expect(JSON.parse(filed?.event.data ?? '')).toMatchObject({ text: 'a red one' });
	});

	it('needs a text', async () => {
		const { error } = await recorded.run(history, 'annotate');
		expect(String(error)).toContain('annotate needs a text');
	});
});

describe('history prune', () => {
	it('asks first, is refused while another process records, and then makes it smaller', async () => {
		const one = await recordProfile(30);
		const asked = await one.run(history, 'prune', '--keep', '1h');
		expect(String(asked.error)).toContain('prune removes recorded moments for good');
		const lock = await acquireLock(one.directory, { patienceMs: 0 });
		const refused = await one.run(history, 'prune', '--keep', '1h', '--yes');
		await lock.release();
		expect(String(refused.error)).toContain('another nodetop records the profile');
		const { exitCode, stderr } = await one.run(history, 'prune', '--keep', '1h', '--yes');
		expect(exitCode).toBe(exitCodes.ok);
		expect(stderr).toMatch(/before, .* now/);
		expect(existsSync(one.file)).toBe(true);
		expect(readFileSync(one.file).length).toBeGreaterThan(0);
		rmSync(one.home, { recursive: true, force: true });
	});
});
