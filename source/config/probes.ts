import * as z from 'zod';

/** How paths are probed. Frozen after load. */
export interface ProbeSettings {
	/** Between two probes of one node. */
	readonly intervalMs: number;
	/** Whether the peers that the nodes list are probed too: machines of other people. */
	readonly peers: boolean;
	/** Whether the way to each node is traced, by the system's tool. */
	readonly route: boolean;
	readonly routeIntervalMs: number;
}

/** QuDAG nodes close past 60 connections a minute and address: polls and tests need most of them. */
const leastIntervalMs = 10_000;
const leastRouteIntervalMs = 60_000;
const hourMs = 3_600_000;

const interval = (least: number) =>
	z
		.int()
		.min(least)
		.max(24 * hourMs);

export const probesSchema = z.strictObject({
	enabled: z.boolean().optional().describe('false: nodetop sends only polls'),
	intervalMs: interval(leastIntervalMs)
		.optional()
		.describe('Time between two probes of a node, in milliseconds; default 10000'),
	peers: z
		.boolean()
		.optional()
		.describe('Also probe the peers that the nodes list, once a minute; default false'),
	route: z
		.boolean()
		.optional()
		.describe('Trace the route to each node with the system’s tool; default false'),
	routeIntervalMs: interval(leastRouteIntervalMs)
		.optional()
		.describe('Time between two traces, in milliseconds; default 600000'),
});

/** The probe settings of a profile; `undefined` when probing is off, as in read-only mode. */
export function probeSettings(
	probes: z.infer<typeof probesSchema> | undefined,
	isReadOnly: boolean,
): ProbeSettings | undefined {
	const {
		enabled = true,
		intervalMs = leastIntervalMs,
		peers = false,
		route = false,
	} = probes ?? {};
	const { routeIntervalMs = hourMs / 6 } = probes ?? {};
	if (!enabled || isReadOnly) return undefined;
	return Object.freeze({ intervalMs, peers, route, routeIntervalMs });
}
