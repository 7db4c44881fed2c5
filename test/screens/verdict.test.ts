import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../screens/shell/verdict.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import { noSamples } from '../../source/sections/samples.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const ago = (seconds: number) => new Date(nowMs - seconds * 1000).toISOString();

type Parts = Partial<Pick<NodeSnapshot, 'health' | 'poll' | 'consensus'>>;

function node(name: string, parts: Parts = {}) {
	const snapshot: NodeSnapshot = {
		target: { name, kind: 'bft', url: 'http://127.0.0.1:1' },
		poll: { status: 'ok', failures: 0 },
		health: { status: 'up', issues: [] },
		...parts,
	};
	return { snapshot, samples: noSamples };
}

function ill(status: 'down' | 'degraded', message: string, component = 'poll' as const): Parts {
	const severity = status === 'down' ? 'critical' : 'warning';
	return {
		health: { status, issues: [{ code: 'x', component, severity, message, since: ago(12) }] },
		poll: { status: status === 'down' ? 'failed' : 'ok', failures: 1 },
	};
}

function network(nodes: readonly string[], parts: Partial<Group> = {}): Group {
	return {
		name: 'bft:hotstuff',
		kind: 'bft',
		networkId: 'hotstuff',
		nodes: [...nodes],
		state: 'agreed',
		since: ago(40),
		message: 'all agree',
		members: [],
		...parts,
	};
}

const say = (nodes: ReturnType<typeof node>[], groups: Group[] = [], alerts: Alert[] = []) =>
	verdictOf({ nodes, groups, witness: undefined, alerts, atMs: nowMs }).map(
		({ level, text }) => `${level}: ${text}`,
	);

describe('the verdict', () => {
	it('says that all is well, and how fast', () => {
		const consensus = { status: 'active', averageFinalityMs: 900 } as const;
		expect(say([node('a', { consensus }), node('b')], [network(['a', 'b'])])).toEqual([
			'ok: all 2 nodes up · its network agrees · finality takes 900 ms',
		]);
		expect(say([node('a')])).toEqual(['ok: the node is up']);
	});

	it('calls nothing well where only machines are watched', () => {
		const { snapshot, samples } = node('this-host');
		const host = {
			samples,
			snapshot: { ...snapshot, target: { ...snapshot.target, kind: 'host' } },
		};
		expect(say([host])).toEqual(['unknown: no node is watched', 'ok: the machine is well']);
	});

	it('names what is down and for how long, the gravest first', () => {
		const nodes = [
			node('slow', ill('degraded', 'disk is full')),
			node('dag-2', ill('down', 'refused')),
		];
		expect(say([...nodes, node('c')])).toEqual([
			'critical: dag-2 down 12 s: refused',
			'warning: slow degraded 12 s: disk is full',
		]);
	});

	it('counts what is down where it is much', () => {
		const nodes = Array.from({ length: 300 }, (_, index) =>
			node(`n${index}`, ill('down', 'refused')),
		);
		expect(say(nodes)).toEqual(['critical: 300 nodes down: n0, n1 and 298 more']);
	});

	it('names a network in trouble once, not each of its nodes again', () => {
		const parts: Parts = {
			health: {
				status: 'degraded',
				issues: [
					{
						code: 'networkStalled',
						component: 'group',
						severity: 'critical',
						message: 'it stands still',
						since: ago(40),
					},
				],
			},
		};
		const stalled = network(['a', 'b'], { state: 'stalled', message: 'no progress' });
		expect(say([node('a', parts), node('b', parts), node('c')], [stalled])).toEqual([
			'critical: hotstuff stalled 40 s: no progress',
		]);
	});

	it('does not call all well what an alert is about', () => {
		const alert: Alert = {
			rule: 'host-busy',
			severity: 'warning',
			state: 'firing',
			since: ago(60),
			message: 'the host is busy',
			labels: {},
		};
		expect(say([node('a'), node('b')], [], [alert])).toEqual([
			'ok: all 2 nodes up',
			'warning: 1 alert is firing',
		]);
		expect(say([node('a')], [], [{ ...alert, muted: 'silenced' }])).toEqual(['ok: the node is up']);
	});

	it('says what it waits for', () => {
		const waiting: Parts = {
			poll: { status: 'pending', failures: 0 },
			health: { status: 'unknown', issues: [] },
		};
		expect(say([])).toEqual(['unknown: no nodes are watched']);
		expect(say([node('a', waiting)])).toEqual(['unknown: waiting for the first answers…']);
		expect(say([node('a', waiting), node('b')])).toEqual([
			'unknown: 1 of 2 nodes up · 1 not polled yet',
		]);
	});
});
