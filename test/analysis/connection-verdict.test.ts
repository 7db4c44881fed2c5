import { describe, expect, it } from 'vitest';
import {
	decide,
	findNoWay,
	findOwnLoad,
	findSuspicion,
	remoteHost,
} from '../../source/analysis/connection-verdict.ts';
import type { Suspicion, ConnectionFacts } from '../../source/analysis/connection-verdict.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { PollErrorCode } from '../../source/domain/words.ts';
import { at, node } from './nodes.ts';

interface Down {
	readonly code?: PollErrorCode;
	readonly heard?: number | undefined;
	readonly since?: number;
}

/** A node that fails: last heard so many seconds ago, failing for `since` seconds. */
function down(
	name: string,
	url: string,
	{ code = 'timeout', heard, since = 5 }: Down = {},
): NodeSnapshot {
	const issue = {
		code: 'nodeDown',
		component: 'poll',
		severity: 'critical',
		message: 'm',
		since: at(since),
	} as const;
	const { poll: _poll, ...rest } = node(name, { target: { url } });
	return {
		...rest,
		poll: {
			status: 'failed',
			failures: 2,
			at: at(0),
			error: { code, message: 'm' },
			...(heard !== undefined && { lastGoodAt: at(heard) }),
		},
		health: { status: 'down', issues: [issue] },
	};
}

const up = (name: string, url: string, heard = 0) =>
	node(name, { target: { url }, poll: { lastGoodAt: at(heard) } });

