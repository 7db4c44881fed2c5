import { describe, expect, test } from 'vitest';
import { createRandom } from '../../devnet/random.ts';
import type { Random } from '../../devnet/random.ts';
import type { DiagnosisInput, ConnectSample, PathProbe } from '../../source/diagnosis/case.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import { stretchesOf, windowOf } from '../../source/diagnosis/stretches.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { GroupPosition, GroupState } from '../../source/domain/words.ts';
import { measureSpread } from '../../source/analysis/spread.ts';
import { judgeOnce } from '../helpers/judge-once.ts';
import { arrive } from './arrivals.ts';

/**
 * A model of four nodes and the paths to them, in which one thing is broken: packets take time, are
 * lost and sent again after the kernel's timer; a reply takes the node's time and then its bytes. It
 * knows nothing of the diagnosis' limits.
 */
interface World {
	readonly random: Random;
	roundTripMs: number;
	loss: number;
	bytesPerSecond: number;
	thinkMs: number;
	isLoopback: boolean;
	connectError: string | undefined;
	dnsError: string | undefined;
	isSilent: boolean;
	/** Packets above the usual size are lost on the path. */
	onlySmall: boolean;
	/** The part of the time in which the node stands still, for at most so long. */
	pauses: { readonly share: number; readonly mostMs: number } | undefined;
	certificateDays: number | undefined;
	readonly node: { -readonly [Key in keyof NodeSnapshot]: NodeSnapshot[Key] };
	others: NodeSnapshot[];
	otherPathsError: string | undefined;
	group: DiagnosisInput['group'];
}

const nowMs = Date.parse('2026-06-01T12:00:00Z');
const ago = (ms: number) => new Date(nowMs - ms).toISOString();
const names = ['n0', 'n1', 'n2', 'n3'];

function healthyNode(name: string, random: Random): NodeSnapshot {
	return {
		target: { name, kind: 'evm', url: `http://${name}.example:8545` },
		poll: { status: 'ok', failures: 0, latencyMs: random.between(20, 60), lastGoodAt: ago(500) },
		chain: { head: { number: 5000, at: ago(random.between(500, 4000)) } },
		network: {
			peers: 5,
			peerList: [12, 51, 80, 103, 177].map((block, index) => ({
				id: `p${index}`,
				address: `${block}.${Math.floor(random.between(1, 250))}.3.4:30303`,
			})),
		},
		clock: { offsetMs: random.between(-300, 300), uncertaintyMs: 520, source: 'httpDate' },
		lastProgressAt: ago(random.between(500, 4000)),
		health: { status: 'up', issues: [] },
	};
}

function worldOf(seed: number): World {
	const random = createRandom(`confusion-${seed}`);
	return {
		random,
		roundTripMs: random.between(8, 60),
		loss: 0,
		bytesPerSecond: random.between(8e6, 6e7),
		thinkMs: random.between(2, 30),
		isLoopback: false,
		connectError: undefined,
		dnsError: undefined,
		isSilent: false,
		onlySmall: false,
		pauses: undefined,
		certificateDays: undefined,
		node: healthyNode('n0', random),
		others: names.slice(1).map((name) => healthyNode(name, random)),
		otherPathsError: undefined,
		group: groupOf('agreed', 'level'),
	};
}

/** A packet's way there and back: jitter, and a timer for each time it is lost. */
function roundTrip({ random, roundTripMs, loss }: World): number {
	let ms = roundTripMs * random.between(0.95, 1.15);
	for (let timer = 1000; random.next() < loss; timer *= 2) ms += timer;
	return ms;
}

function pause({ random, pauses }: World): number {
	return pauses && random.next() < pauses.share ? random.between(0, pauses.mostMs) : 0;
}

