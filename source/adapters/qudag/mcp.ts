import * as z from 'zod';
import type { Reading } from '../../sections/snapshot.ts';
import { demoDataNote, isDemoData } from './demo-data.ts';
import { amount, integer } from './fields.ts';

const dagStateSchema = z.object({
	vertex_count: integer,
	edge_count: integer,
	tip_count: integer,
	finalized_height: integer,
	pending: integer,
	throughput_tps: amount,
});

const wrapperSchema = z.object({
	contents: z.unknown().optional(),
	result: z.unknown().optional(),
});

/**
 * Recognises qudag-mcp's resource `dag://state`, bare or inside `contents` or `result`, by its
 * compiled-in numbers, and gives a reading without them. `undefined` for anything else.
 */
export function readMcpDemo(body: unknown): Reading | undefined {
	const wrapper = wrapperSchema.safeParse(body);
	const candidates = [
		body,
		...(wrapper.success ? [wrapper.data.contents, wrapper.data.result] : []),
	];
	const isDemo = candidates.some((candidate) => {
		const dag = dagStateSchema.safeParse(candidate);
		return (
			dag.success &&
			isDemoData({
				vertices: dag.data.vertex_count,
				edges: dag.data.edge_count,
				tips: dag.data.tip_count,
				finalized: dag.data.finalized_height,
				pending: dag.data.pending,
				perSecond: dag.data.throughput_tps,
			})
		);
	});
	if (!isDemo) return undefined;
	return {
		identity: { client: 'qudag' },
		consensus: { status: 'unknown' },
		notes: [demoDataNote],
	};
}