describe('findSuspicion', () => {
	it('two nodes on two hosts that stopped together', () => {
		const nodes = [
			down('a', 'http://192.0.2.1:1', { heard: 7 }),
			down('b', 'http://192.0.2.2:1', { heard: 9, code: 'unreachable' }),
			up('c', 'http://192.0.2.3:1', 1),
		];
		expect(findSuspicion(nodes)).toMatchObject({
			failing: ['a', 'b'],
			hosts: ['192.0.2.1', '192.0.2.2'],
			answering: ['c'],
		});
	});

	it.each<[string, NodeSnapshot[]]>([
		['one node', [down('a', 'http://192.0.2.1:1')]],
		['two on one host', [down('a', 'http://192.0.2.1:1'), down('b', 'http://192.0.2.1:2')]],
		['two on loopback', [down('a', 'http://127.0.0.1:1'), down('b', 'http://localhost:2')]],
		['a socket', [down('a', 'unix:/run/a.sock'), down('b', 'http://192.0.2.1:1')]],
		[
			'those that refuse us',
			[down('a', 'http://192.0.2.1:1', { code: 'unauthorized' }), down('b', 'http://192.0.2.2:1')],
		],
		[
			'one that is down since yesterday',
			[
				down('a', 'http://192.0.2.1:1', { heard: 7 }),
				down('b', 'http://192.0.2.2:1', { heard: 86_400 }),
			],
		],
		[
			'one that was never heard',
			[down('a', 'http://192.0.2.1:1', { heard: 7 }), down('b', 'http://192.0.2.2:1')],
		],
	])('%s is none', (_, nodes) => {
		expect(findSuspicion(nodes)).toBeUndefined();
	});

	it('all that fail from the start may be our fault', () => {
		const nodes = [down('a', 'http://192.0.2.1:1'), down('b', 'http://192.0.2.2:1')];
		expect(findSuspicion(nodes)?.failing).toEqual(['a', 'b']);
	});

	it('an answer from before they failed proves nothing, nor does one from loopback', () => {
		const failing = [
			down('a', 'http://192.0.2.1:1', { heard: 7 }),
			down('b', 'http://192.0.2.2:1', { heard: 7 }),
		];
		const others = [up('old', 'http://192.0.2.3:1', 6), up('here', 'http://127.0.0.1:1')];
		expect(findSuspicion([...failing, ...others])?.answering).toEqual([]);
		const atOnce = up('just then', 'http://192.0.2.4:1', 5);
		const after = up('after', 'http://192.0.2.5:1', 4.9);
		expect(findSuspicion([...failing, atOnce, after])?.answering).toEqual(['after']);
	});

	it('a node that fails in another way is neither one of those that stopped nor one that answers', () => {
		const nodes = [
			down('a', 'http://192.0.2.1:1', { heard: 7 }),
			down('b', 'http://192.0.2.2:1', { heard: 7 }),
			down('refuses', 'http://192.0.2.3:1', { heard: 1, code: 'unauthorized' }),
		];
		expect(findSuspicion(nodes)).toMatchObject({ failing: ['a', 'b'], answering: [] });
	});

	it('a node that answers in part has not stopped', () => {
		const partly = node('b', {
			target: { url: 'http://192.0.2.2:1' },
			poll: { status: 'partial', error: { code: 'timeout', message: 'm' }, lastGoodAt: at(7) },
		});
		expect(findSuspicion([down('a', 'http://192.0.2.1:1', { heard: 7 }), partly])).toBeUndefined();
	});

	it('an answer counts from when the first of them failed', () => {
		const nodes = [
			down('a', 'http://192.0.2.1:1', { heard: 22, since: 20 }),
			down('b', 'http://192.0.2.2:1', { heard: 12, since: 5 }),
			up('c', 'http://192.0.2.3:1', 10),
		];
		expect(findSuspicion(nodes)?.answering).toEqual(['c']);
	});

	it('those last heard within a minute of each other stopped together', () => {
		const lastHeard = (heard: number) =>
			findSuspicion([
				down('a', 'http://192.0.2.1:1', { heard: 7 }),
				down('b', 'http://192.0.2.2:1', { heard: 7 }),
				down('c', 'http://192.0.2.3:1', { heard }),
			])?.failing;
		expect(lastHeard(67)).toEqual(['a', 'b', 'c']);
		expect(lastHeard(68)).toEqual(['a', 'b']);
	});

	it('the host of two nodes is named once', () => {
		const nodes = ['1:1', '1:2', '2:1'].map((address, index) =>
			down(`n${index}`, `http://192.0.2.${address}`, { heard: 7 }),
		);
		expect(findSuspicion(nodes)?.hosts).toEqual(['192.0.2.1', '192.0.2.2']);
	});

	it('since when each fails is told by its issue, else by its last poll, and stays what it was first', () => {
		const [first, second] = [
			down('a', 'http://192.0.2.1:1', { heard: 30, since: 20 }),
			down('b', 'http://192.0.2.2:1', { heard: 30 }),
		] as const;
		const withoutIssue: NodeSnapshot = { ...second, health: { status: 'down', issues: [] } };
		const suspicion = findSuspicion([first, withoutIssue]);
		expect(suspicion?.since).toEqual(
			new Map([
				['a', Date.parse(at(20))],
				['b', Date.parse(at(0))],
			]),
		);
		const later = down('a', 'http://192.0.2.1:1', { heard: 30, since: 1 });
		const third = down('c', 'http://192.0.2.3:1', { heard: 30, since: 2 });
		expect(findSuspicion([later, withoutIssue, third], suspicion)?.since).toEqual(
			new Map([
				['a', Date.parse(at(20))],
				['b', Date.parse(at(0))],
				['c', Date.parse(at(2))],
			]),
		);
		const disk = first.health.issues.map((issue) => ({
			...issue,
			component: 'resources' as const,
			since: at(900),
		}));
		const full: NodeSnapshot = {
			...first,
			health: { status: 'down', issues: [...disk, ...first.health.issues] },
		};
		expect(findSuspicion([full, second])?.since.get('a')).toBe(Date.parse(at(20)));
	});
});

describe('findOwnLoad', () => {
	it('nodes that could not be waited for are our fault, by the words of their polls', () => {
		const nodes = [
			down('a', 'http://192.0.2.1:1', { code: 'tooBusy' }),
			down('b', 'http://127.0.0.1:1', { code: 'tooBusy' }),
			down('c', 'http://192.0.2.3:1'),
		];
		expect(findOwnLoad(nodes)).toEqual({
			failing: ['a', 'b'],
			finding: {
				verdict: 'busy',
				message: 'this machine is too busy to judge 2 nodes',
				evidence: ['m', 'a, b'],
			},
		});
		expect(findOwnLoad(nodes.slice(2))).toBeUndefined();
	});
});

