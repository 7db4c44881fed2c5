import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PollError } from '../../source/domain/errors.ts';
import { toDocument } from '../../source/fleet/document.ts';
import { toMoment } from '../../source/fleet/to-moment.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import type { Fleet } from '../../source/fleet/fleet.ts';
import { createJudge } from '../../source/health/judge.ts';
import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import { createComparing } from '../../source/app/comparing.ts';
import type { Comparing } from '../../source/app/comparing.ts';
import { gatherConnectionFacts } from '../../source/app/connection-facts.ts';
import { createConnectionWatch } from '../../source/app/connection-watch.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { failRun } from '../helpers/monitor.ts';
import { targetFor } from '../helpers/targets.ts';

/** Addresses for documentation (RFC 5737): nobody is there, and nothing is sent to them here. */
const remote = ['192.0.2.1', '192.0.2.2', '198.51.100.3'].map((host, index) =>
	targetFor(`http://${host}:8545`, { name: `far-${index + 1}`, kind: 'evm' }),
);
const local = targetFor('http://127.0.0.1:8545', { name: 'near', kind: 'evm' });

let comparing: Comparing | undefined;
const servers: Server[] = [];

afterEach(async () => {
	comparing?.stop();
	comparing = undefined;
	for (const server of servers.splice(0)) {
		await new Promise((resolve) => {
			server.close(resolve);
		});
	}
});

async function listen(): Promise<{
	url: string;
	connections: () => number;
	close: () => Promise<void>;
}> {
	let connections = 0;
	const server = createServer((socket) => {
		connections++;
		socket.resume();
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	servers.push(server);
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	return {
		url: `tcp://127.0.0.1:${port}`,
		connections: () => connections,
		close: () =>
			new Promise((resolve) => {
				server.close(() => {
					resolve();
				});
			}),
	};
}

/** A fleet in which all were heard, then all of `failing` fell silent. */
function fleetAfterLoss(failing: readonly (typeof local)[], nowMs: number): Fleet {
	const fleet = createFleet(createJudge());
	const apply = (target: typeof local, atMs: number, isRead: boolean) => {
		fleet.apply({
			target,
			atMs,
			missedSlots: 0,
			outcome: isRead
				? { status: 'read', reading: {} }
				: { status: 'failed', error: new PollError('timeout', 'no answer') },
		});
	};
	for (const target of [...remote, local]) {
		fleet.add(target);
		apply(target, nowMs - 4000, true);
	}
	for (const target of failing) apply(target, nowMs - 2000, false);
	return fleet;
}

function compare(fleet: Fleet, witnesses: readonly string[]): Comparing {
	return createComparing({
		clock: systemClock,
		nodes: () => fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot),
		evaluate: createGroupAnalysis().evaluate,
		gatherFacts: () => gatherConnectionFacts(witnesses),
		onCompared: fleet.compare,
		reportBug: failRun,
	});
}

const healthOf = (fleet: Fleet) =>
	Object.fromEntries(
		fleet.getSnapshot().nodes.map(({ target, snapshot }) => [target.name, snapshot.health.status]),
	);

describe('the witness', () => {
	it('that answers shows that it is the nodes; only then is it asked', async () => {
		const witness = await listen();
		const healthy = fleetAfterLoss([], Date.now());
		const first = compare(healthy, [witness.url]);
		await first.settle();
		first.stop();
		expect(healthy.getSnapshot().witness).toBeUndefined();
		expect(witness.connections()).toBe(0);

		const fleet = fleetAfterLoss(remote, Date.now());
		comparing = compare(fleet, [witness.url]);
		await comparing.settle();
		expect(fleet.getSnapshot().witness).toMatchObject({
			verdict: 'them',
			failing: ['far-1', 'far-2', 'far-3'],
		});
		await expect.poll(() => witness.connections()).toBe(1);
		expect(healthOf(fleet)).toEqual({
			'far-1': 'down',
			'far-2': 'down',
			'far-3': 'down',
			near: 'up',
		});
	});

	it('a host that refuses is there all the same', async () => {
		const witness = await listen();
		await witness.close();
		const fleet = fleetAfterLoss(remote, Date.now());
		comparing = compare(fleet, [witness.url]);
		await comparing.settle();
		expect(fleet.getSnapshot().witness?.verdict).toBe('them');
	});

	it('that cannot be reached shows that it is us: one alert, and nobody is down', async () => {
		const fleet = fleetAfterLoss(remote, Date.now());
		// TCP reaches no broadcast address: the system refuses at once, and nothing is sent.
		comparing = compare(fleet, ['tcp://255.255.255.255:1']);
		await comparing.settle();
		expect(healthOf(fleet)).toEqual({
			'far-1': 'unknown',
			'far-2': 'unknown',
			'far-3': 'unknown',
			near: 'up',
		});
		const document = toDocument(toMoment(fleet.getSnapshot(), { atMs: Date.now() }), {
			version: '1',
		});
		expect(document.witness).toMatchObject({
			verdict: 'us',
			message: '3 nodes on 3 hosts stopped answering together',
			evidence: ['no answer from witness 255.255.255.255:1 either'],
		});
		expect(document.alerts.map(({ rule }) => rule)).toEqual(['own-connection-lost']);
	});

	it('is forgotten when the nodes answer again', async () => {
		const fleet = fleetAfterLoss(remote, Date.now());
		comparing = compare(fleet, ['tcp://255.255.255.255:1']);
		await comparing.settle();
		for (const target of remote) {
			fleet.apply({
				target,
				atMs: Date.now(),
				missedSlots: 0,
				outcome: { status: 'read', reading: {} },
			});
		}
		comparing.nodesChanged();
		await expect.poll(() => fleet.getSnapshot().witness, { timeout: 40_000 }).toBeUndefined();
		expect(new Set(Object.values(healthOf(fleet)))).toEqual(new Set(['up']));
	});

	it('is not needed while a node elsewhere goes on answering', async () => {
		const fleet = fleetAfterLoss(remote.slice(0, 2), Date.now());
		const [, , third] = remote;
		if (third) {
			fleet.apply({
				target: third,
				atMs: Date.now(),
				missedSlots: 0,
				outcome: { status: 'read', reading: {} },
			});
		}
		comparing = compare(fleet, []);
		await comparing.settle();
		expect(fleet.getSnapshot().witness).toMatchObject({
			verdict: 'them',
			evidence: ['far-3 still answers'],
		});
	});
});

describe('a verdict', () => {
	it('that takes nodes out of doubt is kept when it is considered again at once', async () => {
		const { consider, settled } = createConnectionWatch({
			clock: systemClock,
			gatherFacts: () =>
				Promise.resolve({ witnesses: [], hasInterface: false, hasDefaultRoute: false }),
			onFacts: () => undefined,
			reportBug: failRun,
		});
		const nowMs = Date.now();
		const fleet = fleetAfterLoss(remote.slice(0, 2), nowMs);
		const nodes = () => fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot);
		const compare = (atMs: number) => {
			fleet.compare({ groups: [], witness: consider(nodes()), nowMs: atMs });
			return fleet.getSnapshot().witness?.verdict;
		};
		compare(nowMs - 1500);
		await settled();
		expect(compare(nowMs - 1400)).toBe('us');
		const [, , third] = remote;
		if (third) {
			const outcome = { status: 'read', reading: {} } as const;
			fleet.apply({ target: third, atMs: nowMs - 1000, missedSlots: 0, outcome });
		}
		// With this verdict the nodes are down since now: later than the last answer.
		expect(compare(nowMs)).toBe('them');
		expect(compare(nowMs)).toBe('them');
	});
});
