import type { Target } from '../../domain/target.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';
import type { Earnings } from '../../sections/earnings/schema.ts';
import { toAmount } from '../quantity.ts';
import { daysOf, forecastOf } from './days.ts';
import { accuracyOf, monthsOf, nextPayoutAt } from './months.ts';
import { bytesInUsd, pricesOf } from './prices.ts';
import type { Prices } from './prices.ts';
import { nameOf } from './satellite-name.ts';
import type { WireDetail, WireEstimate, WirePayouts, WirePaystubs } from './wire.ts';

/** What was read about money: estimates in cents, payouts in millionths of a dollar. */
export interface WireMoney {
	readonly total: WireEstimate | undefined;
	readonly bySatellite: readonly { readonly satellite: string; readonly estimate: WireEstimate }[];
	readonly payouts: WirePayouts;
	/** The month of the payouts, as `2025-09`. */
	readonly paidFor: string;
	readonly paystubs: WirePaystubs;
	/** Satellites by id: what they pay, by their details. */
	readonly details: ReadonlyMap<string, { readonly name: string; readonly detail: WireDetail }>;
}

interface Valued {
	readonly own: Target['prices'];
	readonly nowMs: number;
}

const centsADollar = 100;
const millionths = 1_000_000;
/** Early in a month the node divides by about no time: what it expects then is no estimate. */
const mostCents = 100_000_000;

/** Money as the node reports it; at the profile's prices where it states some. */
export function readEarnings(money: WireMoney, { own, nowMs }: Valued): Earnings | undefined {
	const { total, bySatellite, payouts, paidFor } = money;
	const [anyDetail] = money.details.values();
	const { prices, from } = pricesOf(anyDetail?.detail.priceModel, own);
	const at = from === 'profile' ? prices : undefined;
	const month = monthAt(total?.currentMonth, at);
	const previous = monthAt(total?.previousMonth, at);
	const paid = paidBySatellite(payouts);
	const satellites = bySatellite.map(({ satellite, estimate }) => {
		const { netUsd, heldUsd } = monthAt(estimate.currentMonth, at);
		const paidUsd = paid.get(satellite);
		return { satellite, ...defined({ monthUsd: netUsd, monthHeldUsd: heldUsd, paidUsd }) };
	});
	const { storageUsd, egressUsd, repairAndAuditUsd } = month;
	const causes = definedOrNone({ storageUsd, egressUsd, repairAndAuditUsd });
	const sums = definedOrNone({
		monthUsd: month.netUsd,
		monthHeldUsd: month.heldUsd,
		estimateUsd: estimateOf(total, month.netUsd),
		previousMonthUsd: previous.netUsd,
		previousMonthHeldUsd: previous.heldUsd,
		...(paid.size > 0 && { paidUsd: sumOf(paid.values()), paidFor }),
	});
	const history = readHistory(money, prices, own, nowMs);
	if (!sums && Object.keys(history).length === 0) return undefined;
	return {
		...sums,
		...(causes && { monthByCause: causes }),
		...(satellites.length > 0 && { satellites }),
		...(total && { estimateConfidence: 0.5 + monthShare(nowMs) / 2, ...trafficOf(total, nowMs) }),
		...((anyDetail !== undefined || own !== undefined) && {
			prices: {
				storageUsd: prices.storage,
				egressUsd: prices.egress,
				repairUsd: prices.repair,
				auditUsd: prices.audit,
				from,
			},
		}),
		...history,
	};
}

/** Days of this month, months that are settled, and what they show. */
function readHistory(money: WireMoney, prices: Prices, own: Target['prices'], nowMs: number) {
	const days = [...money.details.values()].flatMap(({ name, detail }) =>
		daysOf(name, detail, pricesOf(detail.priceModel, own).prices, nowMs),
	);
	const nameOfSatellite = (id: string) => money.details.get(id)?.name ?? nameOf(id, undefined);
	const months = monthsOf(money.paystubs, nameOfSatellite, prices);
	const forecast = forecastOf(days, nowMs);
	return {
		...(days.length > 0 && { days }),
		...(forecast && { estimateLowUsd: forecast.lowUsd, estimateHighUsd: forecast.highUsd }),
		...(months.length > 0 && {
			months,
			heldTotalUsd: sumOf(months.map(({ heldUsd = 0 }) => heldUsd)),
			returnedUsd: sumOf(months.map(({ returnedUsd = 0 }) => returnedUsd)),
			...defined({
				accuracyRatio: accuracyOf(months),
				nextPayoutAt: nextPayoutAt(months, nowMs),
			}),
		}),
	};
}

type WireMonth = NonNullable<WireEstimate['currentMonth']>;

/** A month in dollars: as the node values it, or its usage at other prices. */
function monthAt(wire: WireEstimate['currentMonth'], prices: Prices | undefined) {
	const month: Partial<WireMonth> = wire ?? {};
	const net = dollars(month.payout);
	const held = dollars(month.held);
	if (!prices || !wire) {
		return {
			storageUsd: dollars(month.diskSpacePayout),
			egressUsd: dollars(month.egressBandwidthPayout),
			repairAndAuditUsd: dollars(month.egressRepairAuditPayout),
			netUsd: net,
			heldUsd: held,
		};
	}
	const storageUsd = bytesInUsd(month.diskSpace, prices.storage);
	const egressUsd = bytesInUsd(month.egressBandwidth, prices.egress);
	// As the node does, which does not tell the two apart here.
	const repairAndAuditUsd = bytesInUsd(month.egressRepairAudit, prices.audit);
	const gross = storageUsd + egressUsd + repairAndAuditUsd;
	const reported = (net ?? 0) + (held ?? 0);
	const heldShare = reported === 0 ? 0 : (held ?? 0) / reported;
	return {
		storageUsd,
		egressUsd,
		repairAndAuditUsd,
		netUsd: gross * (1 - heldShare),
		heldUsd: gross * heldShare,
	};
}

/** How much of this month, by UTC, is over. */
function monthShare(nowMs: number): number {
	const now = new Date(nowMs);
	const start = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
	return (nowMs - start) / (Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - start);
}

/** In the first half day a month's pace is chance. */
const leastShare = 0.016;

function trafficOf({ currentMonth }: WireEstimate, nowMs: number) {
	const customers = toAmount(currentMonth?.egressBandwidth);
	if (customers === undefined) return {};
	const egressBytes = customers + (toAmount(currentMonth?.egressRepairAudit) ?? 0);
	const share = monthShare(nowMs);
	return {
		egressBytes,
		...(share >= leastShare && { egressForecastBytes: egressBytes / share }),
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

/** At other prices, the node's own expectation in their proportion. */
function estimateOf(total: WireEstimate | undefined, netUsd: number | undefined) {
	const cents = toAmount(total?.currentMonthExpectations);
	if (cents === undefined || cents > mostCents) return undefined;
	const own = dollars(total?.currentMonth?.payout);
	const scale = own === undefined || own === 0 || netUsd === undefined ? 1 : netUsd / own;
	return (cents * scale) / centsADollar;
}
