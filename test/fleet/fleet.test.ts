import { describe, expect, it } from 'vitest';
import type { Group, GroupMember } from '../../source/sections/group/schema.ts';
import { PollError } from '../../source/domain/errors.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { toDocument } from '../../source/fleet/document.ts';
import { toMoment } from '../../source/fleet/to-moment.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import type { Fleet } from '../../source/fleet/fleet.ts';
import { createJudge } from '../../source/health/judge.ts';
import { targetFor } from '../helpers/targets.ts';

const target = targetFor('http://user:pw@127.0.0.1:8545', { kind: 'evm', tags: ['eu'] });
const startMs = Date.parse('2026-01-01T00:00:00Z');

function read(fleet: Fleet, reading: Reading, atMs = startMs): void {
	fleet.apply({ target, atMs, missedSlots: 0, outcome: { status: 'read', reading } });
}

function fail(fleet: Fleet, error: PollError, atMs = startMs): void {
	fleet.apply({ target, atMs, missedSlots: 0, outcome: { status: 'failed', error } });
}

function fleetOfOne(): Fleet {
	const fleet = createFleet(createJudge());
	fleet.add(target);
	return fleet;
}

function only(fleet: Fleet) {
	const [node] = fleet.getSnapshot().nodes;
	if (!node) throw new Error('the fleet is empty');
	return node;
}

describe('createFleet', () => {
	it('counts slow answers in a row over those that could not be timed, and not over a failure', () => {
		const fleet = fleetOfOne();
		const steady = () => only(fleet).snapshot.poll.steadyLatencyMs;
		for (const latencyMs of [1100, undefined, 1200, undefined])
			read(fleet, latencyMs === undefined ? {} : { latencyMs });
		expect(steady()).toBeUndefined();
		read(fleet, { latencyMs: 1300 });
		expect(steady()).toBe(1100);
		fail(fleet, new PollError('unreachable', 'refused'));
		read(fleet, { latencyMs: 1400 });
		read(fleet, { latencyMs: 1400 });
		expect(steady()).toBeUndefined();
	});

	it('begins with a node that is not polled yet, and masks its credentials', () => {
		const { snapshot } = only(fleetOfOne());
		expect(snapshot).toEqual({
			target: { name: 'n1', kind: 'evm', url: 'http://***@127.0.0.1:8545/', tags: ['eu'] },
			poll: { status: 'pending', failures: 0 },
			health: { status: 'unknown', issues: [] },
		});
	});

	it('keeps the last good sections while polls fail, and counts the failures', () => {
		const fleet = fleetOfOne();
		read(fleet, { latencyMs: 4, chain: { head: { number: 9 } } });
		const error = new PollError('unreachable', 'refused', { nextStep: 'start it' });
		fail(fleet, error, startMs + 1000);
		fail(fleet, error, startMs + 2000);
		const { snapshot } = only(fleet);
		expect(snapshot.chain?.head?.number).toBe(9);
		expect(snapshot.poll).toEqual({
			status: 'failed',
			at: '2026-01-01T00:00:02.000Z',
			error: { code: 'unreachable', message: 'refused', nextStep: 'start it' },
			failures: 2,
			lastGoodAt: '2026-01-01T00:00:00.000Z',
		});
		expect(snapshot.health.status).toBe('down');
		expect(snapshot.health.issues[0]?.since).toBe('2026-01-01T00:00:01.000Z');
	});

	it('forgets the failure at the next good poll', () => {
		const fleet = fleetOfOne();
		fail(fleet, new PollError('timeout', 'slow'));
		read(fleet, { latencyMs: 4 });
		expect(only(fleet).snapshot.poll).toMatchObject({ status: 'ok', failures: 0 });
		expect(only(fleet).snapshot.health).toEqual({ status: 'up', issues: [] });
	});

	it('calls a poll partial when a secondary question failed, not when it is not offered', () => {
		const fleet = fleetOfOne();
		read(fleet, { endpoints: [{ name: 'admin_peers', status: 'unavailable' }] });
		expect(only(fleet).snapshot.poll.status).toBe('ok');
		read(fleet, { endpoints: [{ name: 'txpool_status', status: 'failed', message: 'HTTP 500' }] });
		expect(only(fleet).snapshot.poll.status).toBe('partial');
		expect(only(fleet).snapshot.health.issues[0]?.message).toBe('no answer to txpool_status');
	});

	it('remembers when the node last moved, from the second reading on', () => {
		const fleet = fleetOfOne();
		read(fleet, { chain: { head: { number: 1 } } });
		expect(only(fleet).memory.progressAtMs).toBeUndefined();
		read(fleet, { chain: { head: { number: 2 } } }, startMs + 1000);
		read(fleet, { chain: { head: { number: 2 } } }, startMs + 2000);
		expect(only(fleet).memory.progressAtMs).toBe(startMs + 1000);
	});

	it('gives the same list until something changed', () => {
		const fleet = fleetOfOne();
		const before = fleet.getSnapshot();
		expect(fleet.getSnapshot()).toBe(before);
		read(fleet, {});
		expect(fleet.getSnapshot()).not.toBe(before);
	});

	it('drops what comes late for a removed node', () => {
		const fleet = fleetOfOne();
		fleet.remove('n1');
		read(fleet, {});
		expect(fleet.getSnapshot().nodes).toEqual([]);
	});

	it('judges anew those of whom a comparison says something else, and nobody else', () => {
		const fleet = fleetOfOne();
		read(fleet, { identity: { chainId: 5 } });
		const group = (position: GroupMember['position']): Group => ({
			name: 'evm:5',
			kind: 'evm',
			nodes: ['n1'],
			state: 'lagging',
			since: '2026-01-01T00:00:00.000Z',
			message: 'n1 is behind',
			members: [{ node: 'n1', position, behindBy: 9 }],
		});
		fleet.compare({ groups: [group('behind')], nowMs: startMs + 1000 });
		const late = only(fleet);
		expect(late.snapshot.health).toMatchObject({
			status: 'degraded',
			issues: [{ code: 'behind', since: '2026-01-01T00:00:01.000Z' }],
		});
		fleet.compare({ groups: [group('behind')], nowMs: startMs + 2000 });
		expect(only(fleet)).toBe(late);
		read(fleet, { identity: { chainId: 5 } }, startMs + 3000);
		expect(only(fleet).snapshot.health.issues[0]?.since).toBe('2026-01-01T00:00:01.000Z');
		fleet.compare({ groups: [group('level')], nowMs: startMs + 4000 });
		expect(only(fleet).snapshot.health).toEqual({ status: 'up', issues: [] });
		expect(fleet.getSnapshot().groups).toEqual([group('level')]);
	});
});

