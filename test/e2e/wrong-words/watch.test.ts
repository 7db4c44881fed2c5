import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersLikePrometheus, hotstuffValues } from '../../helpers/fake-prometheus.ts';
import type { FakeFleet } from '../../helpers/fake-prometheus.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../helpers/http-server.ts';
import { startWatchProcess, watchHome, writeConfig } from '../../helpers/watch-process.ts';
import type { WatchHome, WatchProcess } from '../../helpers/watch-process.ts';

/** What `nodetop watch --json` tells of sites and nodes that change: each cause once, and nothing that it is not. */
const waiting = { interval: 50, timeout: 50_000 };

let home: WatchHome;
let server: TestServer | undefined;
let watch: WatchProcess | undefined;

beforeEach(async () => {
	home = watchHome(await mkdtemp(path.join(tmpdir(), 'nodetop-words-')));
});
afterEach(async () => {
	watch?.child.kill('SIGKILL');
	await watch?.exited;
	await server?.close();
	await rm(home.directory, { recursive: true, force: true });
});

/** Of this machine, which is not what the tests are about. */
const ofThisMachine =
	/^\w+ (?:cpu-busy|memory-low|disk-low|memory-pressure|poll-slow|machine-too-busy)/;

/** The alerts told so far, as `event rule node`. */
async function start(kind: string, answer: Handler, rules: readonly string[]) {
	server = await startServer(answer);
	await writeConfig(home, {
		intervalMs: 200,
		nodes: [{ name: 's', kind, url: server.url }],
		rules: Object.fromEntries(rules.map((rule) => [rule, { forMs: 0 }])),
	});
	const started = startWatchProcess(home, ['--json']);
	watch = started;
	await expect.poll(started.stderr, waiting).toContain('watching 1 node');
	return (): readonly string[] =>
		started
			.stdout()
			.split('\n')
			.filter((line) => line !== '')
			.map((line) => {
				// A transition, as the history has it.
				const { event, incident } = JSON.parse(line) as {
					event: string;
					incident: { rule: string; labels: { node?: string } };
				};
				return `${event} ${incident.rule} ${incident.labels.node ?? ''}`;
			})
			.filter((each) => !each.startsWith('pending') && !ofThisMachine.test(each));
}

const everyCause = [
	'answers-cached',
	'endpoint-failed',
	'node-changed',
	'node-down',
	'self-reported',
	'stands-still',
	'network-stalled',
	'no-progress',
];

describe('nodetop watch --json', () => {
	const replica = (instance: string, agoSeconds: number) => ({
		labels: { job: 'hs', instance },
		values: hotstuffValues(Math.floor(Date.now() / 100)),
		agoSeconds,
	});
	const both = (agoSeconds: number): FakeFleet => ({
		targets: [replica('a:1', agoSeconds), replica('b:1', agoSeconds)],
	});

	it('tells of each node of a Prometheus that no longer scrapes that its figures are old', async () => {
		let agoSeconds = 1;
		const fleet = answersLikePrometheus(() => both(agoSeconds));
		const told = await start('prometheus', fleet, everyCause);
		agoSeconds = 240;
		await expect
			.poll(() => told().toSorted(), waiting)
			.toEqual(['fired answers-cached s/a:1', 'fired answers-cached s/b:1']);
		agoSeconds = 1;
		await expect.poll(() => told().length, waiting).toBe(4);
		expect(told().filter((each) => !each.includes('answers-cached'))).toEqual([]);
	});

	it('tells once that a store behind a server is away, and that it is back', async () => {
		let beside: object = {};
		const fleet = answersLikePrometheus(() => ({ ...both(1), beside }));
		const told = await start('prometheus', fleet, everyCause);
		beside = { warnings: ['store b is away'] };
		await expect.poll(told, waiting).toEqual(['fired endpoint-failed s']);
		beside = {};
		await expect
			.poll(told, waiting)
			.toEqual(['fired endpoint-failed s', 'resolved endpoint-failed s']);
	});

	it('tells nothing of a site that is started again', async () => {
		let starts = 1;
		let asked = 0;
		const told = await start(
			'nodetop',
			({ path: place }, response) => {
				asked += 1;
				const at = new Date().toISOString();
				const own = {
					target: { name: 'a', kind: 'evm', url: 'http://10.0.0.4:8545' },
					poll: { status: 'ok', failures: 0, at },
					health: { status: 'up', issues: [] },
				};
				const instance = `000000000000000${starts}`;
				const document = { schema: 'nodetop/1', takenAt: at, nodetop: { version: '1', instance } };
				if (place === '/api/v1/snapshot') sendJson(response, { ...document, nodes: [own] });
				else sendJson(response, {}, 404);
			},
			everyCause,
		);
		await expect.poll(() => asked, waiting).toBeGreaterThan(3);
		starts = 2;
		const before = asked;
		await expect.poll(() => asked, waiting).toBeGreaterThan(before + 10);
		expect(told()).toEqual([]);
	});
});
