import { afterEach, describe, expect, it } from 'vitest';
import type { Monitor, MonitorOptions } from '../../source/app/open-monitor.ts';
import type { MonitorEvent } from '../../source/app/monitor-events.ts';
import type { NodeSources } from '../../source/app/node-source.ts';
import { PollError } from '../../source/domain/errors.ts';
import type { Target } from '../../source/domain/target.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { watchNodes } from '../helpers/monitor.ts';
import { targetFor } from '../helpers/targets.ts';

let monitor: Monitor | undefined;

afterEach(() => {
	monitor?.stop();
	monitor = undefined;
});

/** Sources that answer at once: a reading, or an error. */
function scripted(answers: Readonly<Record<string, Reading | PollError>>): NodeSources {
	return {
		open: ({ name }) => ({
			poll() {
				const answer = answers[name] ?? {};
				return answer instanceof PollError ? Promise.reject(answer) : Promise.resolve(answer);
			},
			close: () => undefined,
		}),
		close: () => undefined,
	};
}

const nodeAt = (name: string): Target =>
	targetFor(`http://${name}.example`, { name, kind: 'evm', intervalMs: 60_000 });

function watch(
	answers: Readonly<Record<string, Reading | PollError>>,
	options: Partial<MonitorOptions> = {},
): Monitor {
	const targets = Object.keys(answers).map(nodeAt);
	monitor = watchNodes(targets, { outside: { sources: scripted(answers) }, ...options });
	return monitor;
}

const brief = (event: MonitorEvent) =>
	'node' in event ? `${event.type} ${event.node}` : event.type;

describe('the events of a monitor', () => {
	it('come in the order in which things happened', async () => {
		const current = watch({ a: { latencyMs: 5 } });
		const seen: string[] = [];
		current.on((event) => seen.push(brief(event)));
		await current.firstRound();
		await current.checkHealth();
		current.attach('a', { probes: { at: '2026-01-01T00:00:00Z', address: 'a:1', sent: 1 } });
		current.add(nodeAt('b'));
		current.remove('b');
		expect(seen).toEqual([
			'polled a',
			'compared',
			'checked a',
			'probed a',
			'nodeAdded b',
			'nodeRemoved b',
		]);
	});

	it('of polls tell the reading or the error, and the moment has it already', async () => {
		const current = watch({ a: { latencyMs: 5 }, b: new PollError('timeout', 'silent') });
		const polls: unknown[] = [];
		current.on((event) => {
			if (event.type !== 'polled') return;
			const inMoment = current
				.moment()
				.nodes.find(({ snapshot }) => snapshot.target.name === event.node);
			expect(inMoment?.snapshot).toBe(event.snapshot);
			const { node, outcome, snapshot } = event;
			polls.push([node, outcome.status, snapshot.poll.status, snapshot.health.status]);
		});
		await current.firstRound();
		expect(polls).toEqual([
			['a', 'read', 'ok', 'up'],
			['b', 'failed', 'failed', 'down'],
		]);
	});

	it('reach the other listeners when one throws, and the bug is reported', async () => {
		const bugs: [unknown, string][] = [];
		const current = watch({ a: {} }, { reportBug: (error, where) => bugs.push([error, where]) });
		const problem = new Error('a listener of the test');
		current.on(() => {
			throw problem;
		});
		const seen: string[] = [];
		const end = current.on((event) => seen.push(event.type));
		await current.firstRound();
		expect(seen).toEqual(['polled', 'compared']);
		expect(bugs).toEqual([
			[problem, 'a listener of polled events'],
			[problem, 'a listener of compared events'],
		]);
		end();
		current.add(nodeAt('b'));
		expect(seen).toHaveLength(2);
	});

	it('that a listener causes come after the present one, for every listener', async () => {
		const current = watch({ a: {} });
		current.on((event) => {
			if (event.type === 'polled' && event.node === 'a') current.add(nodeAt('late'));
		});
		const seen: string[] = [];
		current.on((event) => seen.push(brief(event)));
		await current.firstRound();
		expect(seen.slice(0, 2)).toEqual(['polled a', 'nodeAdded late']);
	});
});

describe('a source of many nodes', () => {
	it('reports nodes that it judged, and nodes that nodetop judges', async () => {
		const judged = {
			target: { name: 'x', kind: 'evm', url: 'http://x' },
			poll: { status: 'ok' as const, failures: 0 },
			health: { status: 'degraded' as const, issues: [] },
		};
		const target = { name: 'y', kind: 'evm', url: 'http://y' };
		const current = watch({
			site: { members: [{ snapshot: judged }] },
			scraped: {
				members: [{ target, reading: { network: { peers: 0 } } }],
			},
		});
		const members: string[] = [];
		current.on((event) => {
			if (event.type !== 'polled') return;
			for (const each of event.members) members.push(`${event.node}: ${each.target.name}`);
		});
		await current.firstRound();
		expect(members.toSorted()).toEqual(['scraped: scraped/y', 'site: site/x']);
		const health = Object.fromEntries(
			current.moment().nodes.map(({ snapshot }) => [snapshot.target.name, snapshot.health]),
		);
		expect(health['site/x']).toEqual(judged.health);
		expect(health['scraped/y']?.status).toBe('degraded');
		expect(health['scraped/y']?.issues).not.toEqual([]);
	});
});
