import { toneOfHealth } from '../../domain/tone.ts';
import type { Fields } from '../field.ts';
import type { HealthReport, SelfReport } from './schema.ts';

export const healthFields = {
	status: { label: 'Health', unit: 'word', priority: 1, csv: ['health', 5] },
} as const satisfies Fields<HealthReport>;

export const selfReportFields = {
	status: {
		label: 'Own verdict',
		unit: 'word',
		priority: 2,
		tone: (status) => toneOfHealth[status],
	},
} as const satisfies Fields<SelfReport>;