function pathOf(world: World, target: string): PathProbe {
	const base = { target, host: `${target}.example`, isLoopback: world.isLoopback };
	if (world.dnsError !== undefined)
		return { ...base, dns: { error: world.dnsError }, connects: [], replies: [] };
	const connects = Array.from({ length: 30 }, (): ConnectSample =>
		world.connectError === undefined ? { ms: roundTrip(world) } : { error: world.connectError },
	);
	const isMute = world.connectError !== undefined || world.isSilent;
	return {
		...base,
		dns: { ms: world.random.between(1, 20) },
		connects,
		...(world.certificateDays !== undefined && {
			tls: { validTo: new Date(nowMs + world.certificateDays * 86_400_000).toISOString() },
		}),
		...(!isMute && world.node.clock && { clock: world.node.clock }),
		replies: isMute
			? []
			: Array.from({ length: 8 }, () => {
					const [least, most] = world.onlySmall ? [20, 600] : [100_000, 800_000];
					const bytes = Math.floor(world.random.between(least, most));
					const firstByteMs =
						roundTrip(world) * 2 + world.thinkMs * world.random.between(0.8, 1.3) + pause(world);
					const isPaced = world.random.next() < 0.5;
					const { roundTripMs: rttMs, bytesPerSecond } = world;
					const arrivals = arrive(bytes, { rttMs, bytesPerSecond, isPaced });
					const totalMs = firstByteMs + (arrivals.at(-1)?.atMs ?? 0);
					return { firstByteMs, bytes, totalMs, ...stretchesOf(arrivals, windowOf(connects)) };
				}),
	};
}

function failPoll(world: World, code: 'unreachable' | 'timeout' | 'unauthorized', message: string) {
	world.node.poll = {
		status: 'failed',
		failures: 3,
		error: { code, message },
		lastGoodAt: ago(60_000),
	};
}

const groupOf = (state: GroupState, which: GroupPosition): Group => ({
	name: 'evm:1',
	kind: 'evm',
	nodes: names,
	state,
	since: ago(5000),
	message: 'as the test has it',
	members: names.map((node) => ({ node, position: node === 'n0' ? which : 'level' })),
});

/** What is broken in the world, by the cause that must be named first. */
const injections: Readonly<Record<string, (world: World) => void>> = {
	highLatency(world) {
		world.roundTripMs = world.random.between(180, 700);
	},
	packetLoss(world) {
		world.loss = world.random.between(0.05, 0.2);
	},
	throttled(world) {
		world.bytesPerSecond = world.random.between(1e5, 2e6);
	},
	noConnection(world) {
		world.connectError = world.random.next() < 0.5 ? 'ETIMEDOUT' : 'EHOSTUNREACH';
		failPoll(world, 'unreachable', 'no route');
	},
	notRunning(world) {
		world.connectError = 'ECONNREFUSED';
		failPoll(world, 'unreachable', 'connection refused');
	},
	dns(world) {
		world.dnsError = world.random.next() < 0.5 ? 'ENOTFOUND' : 'EAI_AGAIN';
		failPoll(world, 'unreachable', 'name not found');
	},
	tls(world) {
		world.certificateDays = world.random.between(-20, 10);
	},
	frozen(world) {
		world.isSilent = true;
		failPoll(world, 'timeout', 'no complete answer');
	},
	largePacketsLost(world) {
		world.onlySmall = true;
		failPoll(world, 'timeout', 'no complete answer');
	},
	slowNode(world) {
		world.thinkMs = world.random.between(500, 3000);
	},
	disk(world) {
		const total = 1e12;
		world.node.resources = {
			source: 'node',
			diskTotalBytes: total,
			diskAvailableBytes: Math.floor(total * world.random.between(0, 0.03)),
		};
	},
	clockSkew(world) {
		const offsetMs = world.random.between(3000, 90_000) * (world.random.next() < 0.5 ? 1 : -1);
		world.node.clock = { offsetMs, uncertaintyMs: 520, source: 'httpDate' };
	},
	ownClock(world) {
		const offsetMs = world.random.between(5000, 90_000);
		const clockOf = () => ({
			offsetMs: offsetMs + world.random.between(-200, 200),
			uncertaintyMs: 520,
			source: 'httpDate' as const,
		});
		world.node.clock = clockOf();
		world.others = world.others.map((node) => ({ ...node, clock: clockOf() }));
	},
	partition(world) {
		world.group = groupOf('partitioned', 'unknown');
	},
	fork(world) {
		world.group = groupOf('forked', 'forked');
	},
	networkStalled(world) {
		const still = { lastProgressAt: ago(world.random.between(60_000, 600_000)) };
		Object.assign(world.node, still);
		world.others = world.others.map((node) => ({ ...node, ...still }));
		world.group = groupOf('stalled', 'unknown');
	},
	standsStill(world) {
		world.node.lastProgressAt = ago(world.random.between(60_000, 600_000));
		world.group = groupOf('lagging', 'behind');
	},
	eclipse(world) {
		world.node.network = {
			peers: 8,
			peerList: Array.from({ length: 8 }, (_, index) => ({
				id: `p${index}`,
				address: `203.77.${index}.${Math.floor(world.random.between(1, 250))}:30303`,
			})),
		};
		world.group = groupOf('lagging', 'behind');
	},
	noPeers(world) {
		world.node.network = { peers: 0 };
	},
	ownConnection(world) {
		world.connectError = 'ENETUNREACH';
		world.otherPathsError = 'ENETUNREACH';
		failPoll(world, 'unreachable', 'network is unreachable');
	},
	refusedUs(world) {
		failPoll(world, 'unauthorized', 'HTTP 401');
	},
};

