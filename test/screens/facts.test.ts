import { expect, test } from 'vitest';
import { clientCell, ownResources, sectionFacts } from '../../screens/node/facts.ts';
import { networkFacts } from '../../screens/network/network-facts.ts';
import { lookOf } from '../../screens/node/silent.ts';
import { fleetColumns } from '../../screens/overview/fleet-columns.ts';
import { createLook } from '../../components/look.ts';
import { noPast } from '../../screens/services.ts';
import { PollError } from '../../source/domain/errors.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { ScreenName } from '../../source/keys/screen-names.ts';
import type { PollResult } from '../../source/sections/poll/poll-result.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { drawScreens } from '../helpers/drawn-moments.tsx';
import { targetFor } from '../helpers/targets.ts';
import { networkStats } from '../../source/network-tests/statistics/network-stats.ts';
import { noSamples } from '../../source/sections/samples.ts';
import { node, nowMs } from '../analysis/nodes.ts';

test.each([
	[{ client: 'Geth', version: '1.16.4' }, 18, 'Geth 1.16.4'],
	[{ client: 'nodetop-devnet-hotstuff', version: '0.1.0' }, 18, 'nodetop-dev… 0.1.0'],
	[{ client: 'nodetop-devnet-hotstuff' }, 12, 'nodetop-devnet-hotstuff'],
	[{ version: '0.1.0' }, 3, '0.1.0'],
	[
		{ client: 'reth', version: '1.4.8-a-commit-and-a-platform' },
		18,
		'reth 1.4.8-a-commit-and-a-platform',
	],
	[{}, 18, ''],
])('%o in %i cells: the name is cut before the number', (identity, width, expected) => {
	expect(clientCell(identity, width)).toBe(expected);
});

test.each([
	['evm', 'host', ['Machine CPU', 'Machine memory']],
	['evm', 'node', ['CPU', 'Resident']],
	['host', 'host', ['CPU', 'Resident']],
] as const)('the figures of a node of kind %s, measured by the %s', (kind, source, labels) => {
	const resources = { source, cpuRatio: 0.5, memoryResidentBytes: 1_000_000 };
	const facts = sectionFacts(node('a', { target: { kind }, resources }), 'resources', 0);
	expect(facts.map(({ label }) => label)).toEqual(labels);
});

test('what a node said before it fell silent is dim, and what nodetop knows of it is not', () => {
	const consensus = { status: 'active' as const, height: 7 };
	const poll = { status: 'failed' as const, failures: 3, lastGoodAt: '2026-01-02T03:04:05.000Z' };
	const silent = node('a', { consensus, poll });
	const tones = (name: 'consensus' | 'poll', of = silent) =>
		sectionFacts(of, name, 0).map(({ tone }) => tone);
	expect(new Set(tones('consensus'))).toEqual(new Set(['dim']));
	expect(tones('poll')).not.toContain('dim');
	expect(tones('consensus', node('a', { consensus }))).toContain('good');
});

test('what polls over time told of a node that fell silent is dim as well', () => {
	const network = { peers: 2, clients: { geth: 2 }, connectionsBy: { inbound: 2 } };
	const tones = (of: ReturnType<typeof node>) =>
		networkFacts(
			of,
			network,
			networkStats(of, { nowMs, memory: undefined, capacityBytesPerSecond: undefined }),
			nowMs,
		).map(({ tone }) => tone);
	const poll = { status: 'failed' as const, failures: 3, lastGoodAt: '2026-01-02T03:04:05.000Z' };
	expect(new Set(tones(node('a', { network, poll })))).toEqual(new Set(['dim']));
	expect(tones(node('a', { network }))).not.toContain('dim');
});

test('the row of a node that fell silent is dim, but for its health, its name and what is wrong', () => {
	const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 8 });
	const told = {
		chain: { head: { number: 7, hash: '0x7' } },
		network: { peers: 0 },
		identity: { client: 'Geth', version: '1.16.4' },
	};
	const poll = { status: 'failed' as const, failures: 3, lastGoodAt: '2026-01-02T03:04:05.000Z' };
	const frame = { look, nowMs: 0, windowMs: 60_000 };
	const bright = (of: ReturnType<typeof node>) =>
		fleetColumns
			.filter(({ cell }) => cell({ snapshot: of, samples: noSamples }, frame, 20).tone !== 'dim')
			.map(({ id }) => id);
	expect(bright(node('a', told))).toEqual(expect.arrayContaining(['height', 'peers', 'version']));
	expect(bright(node('a', { ...told, poll }))).toEqual(['health', 'name', 'trouble']);
	expect(lookOf(look, node('a', { poll })).paint('bad', 'x')).toBe(look.paint('dim', 'x'));
	expect(lookOf(look, node('a')).paint('bad', 'x')).toBe(look.paint('bad', 'x'));
});

test('on every screen what a node said before it fell silent has the colour of no state', async () => {
	const reading: Reading = {
		latencyMs: 4,
		consensus: {
			status: 'active',
			height: 7,
			latenciesMs: { propose: { p50: 4, p99: 22, n: 3 }, commit: { p50: 9, p99: 80, n: 3 } },
		},
		network: { peers: 4, peerList: [{ id: 'peer-x', latencyMs: 900 }] },
		resources: { source: 'node', cpuRatio: 1, diskAvailableBytes: 1, diskTotalBytes: 100 },
		dag: {
			vertices: 2,
			recent: [
				{ id: 'a', parents: [], layer: 1, finalized: true },
				{ id: 'b', parents: ['a'], layer: 2 },
			],
		},
	};
	const target = targetFor('http://127.0.0.1:1', { name: 'n', kind: 'qudag' });
	const fleet = createFleet(createJudge());
	fleet.add(target);
	const after = (outcome: PollResult['outcome']) => {
		fleet.apply({ target, atMs: nowMs, missedSlots: 0, outcome });
		return drawScreens(createMoments(fleet).getSnapshot(), noPast);
	};
	const answering = await after({ status: 'read', reading });
	const silent = await after({
		status: 'failed',
		error: new PollError('timeout', 'no answer', {}),
	});
	const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 8 });
	const begins = (tone: 'good' | 'warn' | 'strong', text: string) =>
		look.paint(tone, text).replace('\u001B[0m', '');
	const stands: readonly (readonly [ScreenName, string])[] = [
		['consensus', begins('strong', ' 13 ms')],
		['dag', begins('good', '●')],
		['network', begins('strong', 'peer-x')],
		['resources', begins('good', '━')],
		['storage', begins('good', '━')],
	];
	const shownOn = (drawn: ReadonlyMap<ScreenName, string>) =>
		stands.filter(([screen, text]) => drawn.get(screen)?.includes(text)).map(([screen]) => screen);
	expect(shownOn(answering)).toEqual(stands.map(([screen]) => screen));
	expect(shownOn(silent)).toEqual([]);
});

test('the figures of a machine are not those of a node on it', () => {
	const ofHost = { source: 'host', cpuRatio: 0.5 } as const;
	expect(ownResources(node('a', { resources: ofHost }))).toBeUndefined();
	expect(ownResources(node('a', { target: { kind: 'host' }, resources: ofHost }))).toBe(ofHost);
	const own = { source: 'node', cpuRatio: 0.5 } as const;
	expect(ownResources(node('a', { resources: own }))).toBe(own);
});
