import * as z from 'zod';
import { UserError } from '../source/domain/errors.ts';

const nodeName = z.string().min(1).max(64);
const networkName = z.string().min(1).max(64);
const maxLatencyMs = 60_000;
const dayMs = 24 * 60 * 60 * 1000;
const maxReorgDepth = 64;

/** Faults that only one kind of network supports. */
const ownFaults = [
	/** Sends conflicting proposals or vertices to two halves of the other nodes. */
	z.strictObject({ fault: z.literal('equivocation'), node: nodeName }),
	/** Votes for two blocks in each view. */
	z.strictObject({ fault: z.literal('doubleVote'), node: nodeName }),
	/** Sends proposals that no honest node would send. */
	z.strictObject({ fault: z.literal('invalidMessage'), node: nodeName }),
	/** Each access of its disk takes so much longer. */
	z.strictObject({
		fault: z.literal('slowDisk'),
		node: nodeName,
		latencyMs: z.number().min(1).max(maxLatencyMs).default(700),
	}),
	/** Something else takes the memory of its cache, and reads through its whole store. */
	z.strictObject({ fault: z.literal('cacheThrash'), node: nodeName }),
	/** Clients send so many times more transactions. */
	z.strictObject({
		fault: z.literal('flood'),
		node: nodeName,
		factor: z.number().min(1).max(1000).default(200),
	}),
	/** Closes a connection each second. */
	z.strictObject({ fault: z.literal('churn'), node: nodeName }),
	/** Other files leave `leftBytes` on the disk, which the node's own data then fills. */
	z.strictObject({
		fault: z.literal('diskFull'),
		node: nodeName,
		leftBytes: z
			.int()
			.min(0)
			.max(2 ** 40)
			.default(64 * 1024),
	}),
	/** Pieces are lost from its disk: a satellite finds so many of them, ten a second. */
	z.strictObject({
		fault: z.literal('lostPieces'),
		node: nodeName,
		count: z.int().min(1).max(1000).default(25),
	}),
	/** So many audits of a satellite end in an error of its disk, ten a second. */
	z.strictObject({
		fault: z.literal('auditErrors'),
		node: nodeName,
		count: z.int().min(1).max(1000).default(12),
	}),
	/** Satellites could not reach it for so many hours up to now. */
	z.strictObject({
		fault: z.literal('offline'),
		node: nodeName,
		hours: z
			.int()
			.min(1)
			.max(30 * 24)
			.default(72),
	}),
	/** Its log is renamed, and another begun. */
	z.strictObject({ fault: z.literal('rotateLog'), node: nodeName }),
	/** The program that forwards its log closes all connections. */
	z.strictObject({ fault: z.literal('forwarderCut'), node: nodeName }),
	/** Its month has just begun: nothing is stored or earned in it yet. */
	z.strictObject({ fault: z.literal('monthStart'), node: nodeName }),
	/** Runs a version that fills in what satellites have not reported. */
	z.strictObject({ fault: z.literal('upgrade'), node: nodeName }),
	/** Replaces the newest `depth` blocks by a heavier branch, once. */
	z.strictObject({
		fault: z.literal('reorg'),
		node: nodeName,
		depth: z.int().min(1).max(maxReorgDepth).default(3),
	}),
] as const;

/** A fault, as the control address accepts it. */
export const faultSchema = z.discriminatedUnion('fault', [
	/** Only nodes of one group reach one another; in each network, the nodes not named form one more. */
	z.strictObject({
		fault: z.literal('partition'),
		groups: z.array(z.array(nodeName).min(1)).min(1).max(64),
	}),
	z.strictObject({ fault: z.literal('heal'), network: networkName.optional() }),
	/** Takes no part in its network, but answers over HTTP. */
	z.strictObject({ fault: z.literal('stall'), node: nodeName }),
	/** Ends at once: its HTTP server and its connections are closed. */
	z.strictObject({ fault: z.literal('crash'), node: nodeName }),
	z.strictObject({
		fault: z.literal('restart'),
		node: nodeName,
		/** Whether its data survived. */
		data: z.enum(['kept', 'empty']).default('kept'),
	}),
	/** Delays each message from and to the node, and its HTTP answers. */
	z.strictObject({
		fault: z.literal('slow'),
		node: nodeName,
		latencyMs: z.number().min(1).max(maxLatencyMs).default(400),
	}),
	/** Loses messages from and to the node, or of all nodes. */
	z.strictObject({
		fault: z.literal('loss'),
		node: nodeName.optional(),
		ratio: z.number().min(0).max(1),
	}),
	/** Moves the node's clock: the times that it reports, and the Date of its HTTP answers. */
	z.strictObject({
		fault: z.literal('clockSkew'),
		node: nodeName,
		offsetMs: z.int().min(-dayMs).max(dayMs).default(30_000),
	}),
	...ownFaults,
]);

