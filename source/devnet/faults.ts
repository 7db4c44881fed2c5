import * as z from 'zod';
import { UserError } from '../domain/errors.ts';

const nodeName = z.string().min(1).max(64);
const maxLatencyMs = 60_000;

/** A disturbance of the network, as the control address takes it. */
export const faultSchema = z.discriminatedUnion('fault', [
	/** Only nodes of one group reach one another; those not named form one more group. */
	z.strictObject({
		fault: z.literal('partition'),
		groups: z.array(z.array(nodeName).min(1)).min(1).max(64),
	}),
	z.strictObject({ fault: z.literal('heal') }),
	/** Votes and issues no more, but answers. */
	z.strictObject({ fault: z.literal('stall'), node: nodeName }),
	/** Ends at once: its HTTP is closed and its connections are lost. */
	z.strictObject({ fault: z.literal('crash'), node: nodeName }),
	z.strictObject({
		fault: z.literal('restart'),
		node: nodeName,
		/** Whether its data survived. */
		dag: z.enum(['kept', 'empty']).default('kept'),
	}),
	/** Adds to each message to and from the node, and to its HTTP answers. */
	z.strictObject({
		fault: z.literal('slow'),
		node: nodeName,
		latencyMs: z.number().min(1).max(maxLatencyMs).default(400),
	}),
	/** Loses messages to and from the node, or of all. */
	z.strictObject({
		fault: z.literal('loss'),
		node: nodeName.optional(),
		ratio: z.number().min(0).max(1),
	}),
]);

export type Fault = z.infer<typeof faultSchema>;

/** Checks what was sent as a fault; throws a `UserError` that says what is wrong and what is right. */
export function parseFault(value: unknown, names: readonly string[]): Fault {
	const parsed = faultSchema.safeParse(value);
	if (!parsed.success) {
		throw new UserError(`not a fault: ${describe(parsed.error)}`, {
			nextSteps: [
				'{"fault":"crash","node":"dag-2"}',
				'{"fault":"partition","groups":[["dag-1","dag-2"],["dag-3","dag-4"]]}',
				'others: heal, restart, stall, slow (latencyMs), loss (ratio)',
			],
		});
	}
	const fault = parsed.data;
	const named = fault.fault === 'partition' ? fault.groups.flat() : namedBy(fault);
	for (const name of named) {
		if (!names.includes(name)) {
			throw new UserError(`there is no node "${name}"`, {
				nextSteps: [`the nodes are ${names.join(', ')}`],
			});
		}
	}
	if (new Set(named).size < named.length) {
		throw new UserError('a node can be in one group only');
	}
	return fault;
}

function namedBy(fault: Exclude<Fault, { fault: 'partition' }>): string[] {
	return 'node' in fault && fault.node !== undefined ? [fault.node] : [];
}

function describe(error: z.ZodError): string {
	return error.issues
		.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
		.join('; ');
}
