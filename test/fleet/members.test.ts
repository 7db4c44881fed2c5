import { describe, expect, it } from 'vitest';
import { PollError } from '../../source/domain/errors.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import type { Fleet } from '../../source/fleet/fleet.ts';
import { toMoment } from '../../source/fleet/to-moment.ts';
import { createJudge } from '../../source/health/judge.ts';
import { lastSamples, noSamples, timedSamples } from '../../source/sections/samples.ts';
import { readingSchema } from '../../source/sections/snapshot.ts';
import type { PollResult } from '../../source/sections/poll/poll-result.ts';
import type { Member } from '../../source/sections/snapshot.ts';
import { targetFor } from '../helpers/targets.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');
const site = targetFor('http://user:pw@127.0.0.1:9090', { name: 'east', kind: 'nodetop' });
const targetOf = (name: string) => ({ name, kind: 'evm', url: `http://a:b@10.0.0.1/${name}` });

function siteWith(members: Member[], atMs = startMs, fleet = fleetOfSite()): Fleet {
	const reading = readingSchema.parse({ members });
	fleet.apply({ target: site, atMs, missedSlots: 0, outcome: { status: 'read', reading } });
	return fleet;
}

function fleetOfSite(): Fleet {
	const fleet = createFleet(createJudge());
	fleet.add(site);
	return fleet;
}

const raw = (latencyMs: number, peers: number): Member => ({
	target: targetOf('raw'),
	reading: { latencyMs, network: { peers } },
});

const judged: Member = {
	snapshot: {
		target: targetOf('judged'),
		poll: { status: 'ok', failures: 0, latencyMs: 5 },
		network: { peers: 0 },
		health: { status: 'up', issues: [] },
	},
};

const memberOf = (fleet: Fleet, name: string) =>
	fleet.members('east').find(({ target }) => target.name === name);

describe('the nodes that a site reports', () => {
	it('stand below the site under its name, their addresses masked', () => {
		const { nodes } = toMoment(siteWith([judged, raw(4, 3)]).getSnapshot(), { atMs: startMs });
		expect(nodes.map(({ snapshot }) => snapshot.target.name)).toEqual([
			'east',
			'east/judged',
			'east/raw',
		]);
		expect(nodes.map(({ site }) => site)).toEqual([undefined, 'east', 'east']);
		expect(JSON.stringify(nodes)).not.toMatch(/pw|a:b@/);
	});

	it('keep the verdict of a site that judged them, also when nodetop compares', () => {
		const fleet = siteWith([judged]);
		expect(memberOf(fleet, 'east/judged')?.snapshot.health).toEqual({ status: 'up', issues: [] });
		const before = memberOf(fleet, 'east/judged');
		fleet.compare({ groups: [lagging('east/judged')], nowMs: startMs + 1 });
		expect(memberOf(fleet, 'east/judged')).toBe(before);
	});

	it('are judged here where the site only reads them, at polls and comparisons', () => {
		const fleet = siteWith([raw(4, 0)]);
		const health = () => memberOf(fleet, 'east/raw')?.snapshot.health;
		expect(health()?.issues.map(({ component }) => component)).toEqual(['network']);
		fleet.compare({ groups: [lagging('east/raw')], nowMs: startMs + 1000 });
		expect(health()?.issues.map(({ code }) => code)).toContain('behind');
		siteWith([raw(4, 3)], startMs + 2000, fleet);
		expect(health()?.issues.map(({ component }) => component)).not.toContain('network');
	});

	it('have failed where the site could not read them, and keep what was good', () => {
		const fleet = siteWith([raw(4, 3)]);
		const error = { code: 'timeout', message: 'no scrape' } as const;
		siteWith([{ target: targetOf('raw'), error }], startMs + 1000, fleet);
		expect(memberOf(fleet, 'east/raw')?.snapshot).toMatchObject({
			poll: { status: 'failed', failures: 1, error },
			network: { peers: 3 },
			health: { status: 'down' },
		});
	});

	it('begin with the samples of the time before, where the site knows them', () => {
		const past = [3, 7].map((peers, index) => ({
			atMs: startMs - 30_000 + index * 15_000,
			reading: { latencyMs: peers, network: { peers } },
		}));
		const fleet = siteWith([{ ...raw(4, 5), past }]);
		siteWith([{ ...raw(4, 6), past }], startMs + 1000, fleet);
		const { samples = noSamples, snapshot } = memberOf(fleet, 'east/raw') ?? {};
		expect(timedSamples(samples, 'network.peers', 9)).toEqual({
			times: [-30_000, -15_000, 0, 1000].map((ms) => startMs + ms),
			values: [3, 7, 5, 6],
		});
		expect(lastSamples(samples, 'poll.latencyMs', 9)).toEqual([3, 7, 4, 4]);
		expect(snapshot?.poll).toMatchObject({
			status: 'ok',
			at: new Date(startMs + 1000).toISOString(),
		});
	});

	it('keep their samples, with a gap while the site does not answer', () => {
		const fleet = siteWith([raw(4, 3), judged]);
		const error = new PollError('unreachable', 'refused');
		fleet.apply({
			target: site,
			atMs: startMs + 1000,
			missedSlots: 0,
			outcome: { status: 'failed', error },
		});
		expect(memberOf(fleet, 'east/raw')?.snapshot.health.status).toBe('unknown');
		siteWith([raw(6, 3), judged], startMs + 2000, fleet);
		const samples = memberOf(fleet, 'east/raw')?.samples;
		expect(samples && lastSamples(samples, 'poll.latencyMs', 9)).toEqual([4, Number.NaN, 6]);
		expect(memberOf(fleet, 'east/judged')?.snapshot.health.status).toBe('up');
	});
});