/** A second’s way is filled by what the replies carry: over a longer one no rate can be told. */
function narrow(world: World): void {
	world.bytesPerSecond = world.random.between(2e4, 6e4);
}

/** With the issues that every real snapshot has. */
function judged(node: NodeSnapshot, group: DiagnosisInput['group']): NodeSnapshot {
	const { lastProgressAt } = node;
	const progressAtMs = lastProgressAt === undefined ? undefined : Date.parse(lastProgressAt);
	return { ...node, health: judgeOnce({ node, memory: { progressAtMs }, group, nowMs }) };
}

function inputOf(world: World): DiagnosisInput {
	const healthyPath = (name: string) =>
		pathOf({ ...worldOf(7), random: world.random, connectError: world.otherPathsError }, name);
	const nodes = [world.node, ...world.others];
	const group = world.group && { ...world.group, ...measureSpread(nodes) };
	const [node = world.node, ...others] = nodes.map((each) => judged(each, group));
	return {
		node,
		fleet: [node, ...others],
		group,
		path: pathOf(world, 'n0'),
		otherPaths: names.slice(1).map(healthyPath),
		nowMs,
	};
}

const seeds = [1, 2, 3, 4, 5];

describe('of one injected cause, over five seeds', () => {
	test('the right one is named first each time, and never “healthy”', () => {
		const table: Record<string, Record<string, number>> = {};
		let right = 0;
		let all = 0;
		for (const [cause, inject] of Object.entries(injections)) {
			for (const seed of seeds) {
				const world = worldOf(seed);
				inject(world);
				const { verdict, findings } = diagnose(inputOf(world));
				expect({ cause, seed, verdict }).not.toMatchObject({ verdict: 'healthy' });
				const named = findings[0]?.cause ?? verdict;
				const row = (table[cause] ??= {});
				row[named] = (row[named] ?? 0) + 1;
				all++;
				if (named === cause) right++;
			}
		}
		const confused = Object.entries(table).filter(([cause, row]) => row[cause] !== seeds.length);
		expect(confused).toEqual([]);
		expect(right).toBe(all);
		expect(Object.keys(table).length).toBeGreaterThanOrEqual(12);
	});

	test.each([
		['highLatency', 'packetLoss'],
		['highLatency', 'narrow'],
		['packetLoss', 'throttled'],
		['slowNode', 'clockSkew'],
		['disk', 'standsStill'],
		['standsStill', 'highLatency'],
		['largePacketsLost', 'clockSkew'],
		['largePacketsLost', 'highLatency'],
		['slowNode', 'disk'],
	])('%s and %s together are both named', (first, second) => {
		for (const seed of seeds) {
			const world = worldOf(seed);
			injections[first]?.(world);
			if (second === 'narrow') narrow(world);
			else injections[second]?.(world);
			const named = diagnose(inputOf(world)).findings.map(({ cause }) => cause);
			const wanted = [first, second === 'narrow' ? 'throttled' : second];
			expect(named.slice(0, 3)).toEqual(expect.arrayContaining(wanted));
		}
	});

	test('a node that stands still for 1.2 s of every 2.5 s is slow, and its path is not to blame', () => {
		let met = 0;
		for (const seed of [...seeds, 6, 7, 8, 9, 10]) {
			const world = worldOf(seed);
			world.pauses = { share: 0.48, mostMs: 1200 };
			const { findings } = diagnose(inputOf(world));
			if (findings.length > 0) met += 1;
			expect(findings.map(({ cause }) => cause).filter((cause) => cause !== 'slowNode')).toEqual(
				[],
			);
		}
		expect(met).toBeGreaterThanOrEqual(9);
	});

	test('answers that packet loss delays are no pauses of the node', () => {
		for (const seed of seeds) {
			const world = worldOf(seed);
			world.loss = 0.2;
			const named = diagnose(inputOf(world)).findings.map(({ cause }) => cause);
			expect(named[0]).toBe('packetLoss');
			expect(named).not.toContain('slowNode');
		}
	});

	test('small answers without large ones are a path that loses large packets, none at all is a frozen process', () => {
		for (const seed of seeds) {
			const lossy = worldOf(seed);
			injections['largePacketsLost']?.(lossy);
			const named = diagnose(inputOf(lossy)).findings.map(({ cause }) => cause);
			expect(named).toEqual(['largePacketsLost', 'callsHang']);
			const frozen = worldOf(seed);
			injections['frozen']?.(frozen);
			expect(diagnose(inputOf(frozen)).findings[0]?.cause).toBe('frozen');
			// A large answer on the same path shows that large packets pass: then a call of the poll hangs.
			lossy.onlySmall = false;
			expect(diagnose(inputOf(lossy)).findings.map(({ cause }) => cause)).toEqual(['callsHang']);
		}
	});

	test('a split in which no side goes on is a split alone, and no node that stands still', () => {
		for (const seed of seeds) {
			const world = worldOf(seed);
			injections['networkStalled']?.(world);
			world.group = groupOf('partitioned', 'stalled');
			const named = diagnose(inputOf(world)).findings.map(({ cause }) => cause);
			expect(named).toEqual(['partition']);
		}
	});

	test('a process whose queue of connections fills up is frozen, and its path not the first to blame', () => {
		for (const seed of seeds) {
			const world = worldOf(seed);
			injections['frozen']?.(world);
			world.node.poll = { ...world.node.poll, failures: 1 };
			const input = inputOf(world);
			const connects = (input.path?.connects ?? []).map((sample, index) =>
				index < 6 ? sample : { error: 'ETIMEDOUT' },
			);
			const path = input.path && { ...input.path, connects };
			expect(diagnose({ ...input, path }).findings[0]?.cause).toBe('frozen');
		}
	});

	test('nothing is found where nothing is broken', () => {
		for (const seed of [...seeds, 6, 7, 8, 9, 10]) {
			expect(diagnose(inputOf(worldOf(seed)))).toMatchObject({
				verdict: 'healthy',
				findings: [],
			});
		}
	});

	test('the same case has the same diagnosis', () => {
		const world = worldOf(3);
		injections['packetLoss']?.(world);
		const input = inputOf(world);
		expect(diagnose(input)).toEqual(diagnose(structuredClone(input)));
	});
});

