import { describe, expect, it } from 'vitest';
import { happeningsOf } from '../../screens/changes/happenings.ts';
import type { Change } from '../../source/history/changes.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();

function textsOf(changes: readonly Change[]): string[] {
	return happeningsOf(changes).map(({ about, text, notes }) => [about, text, ...notes].join(' | '));
}

const health = (from: string, to: string, second: number): Change => ({
	kind: 'health',
	node: 'a',
	from,
	to,
	at: at(second),
});
const found: Change = {
	kind: 'finding',
	node: 'a',
	what: 'nodeDown',
	to: 'connection refused',
	severity: 'critical',
	at: at(10),
};
const alarm = (event: 'fired' | 'ended', second: number): Change => ({
	kind: 'alert',
	node: 'a',
	what: 'node-down',
	to: 'firing critical: a: connection refused',
	severity: 'critical',
	at: at(second),
	alert: { event, message: 'a: connection refused' },
});

describe('what happened', () => {
	it('is one line for a finding, its alert and the health of its node', () => {
		expect(textsOf([health('up', 'down', 10), found, alarm('fired', 15)])).toEqual([
			'a | connection refused | alert fired | up → down',
		]);
	});

	it('is one line for their end', () => {
		const over: Change = { ...found, from: 'connection refused', at: at(30) };
		const { to: _to, ...ended } = over;
		expect(textsOf([health('down', 'up', 30), ended, alarm('ended', 32)])).toEqual([
			'a | over: connection refused | alert ended | down → up',
		]);
	});

	it('goes to the gravest finding where health changed, and stands alone where nothing explains it', () => {
		const milder: Change = {
			...found,
			what: 'peersFew',
			to: 'has 1 peer',
			severity: 'warning',
			at: at(12),
		};
		expect(textsOf([health('up', 'down', 10), milder, found])).toEqual([
			'a | has 1 peer',
			'a | connection refused | up → down',
		]);
		expect(textsOf([health('unknown', 'up', 10), milder])).toEqual([
			'a | has 1 peer',
			'a | unknown → up',
		]);
	});

	it('is told once where every node of a network has it', () => {
		const message = 'no progress for 12 s';
		const changes: readonly Change[] = [
			{ kind: 'group', group: 'evm:1', from: 'agreed', to: 'stalled', at: at(5) },
			...['a', 'b'].map((node): Change => ({
				kind: 'finding',
				node,
				what: 'networkStalled',
				to: message,
				severity: 'critical',
				at: at(5),
			})),
			{
				kind: 'alert',
				group: 'evm:1',
				what: 'network-stalled',
				severity: 'critical',
				at: at(6),
				alert: { event: 'fired', message: `evm:1: ${message}` },
			},
		];
		expect(textsOf(changes)).toEqual([`evm:1 | ${message} | alert fired | agreed → stalled`]);
	});

	it('stands in the order of time, the newest first; what has no time is last', () => {
		const peers: readonly Change[] = [
			{ kind: 'peers', node: 'a', what: 'count', from: '3', to: '4' },
			{ kind: 'peers', node: 'a', what: 'joined', to: 'x, y' },
			{ kind: 'peers', node: 'a', what: 'left', from: 'z' },
		];
		const restart: Change = { kind: 'restart', node: 'b', from: at(0), to: at(20), at: at(20) };
		const version: Change = {
			kind: 'version',
			node: 'b',
			what: 'version',
			from: '1.0',
			to: '1.1',
			at: at(21),
		};
		expect(textsOf([...peers, found, restart, version])).toEqual([
			'b | version 1.0 → 1.1',
			'b | restarted after 20 s',
			'a | connection refused',
			'a | peers 3 → 4; joined: x, y; left: z',
		]);
	});

	it('is no change where a node reports something for the first time', () => {
		const first: readonly Change[] = [
			{ kind: 'version', node: 'a', what: 'version', to: '1.0', at: at(1) },
			{ kind: 'consensus', node: 'a', what: 'status', to: 'active', at: at(1) },
			{ kind: 'peers', node: 'a', what: 'count', to: '4' },
			{ kind: 'group', group: 'g', to: 'agreed', at: at(1) },
		];
		expect(textsOf(first)).toEqual([]);
	});

	it('is one line where several nodes have it alike at one time, with their names', () => {
		const at4 = ['a', 'b', 'c', 'd'].map((node, index): Change => ({
			...found,
			node,
			at: at(10 + index),
		}));
		const turned = ['a', 'b'].map((node): Change => ({ ...health('up', 'down', 10), node }));
		expect(textsOf([...at4, ...turned])).toEqual([
			'4 nodes | connection refused | a, b, c, d | up → down',
		]);
		expect(happeningsOf(at4)[0]?.atMs).toBe(Date.parse(at(10)));
		// Ten minutes later is another time.
		const later: Change = { ...found, node: 'b', at: '2026-01-02T03:14:10.000Z' };
		expect(textsOf([found, later])).toEqual(['b | connection refused', 'a | connection refused']);
	});

	it('counts the alerts that another one explains, of the same node or of its network', () => {
		const silent = (node: string): readonly Change[] => [
			{ ...found, node, what: 'notListening', to: 'nothing listens' },
			{
				...alarm('fired', 11),
				node,
				what: 'not-listening',
				alert: { event: 'fired', message: `${node}: nothing listens`, explainedBy: 'node-down' },
			},
		];
		expect(textsOf([found, alarm('fired', 10), ...silent('a')])).toEqual([
			'a | connection refused | alert fired | explains 1 more',
		]);
		expect(textsOf([found, ...silent('b')])).toEqual([
			'a | connection refused',
			'b | nothing listens | alert fired',
		]);
	});

	it('shows an alert of a rule without a finding by its message, and no code', () => {
		const own: Change = { ...alarm('fired', 1), what: 'my-own-rule' };
		expect(textsOf([own])).toEqual(['a | connection refused | alert fired']);
	});

	it.each<[Change, string]>([
		[{ kind: 'node', node: 'a', to: 'watched' }, 'now watched'],
		[{ kind: 'node', node: 'a', from: 'watched' }, 'no longer watched'],
		[{ kind: 'node', node: 'a', what: 'address', from: 'x', to: 'y' }, 'address x → y'],
		[
			{ kind: 'consensus', node: 'a', what: 'status', from: 'syncing', to: 'active' },
			'consensus syncing → active',
		],
		[{ kind: 'leader', node: 'a', from: 'x', to: 'y' }, 'leader x → y'],
		[{ kind: 'group', group: 'g', from: 'agreed', to: 'lagging' }, 'network agreed → lagging'],
		[{ kind: 'connection', what: 'our own connection', to: 'us' }, 'our own connection is lost'],
		[{ kind: 'network', node: 'a', what: 'chain id', from: '5' }, 'chain id no longer 5'],
		[{ kind: 'peers', node: 'a', what: 'joined', to: 'x' }, 'joined: x'],
	])('%o reads as words', (change, text) => {
		expect(happeningsOf([change])[0]?.text).toBe(text);
	});
});