function lagging(node: string) {
	return {
		name: 'evm:1',
		kind: 'evm',
		nodes: [node],
		state: 'lagging' as const,
		since: '2026-01-01T00:00:00.000Z',
		message: `${node} is behind`,
		members: [{ node, position: 'behind' as const, behindBy: 9 }],
	};
}

describe('thousands of nodes of a site', () => {
	const many = (peers: number): Member[] =>
		Array.from({ length: 300 }, (_, index) => ({
			target: targetOf(`n${index}`),
			reading: { network: { peers: index === 7 ? 0 : peers } },
		}));
	const resultOf = (members: Member[], atMs: number): PollResult => {
		const reading = readingSchema.parse({ members });
		return { target: site, atMs, missedSlots: 0, outcome: { status: 'read', reading } };
	};

	it('are what they are when taken at once', async () => {
		const inTurns = fleetOfSite();
		const atOnce = fleetOfSite();
		for (const [step, peers] of [3, 4, 5].entries()) {
			const result = resultOf(many(peers), startMs + step * 1000);
			await inTurns.applyInTurns(result);
			atOnce.apply(result);
		}
		const snapshots = (fleet: Fleet) => fleet.members('east').map(({ snapshot }) => snapshot);
		expect(snapshots(inTurns)).toEqual(snapshots(atOnce));
		expect(memberOf(inTurns, 'east/n8')?.samples.appended).toBe(3);
	});

	it('are judged by the comparison that came while they were made', async () => {
		const fleet = siteWith(many(3));
		const applied = fleet.applyInTurns(resultOf(many(4), startMs + 1000));
		fleet.compare({ groups: [lagging('east/n5')], nowMs: startMs + 1001 });
		await applied;
		const codesOf = (name: string) =>
			memberOf(fleet, name)?.snapshot.health.issues.map(({ code }) => code);
		expect(codesOf('east/n5')).toContain('behind');
		expect(codesOf('east/n6')).not.toContain('behind');
		expect(memberOf(fleet, 'east/n5')?.snapshot.network?.peers).toBe(4);
	});

	it('are not there when their site was removed meanwhile', async () => {
		const fleet = fleetOfSite();
		const applied = fleet.applyInTurns(resultOf(many(3), startMs));
		fleet.remove('east');
		await applied;
		expect(fleet.getSnapshot().nodes).toEqual([]);
	});
});
