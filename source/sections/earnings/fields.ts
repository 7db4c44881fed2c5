import type { Fields } from '../field.ts';
import type { Earnings } from './schema.ts';

export const fields = {
	monthUsd: {
		label: 'This month',
		unit: 'dollars',
		priority: 1,
		series: 'Earned this month',
		metric: 'nodetop_earnings_month_dollars',
	},
	estimateUsd: {
		label: 'Expected',
		unit: 'dollars',
		priority: 1,
		metric: 'nodetop_earnings_estimate_dollars',
	},
	monthHeldUsd: {
		label: 'Held back',
		unit: 'dollars',
		priority: 3,
		metric: 'nodetop_earnings_month_held_dollars',
		isShown: (dollars) => dollars > 0,
	},
	'monthByCause.storageUsd': {
		label: 'For storage',
		unit: 'dollars',
		priority: 2,
		metric: 'nodetop_earnings_month_storage_dollars',
	},
	'monthByCause.egressUsd': {
		label: 'For egress',
		unit: 'dollars',
		priority: 2,
		metric: 'nodetop_earnings_month_egress_dollars',
	},
	'monthByCause.repairAndAuditUsd': {
		label: 'For repair and audit',
		statusLabel: 'For repair',
		unit: 'dollars',
		priority: 2,
		metric: 'nodetop_earnings_month_repair_dollars',
	},
	previousMonthUsd: {
		label: 'Last month',
		unit: 'dollars',
		priority: 2,
		metric: 'nodetop_earnings_previous_month_dollars',
	},
	previousMonthHeldUsd: {
		label: 'Held last month',
		statusLabel: 'Held before',
		unit: 'dollars',
		priority: 3,
		metric: 'nodetop_earnings_previous_month_held_dollars',
		isShown: (dollars) => dollars > 0,
	},
	paidUsd: {
		label: 'Paid out',
		unit: 'dollars',
		priority: 2,
		metric: 'nodetop_earnings_paid_dollars',
	},
	paidFor: { label: 'Paid for', unit: 'text', priority: 3 },
} as const satisfies Fields<Earnings>;
