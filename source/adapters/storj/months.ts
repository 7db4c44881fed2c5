import { defined } from '../../domain/defined.ts';
import type { Earnings } from '../../sections/earnings/schema.ts';
import { toAmount } from '../quantity.ts';
import { byteHoursInUsd, bytesInUsd } from './prices.ts';
import type { Prices } from './prices.ts';
import { timeOf } from './reputation.ts';
import type { WirePaystub } from './wire.ts';

export type Month = NonNullable<Earnings['months']>[number];

const millionths = 1_000_000;

/** What satellites accounted for past months, beside what the month's usage is worth at the prices. */
export function monthsOf(
	paystubs: readonly WirePaystub[],
	nameOfSatellite: (id: string) => string,
	prices: Prices,
): Month[] {
	return paystubs
		.map((stub) => ({
			month: stub.period,
			satellite: nameOfSatellite(stub.satelliteId),
			estimatedUsd:
				byteHoursInUsd(stub.usageAtRest, prices.storage) +
				bytesInUsd(stub.usageGet, prices.egress) +
				bytesInUsd(stub.usageGetRepair, prices.repair) +
				bytesInUsd(stub.usageGetAudit, prices.audit),
			...defined({
				owedUsd: usd(stub.owed),
				heldUsd: usd(stub.held),
				returnedUsd: usd(stub.disposed),
				paidUsd: usd(stub.paid),
				distributedUsd: usd(stub.distributed),
				createdAt: timeOf(stub.created),
			}),
		}))
		.toSorted((a, b) => b.month.localeCompare(a.month));
}

/** How near the estimates came to what was owed: 1 is exact. By amount, so small satellites weigh little. */
export function accuracyOf(months: readonly Month[]): number | undefined {
	let owed = 0;
	let off = 0;
	for (const { owedUsd, heldUsd = 0, estimatedUsd } of months) {
		if (owedUsd === undefined) continue;
		owed += owedUsd + heldUsd;
		off += Math.abs(estimatedUsd - owedUsd - heldUsd);
	}
	return owed === 0 ? undefined : Math.max(0, 1 - off / owed);
}

/** Satellites pay at different times, each on about the same day: the next one, by the last that were. */
export function nextPayoutAt(months: readonly Month[], nowMs: number): string | undefined {
	const days = months
		.flatMap(({ createdAt }) => (createdAt === undefined ? [] : [new Date(createdAt).getUTCDate()]))
		.toSorted((a, b) => a - b);
	const usual = days[Math.floor(days.length / 2)];
	if (usual === undefined) return undefined;
	const now = new Date(nowMs);
	const inMonth = (month: number) => Date.UTC(now.getUTCFullYear(), month, usual);
	const next = inMonth(now.getUTCMonth());
	return new Date(next > nowMs ? next : inMonth(now.getUTCMonth() + 1)).toISOString();
}

function usd(parts: unknown): number | undefined {
	const amount = toAmount(parts);
	return amount === undefined ? undefined : amount / millionths;
}