test('every finding says what next and what would disprove it', () => {
	for (const inject of Object.values(injections)) {
		const world = worldOf(1);
		inject(world);
		for (const finding of diagnose(inputOf(world)).findings) {
			expect(finding.for.length).toBeGreaterThan(0);
			expect(finding.next.length).toBeGreaterThan(0);
			expect(finding.disproof).not.toBe('');
		}
	}
});

test('commands name the node as a command line does, in one word', () => {
	const commands = (commandName: string | undefined, name = 'n0') =>
		Object.values(injections).flatMap((inject) => {
			const world = worldOf(1);
			inject(world);
			world.node.target = { ...world.node.target, name };
			const { findings } = diagnose({ ...inputOf(world), commandName });
			return findings.flatMap(({ next }) => next).filter((text) => text.startsWith('nodetop '));
		});
	expect(commands(undefined)).toContain('nodetop network test ping n0');
	expect(commands('x=http://h:1')).toContain('nodetop network test ping x=http://h:1');
	expect(commands(undefined, 'my node')).toContain(`nodetop network test ping 'my node'`);
	for (const text of commands('x=http://h:1')) expect(text).toMatch(/x=http:\/\/h:1(?:$| --|,)/);
});

describe('peers that are all of one block', () => {
	const eclipsedBy = (...addresses: string[]) => {
		const world = worldOf(1);
		const peerList = addresses.map((address, index) => ({ id: `p${index}`, address }));
		world.node.network = { peers: peerList.length, peerList };
		return diagnose(inputOf(world)).findings.map(({ cause, for: said }) => `${cause}: ${said[0]}`);
	};
	const four = (write: (n: number) => string) => [1, 2, 3, 4].map((n) => write(n));

	test.each([
		[four((n) => `203.77.${n}.1:30303`), '203.77.0.0/16'],
		[four((n) => `[2001:db8:${n}::1]:30303`), '2001:db8::/32'],
		[four((n) => `/ip6/2001:DB8:${n}::1/udp/4001/quic-v1`), '2001:db8::/32'],
		[four((n) => `enode://ab@203.77.1.${n}:30303?discport=0`), '203.77.0.0/16'],
		[four((n) => `/ip4/203.77.${n}.1/tcp/4001/p2p/1.2.3.4`), '203.77.0.0/16'],
	])('%j', (addresses, block) => {
		expect(eclipsedBy(...addresses)).toEqual([`eclipse: all 4 addresses of peers are in ${block}`]);
	});

	test.each([
		[four(() => '203.77.1.1:30303')],
		[four((n) => `10.0.0.${n}:30303`)],
		[four((n) => `100.64.0.${n}:30303`)],
		[four((n) => `127.0.0.1:${n}`)],
		[four((n) => `[fd00::${n}]:1`)],
		[four((n) => `[fe80::${n}%eth0]:1`)],
		[four((n) => `peer${n}.example:1`)],
		[[...four((n) => `203.77.${n}.1:1`), '[2001:db8::1]:1']],
	])('%j are none such', (addresses) => {
		expect(eclipsedBy(...addresses)).toEqual([]);
	});
});

