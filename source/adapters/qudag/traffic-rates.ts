import type { Network } from '../../sections/network/schema.ts';
import { createRate } from '../rates.ts';

/** Bytes per second in and out, from the totals of successive polls. */
export interface TrafficRates {
	read(
		bytesIn: number | undefined,
		bytesOut: number | undefined,
		atMs: number,
	): Pick<Network, 'bytesInPerSecond' | 'bytesOutPerSecond'>;
}

export function createTrafficRates(): TrafficRates {
	const rateIn = createRate();
	const rateOut = createRate();
	return {
		read: (bytesIn, bytesOut, atMs) => ({
			bytesInPerSecond: rateIn(bytesIn, atMs),
			bytesOutPerSecond: rateOut(bytesOut, atMs),
		}),
	};
}
