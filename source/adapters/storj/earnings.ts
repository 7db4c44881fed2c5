import { defined, definedOrNone } from '../../domain/defined.ts';
import type { Earnings } from '../../sections/earnings/schema.ts';
import { toAmount } from '../quantity.ts';
import { nameOf } from './satellite-name.ts';
import type { WireEstimate, WirePayouts } from './wire.ts';

/** What was read about money: estimates in cents, payouts in millionths of a dollar. */
export interface WireMoney {
	readonly total: WireEstimate | undefined;
	readonly bySatellite: readonly { readonly satellite: string; readonly estimate: WireEstimate }[];
	readonly payouts: WirePayouts;
	/** The month of the payouts, as `2025-09`. */
	readonly paidFor: string;
}

const centsADollar = 100;
const millionths = 1_000_000;
/** Early in a month the node divides by about no time: what it expects then is no estimate. */
const mostCents = 100_000_000;

export function readEarnings(money: WireMoney): Earnings | undefined {
	const { total, bySatellite, payouts, paidFor } = money;
	const { currentMonth: month, previousMonth: previous } = total ?? {};
	const paid = paidBySatellite(payouts);
	const satellites = bySatellite.map(({ satellite, estimate }) => ({
		satellite,
		...defined({
			monthUsd: dollars(estimate.currentMonth?.payout),
			monthHeldUsd: dollars(estimate.currentMonth?.held),
			paidUsd: paid.get(satellite),
		}),
	}));
	const causes = definedOrNone({
		storageUsd: dollars(month?.diskSpacePayout),
		egressUsd: dollars(month?.egressBandwidthPayout),
		repairAndAuditUsd: dollars(month?.egressRepairAuditPayout),
	});
	const sums = definedOrNone({
		monthUsd: dollars(month?.payout),
		monthHeldUsd: dollars(month?.held),
		estimateUsd: estimateOf(total?.currentMonthExpectations),
		previousMonthUsd: dollars(previous?.payout),
		previousMonthHeldUsd: dollars(previous?.held),
		...(paid.size > 0 && { paidUsd: sumOf(paid.values()), paidFor }),
	});
	if (!sums) return undefined;
	return {
		...sums,
		...(causes && { monthByCause: causes }),
		...(satellites.length > 0 && { satellites }),
	};
}

/** A satellite may pay one month in several parts. */
function paidBySatellite(payouts: WirePayouts): ReadonlyMap<string, number> {
	const paid = new Map<string, number>();
	for (const { satelliteID = '', satelliteURL, paid: amount } of payouts) {
		const parts = toAmount(amount);
		if (parts === undefined) continue;
		const name = nameOf(satelliteID, satelliteURL);
		paid.set(name, (paid.get(name) ?? 0) + parts / millionths);
	}
	return paid;
}

function sumOf(values: Iterable<number>): number {
	let sum = 0;
	for (const value of values) sum += value;
	return sum;
}

function dollars(cents: unknown): number | undefined {
	const amount = toAmount(cents);
	return amount === undefined ? undefined : amount / centsADollar;
}

function estimateOf(cents: unknown): number | undefined {
	const amount = toAmount(cents);
	return amount === undefined || amount > mostCents ? undefined : amount / centsADollar;
}