export type Fault = z.infer<typeof faultSchema>;
export type OwnFault = z.infer<(typeof ownFaults)[number]>;

/** Faults that happen once: nothing of them lasts that could be ended. */
const onceFaults = ['reorg', 'lostPieces', 'auditErrors', 'offline', 'rotateLog'] as const;
export type OnceFault = Extract<OwnFault, { fault: (typeof onceFaults)[number] }>;

export function isOnceFault(fault: Fault): fault is OnceFault {
	return onceFaults.some((name) => name === fault.fault);
}

/** An example of each fault and its effect, for the index of the control address. */
export const faultGuide: readonly {
	readonly example: z.input<typeof faultSchema>;
	readonly does: string;
}[] = [
	{
		example: { fault: 'partition', groups: [['dag-1', 'dag-2'], ['hotstuff-4'], ['evm-1']] },
		does: 'only nodes of one group reach one another; in each network named, the others form one more group',
	},
	{
		example: { fault: 'heal', network: 'dag' },
		does: 'ends the partition of a network, or of all',
	},
	{
		example: { fault: 'stall', node: 'hotstuff-1' },
		does: 'takes no part in its network, but answers',
	},
	{ example: { fault: 'crash', node: 'dag-2' }, does: 'ends at once and does not answer' },
	{
		example: { fault: 'restart', node: 'dag-2', data: 'empty' },
		does: 'starts again, with its data kept (the default) or empty',
	},
	{
		example: { fault: 'slow', node: 'evm-2', latencyMs: 400 },
		does: 'delays its messages and its HTTP answers',
	},
	{
		example: { fault: 'loss', node: 'dag-3', ratio: 0.3 },
		does: 'loses a share of the messages of a node, or of all nodes',
	},
	{
		example: { fault: 'clockSkew', node: 'evm-1', offsetMs: -30_000 },
		does: 'moves the clock of the node',
	},
	{
		example: { fault: 'equivocation', node: 'hotstuff-2' },
		does: 'whenever it leads, proposes two blocks to two halves of the others',
	},
	{
		example: { fault: 'equivocation', node: 'dag-4' },
		does: 'issues two conflicting vertices to two halves of the others; two of four nodes fork the finality',
	},
	{
		example: { fault: 'doubleVote', node: 'hotstuff-3' },
		does: 'votes for two blocks in each view',
	},
	{
		example: { fault: 'invalidMessage', node: 'hotstuff-3' },
		does: 'sends a proposal with a wrong hash in each view',
	},
	{
		example: { fault: 'slowDisk', node: 'hotstuff-2', latencyMs: 700 },
		does: 'delays each access of its disk, and with it its votes',
	},
	{
		example: { fault: 'cacheThrash', node: 'hotstuff-2' },
		does: 'takes the memory of its cache and reads through its whole store',
	},
	{
		example: { fault: 'flood', node: 'hotstuff-1', factor: 200 },
		does: 'sends it so many times more transactions',
	},
	{
		example: { fault: 'churn', node: 'hotstuff-4' },
		does: 'closes one of its connections each second',
	},
	{
		example: { fault: 'diskFull', node: 'dag-4', leftBytes: 65_536 },
		does: 'leaves so many bytes on its disk, which its data fills until writes fail',
	},
	{
		example: { fault: 'lostPieces', node: 'storj-1', count: 25 },
		does: 'a satellite audits so many pieces that it no longer has; more than 40 disqualify it',
	},
	{
		example: { fault: 'auditErrors', node: 'storj-1', count: 12 },
		does: 'so many audits end in an error of its disk; more than 10 suspend it',
	},
	{
		example: { fault: 'offline', node: 'storj-1', hours: 72 },
		does: 'satellites could not reach it for so many hours up to now',
	},
	{ example: { fault: 'rotateLog', node: 'storj-1' }, does: 'renames its log, and begins another' },
	{
		example: { fault: 'forwarderCut', node: 'storj-2' },
		does: 'cuts the connections of the program that forwards its log',
	},
	{
		example: { fault: 'monthStart', node: 'storj-1' },
		does: 'begins its month now, with nothing earned in it',
	},
	{
		example: { fault: 'upgrade', node: 'storj-1' },
		does: 'runs a version that fills in what satellites have not reported',
	},
	{
		example: { fault: 'reorg', node: 'evm-1', depth: 3 },
		does: 'replaces the newest blocks by a heavier branch, once',
	},
];

