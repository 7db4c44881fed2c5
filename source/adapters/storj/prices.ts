import type { PricedUse, Target } from '../../domain/target.ts';
import type { Earnings } from '../../sections/earnings/schema.ts';
import { toAmount } from '../quantity.ts';
import type { WireDetail } from './wire.ts';

/** US dollars per TB of 10^12 bytes, and per month for storage. */
export type Prices = Readonly<Record<PricedUse, number>>;

/** Since December 2023; a node reports its own, which come first. */
export const usualPrices: Prices = { storage: 1.5, egress: 2, repair: 2, audit: 2 };

const terabyte = 1e12;
/** What satellites call a month. */
export const hoursAMonth = 720;

/** The profile's prices before the node's, the node's before the usual ones. */
export function pricesOf(
	model: WireDetail['priceModel'],
	own: Target['prices'],
): { readonly prices: Prices; readonly from: NonNullable<Earnings['prices']>['from'] } {
	const dollars = (cents: unknown, usual: number) => (toAmount(cents) ?? usual * 100) / 100;
	const reported: Prices = {
		storage: dollars(model?.DiskSpace, usualPrices.storage),
		egress: dollars(model?.EgressBandwidth, usualPrices.egress),
		repair: dollars(model?.RepairBandwidth, usualPrices.repair),
		audit: dollars(model?.AuditBandwidth, usualPrices.audit),
	};
	const prices: Prices = {
		storage: own?.storage ?? reported.storage,
		egress: own?.egress ?? reported.egress,
		repair: own?.repair ?? reported.repair,
		audit: own?.audit ?? reported.audit,
	};
	const isOwn = Object.values(own ?? {}).some((price) => price !== undefined);
	return { prices, from: isOwn ? 'profile' : model ? 'node' : 'usual' };
}

/** Bytes that were moved, in dollars. */
export function bytesInUsd(bytes: unknown, price: number): number {
	return ((toAmount(bytes) ?? 0) / terabyte) * price;
}

/** Byte-hours that were stored, in dollars. */
export function byteHoursInUsd(byteHours: unknown, price: number): number {
	return ((toAmount(byteHours) ?? 0) / hoursAMonth / terabyte) * price;
}