test('a connection within this machine that is late is weak evidence: it may be busy', () => {
	const world = worldOf(1);
	Object.assign(world, { isLoopback: true, roundTripMs: 40 });
	expect(diagnose(inputOf(world)).findings).toMatchObject([
		{ cause: 'highLatency', confidence: 'possible', for: [expect.stringContaining('may be busy')] },
	]);
	world.roundTripMs = 200;
	expect(diagnose(inputOf(world)).findings[0]).toMatchObject({ confidence: 'likely' });
});

test('one node alone, with no way out of this machine, is our own connection', () => {
	const world = worldOf(1);
	world.connectError = 'ENETUNREACH';
	failPoll(world, 'unreachable', 'network is unreachable');
	const alone = { ...inputOf(world), otherPaths: [] };
	expect(diagnose(alone).findings[0]).toMatchObject({
		cause: 'ownConnection',
		for: ['this machine has no route to its address (ENETUNREACH)'],
	});
	// Where others are reached, it is the way to this one.
	expect(diagnose(inputOf(world)).findings[0]?.cause).toBe('noConnection');
});

test('what the witness saw is the evidence, whatever it looked at', () => {
	const world = worldOf(1);
	injections['ownConnection']?.(world);
	const witness = {
		verdict: 'us' as const,
		at: ago(0),
		since: ago(0),
		message: 'no interface has a route',
		evidence: ['no default route'],
		failing: ['n0', 'n1'],
	};
	const [first] = diagnose({ ...inputOf(world), witness }).findings;
	expect(first?.cause).toBe('ownConnection');
	expect(first?.for.slice(0, 2)).toEqual(['no interface has a route', 'no default route']);
});

test('a restart is advised last, and never where the cause is only possible', () => {
	const worlds = seeds.flatMap((seed) =>
		Object.values(injections).map((inject) => {
			const world = worldOf(seed);
			inject(world);
			return world;
		}),
	);
	const findings = worlds.flatMap((each) => diagnose(inputOf(each)).findings);
	const advised = findings.filter(({ next }) => next.some((step) => /\ba restart\b/.test(step)));
	expect(advised.length).toBeGreaterThan(0);
	expect(advised.filter(({ confidence }) => confidence === 'possible')).toEqual([]);
	expect(advised.filter(({ next }) => !/\ba restart\b/.test(next.at(-1) ?? ''))).toEqual([]);
	// Old for the clock alone: it may be well.
	const world = worldOf(1);
	const issue = {
		code: 'headOld',
		component: 'chain',
		severity: 'warning',
		message: 'old',
		since: ago(0),
	} as const;
	const node = { ...world.node, health: { status: 'degraded' as const, issues: [issue] } };
	const [found] = diagnose({ ...inputOf(world), node, group: undefined }).findings;
	expect(found).toMatchObject({ cause: 'standsStill', confidence: 'possible' });
	expect(found?.next.join(' ')).not.toMatch(/restart/);
});

test('a node that is not well for no known cause is not called healthy', () => {
	const world = worldOf(2);
	const input = inputOf(world);
	const node = { ...input.node, health: { status: 'degraded' as const, issues: [] } };
	expect(diagnose({ ...input, node }).verdict).toBe('unexplained');
});