/** A network and its nodes, which a fault may name. */
export interface FaultPlace {
	readonly name: string;
	readonly nodes: readonly string[];
	readonly ownFaults: readonly OwnFault['fault'][];
}

/** Checks a fault; throws a `UserError` with the reason and with valid values. */
export function parseFault(value: unknown, places: readonly FaultPlace[]): Fault {
	const parsed = faultSchema.safeParse(value);
	if (!parsed.success) {
		throw new UserError(`not a fault: ${describe(parsed.error)}`, {
			nextSteps: faultGuide.map(({ example }) => JSON.stringify(example)),
		});
	}
	const fault = parsed.data;
	checkNames(fault, places);
	if (fault.fault === 'partition') checkPartition(fault.groups, places);
	const own = ownFaults.find(({ shape }) => shape.fault.value === fault.fault);
	if (own) checkPlace(own.shape.fault.value, namedBy(fault), places);
	return fault;
}

/** The part of a fault that concerns one network; `undefined` when there is none. */
export function faultWithin(fault: Fault, place: FaultPlace): Fault | undefined {
	if (fault.fault === 'partition') {
		const groups = fault.groups
			.map((group) => group.filter((name) => place.nodes.includes(name)))
			.filter((group) => group.length > 0);
		return groups.length > 0 ? { ...fault, groups } : undefined;
	}
	if (fault.fault === 'heal') {
		return (fault.network ?? place.name) === place.name ? fault : undefined;
	}
	return fault.node === undefined || place.nodes.includes(fault.node) ? fault : undefined;
}

function checkNames(fault: Fault, places: readonly FaultPlace[]): void {
	const nodes = places.flatMap((place) => place.nodes);
	for (const name of namedBy(fault)) {
		if (nodes.includes(name)) continue;
		throw new UserError(`there is no node "${name}"`, {
			nextSteps: [`the nodes are ${nodes.join(', ')}`],
		});
	}
	if (fault.fault !== 'heal' || fault.network === undefined) return;
	const networks = places.map(({ name }) => name);
	if (networks.includes(fault.network)) return;
	throw new UserError(`there is no network "${fault.network}"`, {
		nextSteps: [`the networks are ${networks.join(', ')}`],
	});
}

function checkPartition(
	groups: readonly (readonly string[])[],
	places: readonly FaultPlace[],
): void {
	const named = groups.flat();
	if (new Set(named).size < named.length) throw new UserError('a node can be in one group only');
	for (const { name, nodes } of places) {
		if (groups.some((group) => nodes.every((node) => group.includes(node)))) {
			throw new UserError(
				`one group holds all nodes of the network ${name}: this separates nothing`,
				{
					nextSteps: ['name in a group only the nodes of one side'],
				},
			);
		}
	}
}

function checkPlace(
	own: OwnFault['fault'],
	named: readonly string[],
	places: readonly FaultPlace[],
): void {
	const fitting = places.filter(({ ownFaults }) => ownFaults.includes(own));
	const nodes = fitting.flatMap((place) => place.nodes);
	for (const name of named) {
		if (nodes.includes(name)) continue;
		throw new UserError(`${name} does not support ${own}`, {
			nextSteps: [`the nodes that do are ${nodes.join(', ')}`],
		});
	}
}

function namedBy(fault: Fault): readonly string[] {
	if (fault.fault === 'partition') return fault.groups.flat();
	return 'node' in fault && fault.node !== undefined ? [fault.node] : [];
}

function describe(error: z.ZodError): string {
	return error.issues
		.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
		.join('; ');
}
