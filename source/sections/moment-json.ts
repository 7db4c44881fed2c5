import * as z from 'zod';
import { alertSchema } from '../domain/alert.ts';
import { cleanAll } from '../domain/clean.ts';
import { UserError } from '../domain/errors.ts';
import { amount, count, text } from '../domain/scalars.ts';
import { alertingStatusSchema } from './alerting/schema.ts';
import { groupSchema, connectionVerdictSchema } from './group/schema.ts';
import type { Moment, NodeMoment } from './moment.ts';
import {
	networkMemoryJsonSchema,
	readNetworkMemory,
	writeNetworkMemory,
} from './network/memory-json.ts';
import { keptSamples, lastSampleTimes, noSamples } from './samples.ts';
import { readSamples, samplesJsonSchema, writeSamples } from './samples-json.ts';
import { nodeSchema } from './snapshot.ts';

export const momentSchemaId = 'nodetop-moment/1';

/** Longer texts are no moment of a fleet that nodetop can watch: a thousand nodes with peers take 50 MB. */
const mostCharacters = 256 * 1024 * 1024;
const mostNodes = 10_000;
/** No text that nodetop shows is longer. */
const mostTextCells = 4000;

const nodeMomentSchema = z.strictObject({
	snapshot: nodeSchema,
	samples: samplesJsonSchema,
	commandName: text.optional(),
	site: text.optional(),
	network: networkMemoryJsonSchema.optional(),
	capacityBytesPerSecond: amount.optional(),
	isInsecure: z.boolean().optional(),
});

const momentSchema = z.strictObject({
	schema: z.literal(momentSchemaId),
	atMs: count,
	nodes: z.array(nodeMomentSchema).max(mostNodes),
	groups: z.array(groupSchema).max(mostNodes),
	witness: connectionVerdictSchema.optional(),
	alerts: z.array(alertSchema).max(100_000),
	alerting: alertingStatusSchema,
});

type NodeMomentJson = z.infer<typeof nodeMomentSchema>;
type MomentJson = z.infer<typeof momentSchema>;

/** One node of a moment as JSON; of its samples only when the oldest was. */
export function writeNodeAlone(node: NodeMoment): string {
	const times = lastSampleTimes(node.samples, keptSamples).slice(0, 1);
	const written = writeNode({ ...node, samples: noSamples });
	return JSON.stringify({ ...written, samples: { times, columns: [] } });
}

/** What a moment holds beside its nodes, as JSON. */
export function writeSurroundings(moment: Moment): string {
	return writeMoment({ ...moment, nodes: [] });
}

/** A moment as one line of JSON. It holds no secret, as the moment itself. */
export function writeMoment(moment: Moment): string {
	const { nodes, groups, witness, alerts, atMs } = moment;
	const { channels, ...alerting } = moment.alerting;
	const json: MomentJson = {
		schema: momentSchemaId,
		atMs,
		nodes: nodes.map(writeNode),
		groups: [...groups],
		...(witness && { witness }),
		alerts: [...alerts],
		alerting: {
			...alerting,
			problems: [...alerting.problems],
			silences: [...alerting.silences],
			...(channels && { channels: [...channels] }),
		},
	};
	return JSON.stringify(json);
}

/**
 * The moment that `writeMoment` wrote. The text may come from elsewhere: it is bounded, validated, and every
 * text in it is made safe to print. Throws `UserError` for anything else.
 */
export function readMoment(written: string): Moment {
	const { nodes, witness, schema: _schema, ...rest } = parse(written);
	return { ...rest, witness, nodes: nodes.map(readNode) };
}

function parse(written: string): MomentJson {
	if (written.length > mostCharacters) throw notAMoment('it is too long');
	let value: unknown;
	try {
		value = JSON.parse(written);
	} catch (error) {
		throw notAMoment('it is not JSON', error);
	}
	const parsed = momentSchema.safeParse(cleanAll(value, mostTextCells));
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw notAMoment(`${issue?.path.join('.') || 'it'}: ${issue?.message}`, parsed.error);
}

function notAMoment(why: string, cause?: unknown): UserError {
	return new UserError(`this is not a moment that nodetop wrote: ${why}`, { cause });
}

function writeNode({ samples, network, ...node }: NodeMoment): NodeMomentJson {
	return {
		...node,
		samples: writeSamples(samples),
		...(network && { network: writeNetworkMemory(network) }),
	};
}

function readNode({ samples, network, ...node }: NodeMomentJson): NodeMoment {
	const { commandName, site, capacityBytesPerSecond, isInsecure } = node;
	return {
		snapshot: node.snapshot,
		samples: readSamples(samples),
		...(commandName !== undefined && { commandName }),
		...(site !== undefined && { site }),
		...(network && { network: readNetworkMemory(network) }),
		...(capacityBytesPerSecond !== undefined && { capacityBytesPerSecond }),
		...(isInsecure !== undefined && { isInsecure }),
	};
}