it('says in no snapshot both that a node moved and that it stands still with its network', () => {
	const fleet = fleetOfOne();
	const consensus = (height: number) => ({ consensus: { status: 'active', height } }) as const;
	const standsStill: Group = {
		name: 'etcd/1',
		kind: 'bft',
		nodes: ['n1'],
		state: 'stalled',
		since: '2026-01-01T00:00:00.000Z',
		message: 'stands still together at 11',
		members: [{ node: 'n1', position: 'stalled' }],
	};
	const codes = () => only(fleet).snapshot.health.issues.map(({ code }) => code);
	read(fleet, consensus(11));
	fleet.compare({ groups: [standsStill], nowMs: startMs + 1000 });
	read(fleet, consensus(11), startMs + 2000);
	expect(codes()).toEqual(['networkStalled']);
	read(fleet, consensus(12), startMs + 3000);
	expect(codes()).toEqual([]);
	// Nor does a check beside the poll bring back what the comparison said before.
	fleet.attach('n1', { components: [] }, startMs + 3100);
	expect(codes()).toEqual([]);
	fleet.compare({ groups: [standsStill], nowMs: startMs + 3500 });
	expect(codes()).toEqual(['networkStalled']);
});

describe('toDocument', () => {
	it('is valid by its own schema, and lists issues as alerts', () => {
		const fleet = fleetOfOne();
		read(fleet, { identity: { chainId: 5 }, network: { peers: 0 } });
		const document = toDocument(toMoment(fleet.getSnapshot(), { atMs: startMs }), {
			version: '1.2.3',
		});
		expect(documentSchema.parse(document)).toEqual(document);
		expect(document.groups).toEqual([]);
		expect(document.alerts).toMatchObject([{ node: 'n1', rule: 'peers-none', state: 'firing' }]);
		expect(document.summary).toEqual({
			status: 'degraded',
			nodes: 1,
			up: 0,
			degraded: 1,
			down: 0,
			unknown: 0,
		});
	});

	it('tells what the rules say instead, once there are rules, and the issues again without', () => {
		const fleet = fleetOfOne();
		read(fleet, { network: { peers: 0 } });
		let heard = 0;
		fleet.subscribe(() => {
			heard++;
		});
		const alert: Alert = {
			fingerprint: '0123abcd',
			node: 'n1',
			rule: 'peers-low',
			state: 'pending',
			severity: 'warning',
			message: 'no peers',
			since: new Date(startMs).toISOString(),
		};
		const alerts = () =>
			toDocument(toMoment(fleet.getSnapshot(), { atMs: startMs }), { version: '1.2.3' }).alerts;
		fleet.setAlerts([alert]);
		expect(alerts()).toEqual([alert]);
		fleet.setAlerts([]);
		expect(alerts()).toEqual([]);
		fleet.setAlerts(undefined);
		expect(alerts()).toMatchObject([{ rule: 'peers-none' }]);
		expect(heard).toBe(3);
	});
});