describe('findNoWay', () => {
	it('one node to which this machine has no route is our fault', () => {
		const nodes = [
			down('a', 'http://[2001:db8::1]:1', { code: 'noNetwork' }),
			up('b', 'http://192.0.2.1:1'),
		];
		expect(findNoWay(nodes)).toEqual({
			failing: ['a'],
			finding: {
				verdict: 'us',
				message: 'this machine has no network to reach 1 node',
				evidence: ['m', 'a'],
			},
		});
	});

	it('one that does not answer is not', () => {
		expect(findNoWay([down('a', 'http://192.0.2.1:1', { code: 'unreachable' })])).toBeUndefined();
	});
});

describe('remoteHost', () => {
	it.each([
		['http://node.example:1/x', 'node.example'],
		['tcp://192.0.2.1:9', '192.0.2.1'],
		['http://[2001:db8::1]:1', '[2001:db8::1]'],
		['http://127.0.0.5', undefined],
		['http://127.100.20.15', undefined],
		['http://[::1]:1', undefined],
		['http://x.localhost', undefined],
		['http://127.example', '127.example'],
		['http://a127.0.0.1.example', 'a127.0.0.1.example'],
		['http://127.0.0.1.example', '127.0.0.1.example'],
		['http://localhost.:1', undefined],
		['http://localhost.example', 'localhost.example'],
		['http://mylocalhost', 'mylocalhost'],
		['http://node.example.:1', 'node.example'],
		['not an address', undefined],
		['host:', undefined],
	])('%s: %s', (url, host) => {
		expect(remoteHost(url)).toBe(host);
	});
});

describe('decide', () => {
	const suspicion: Omit<Suspicion, 'since'> = {
		failing: ['a', 'b'],
		hosts: ['192.0.2.1', 'x.example'],
		answering: [],
	};
	const facts: ConnectionFacts = { witnesses: [], hasInterface: true, hasDefaultRoute: true };
	const witness = (name: string, hasAnswered: boolean) => ({ name, hasAnswered });

	it.each<[string, Partial<Suspicion>, Partial<ConnectionFacts>, string, string]>([
		[
			'another node answers',
			{ answering: ['c'] },
			{ hasInterface: false },
			'them',
			'c still answers',
		],
		[
			'one witness of two answers',
			{},
			{ witnesses: [witness('w', false), witness('v', true)] },
			'them',
			'witness v answers',
		],
		[
			'no witness answers',
			{},
			{ witnesses: [witness('w', false)] },
			'us',
			'no answer from witness w either',
		],
		[
			'no interface',
			{},
			{ hasInterface: false },
			'us',
			'no network interface of this machine is up',
		],
		['no route', {}, { hasDefaultRoute: false }, 'us', 'this machine has no default route'],
		[
			'no route, but none is needed',
			{ hosts: ['10.0.0.1', '192.168.1.2', '172.20.0.1', '[fd00::1]'] },
			{ hasDefaultRoute: false },
			'unknown',
			'no witness is configured, and this machine’s interface is up',
		],
		[
			'no route, but none is needed on the local link',
			{ hosts: ['169.254.3.4', '172.16.0.1', '172.31.0.1', '[fc00::1]', '[fe80::1]', '[feb0::1]'] },
			{ hasDefaultRoute: false },
			'unknown',
			'no witness is configured, and this machine’s interface is up',
		],
		...[
			'172.15.0.1',
			'172.32.0.1',
			'11.0.0.1',
			'8.10.0.1',
			'[2001:db8::1]',
			'[::fd00]',
			'10.example',
			'fd.example',
			'fd.example',
		].map((host): [string, Partial<Suspicion>, Partial<ConnectionFacts>, string, string] => [
			`no route, which ${host} needs`,
			{ hosts: ['10.0.0.1', host] },
			{ hasDefaultRoute: false },
			'us',
			'this machine has no default route',
		]),
		[
			'both witnesses are silent',
			{},
			{ witnesses: [witness('w', false), witness('v', false)] },
			'us',
			'no answer from witness w, v either',
		],
		[
			'nothing to go by',
			{},
			{ hasDefaultRoute: undefined },
			'unknown',
			'no witness is configured, and this machine’s interface is up',
		],
	])('%s', (_, who, what, verdict, evidence) => {
		const found = decide({ ...suspicion, ...who }, { ...facts, ...what });
		expect(found).toMatchObject({ verdict, evidence: [evidence] });
		expect(found.message).toMatch(/^2 nodes on \d hosts stopped answering together$/);
	});
});
