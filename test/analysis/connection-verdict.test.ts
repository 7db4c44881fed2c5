import { describe, expect, it } from 'vitest';
import {
	decide,
	findNoWay,
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
		['http://[::1]:1', undefined],
		['http://x.localhost', undefined],
		['http://127.example', '127.example'],
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
