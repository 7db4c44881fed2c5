import type { Fields } from '../field.ts';
import type { Earnings } from './schema.ts';

const words = { node: 'from the node', profile: 'from the profile', usual: 'usual' } as const;

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
	estimateLowUsd: {
		label: 'At least',
		unit: 'dollars',
		priority: 3,
		metric: 'nodetop_earnings_estimate_low_dollars',
	},
	estimateHighUsd: {
		label: 'At most',
		unit: 'dollars',
		priority: 3,
		metric: 'nodetop_earnings_estimate_high_dollars',
	},
	estimateConfidence: {
		label: 'Confidence',
		unit: 'ratio',
		priority: 3,
		metric: 'nodetop_earnings_estimate_confidence_ratio',
	},
	heldTotalUsd: {
		label: 'Held in all',
		unit: 'dollars',
		priority: 3,
		metric: 'nodetop_earnings_held_dollars',
		isShown: (dollars) => dollars > 0,
	},
	returnedUsd: {
		label: 'Returned',
		unit: 'dollars',
		priority: 3,
		metric: 'nodetop_earnings_returned_dollars',
		isShown: (dollars) => dollars > 0,
	},
	accuracyRatio: {
		label: 'Past estimates',
		statusLabel: 'Accuracy',
		unit: 'ratio',
		priority: 2,
		metric: 'nodetop_earnings_accuracy_ratio',
	},
	nextPayoutAt: {
		label: 'Next payout',
		unit: 'text',
		priority: 2,
		show: (at) => `about ${at.slice(0, 10)}`,
	},
	'prices.storageUsd': {
		label: 'Price of storage',
		statusLabel: 'Price',
		unit: 'dollars',
		priority: 3,
		metric: 'nodetop_earnings_price_storage_dollars',
		show: (price, { prices }) =>
			`$${price.toFixed(2)} a TB and month, egress $${(prices?.egressUsd ?? 0).toFixed(2)} a TB (${words[prices?.from ?? 'usual']})`,
	},
	egressBytes: {
		label: 'Egress',
		unit: 'bytes',
		priority: 3,
		metric: 'nodetop_earnings_egress_bytes',
	},
	egressForecastBytes: {
		label: 'Egress expected',
		statusLabel: 'Egress exp.',
		unit: 'bytes',
		priority: 3,
		metric: 'nodetop_earnings_egress_forecast_bytes',
	},
	paidUsd: {
		label: 'Paid out',
		unit: 'dollars',
		priority: 2,
		metric: 'nodetop_earnings_paid_dollars',
	},
	paidFor: { label: 'Paid for', unit: 'text', priority: 3 },
} as const satisfies Fields<Earnings>;
