import { toneOfHealth } from '../../domain/tone.ts';
import { healthStatuses } from '../../domain/words.ts';
import type { Fields } from '../field.ts';
import type { HealthReport, SelfReport } from './schema.ts';

export const healthFields = {
	status: {
		label: 'Health',
		unit: 'word',
		priority: 1,
		csv: ['health', 5],
		metric: 'nodetop_health_status',
		words: healthStatuses,
	},
} as const satisfies Fields<HealthReport>;

export const selfReportFields = {
	status: {
		label: 'Own verdict',
		unit: 'word',
		priority: 2,
		metric: 'nodetop_self_report_status',
		words: healthStatuses,
		tone: (status) => toneOfHealth[status],
	},
} as const satisfies Fields<SelfReport>;
