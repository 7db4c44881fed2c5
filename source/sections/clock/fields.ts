import { formatMs } from '../../domain/format.ts';
import type { Fields, FieldPath, JoinedLine } from '../field.ts';
import type { Clock } from './schema.ts';

export const fields = {
	offsetMs: {
		label: 'Clock offset',
		unit: 'ms',
		priority: 3,
		metric: 'nodetop_clock_offset_seconds',
	},
	uncertaintyMs: {
		label: 'Clock uncertainty',
		statusLabel: 'Uncertainty',
		unit: 'ms',
		priority: 3,
		metric: 'nodetop_clock_uncertainty_seconds',
	},
	source: { label: 'Clock source', unit: 'text', priority: 3 },
} as const satisfies Fields<Clock>;

const sources: Readonly<Record<Clock['source'], string>> = {
	node: 'by the node',
	httpDate: 'by its Date header',
};

export const joined = [
	{
		form: 'both',
		label: 'Clock',
		fields: ['offsetMs', 'uncertaintyMs', 'source'],
		text: ({ offsetMs, uncertaintyMs, source }) => {
			const side = offsetMs < 0 ? 'behind' : 'ahead';
			return `${formatMs(Math.abs(offsetMs))} ${side}, ± ${formatMs(uncertaintyMs)}, ${sources[source]}`;
		},
		// A measurement moves by a little each time.
		basis: ({ offsetMs, uncertaintyMs }) => String(Math.abs(offsetMs) > uncertaintyMs),
	},
] as const satisfies readonly JoinedLine<Clock, FieldPath<Clock>>[];
