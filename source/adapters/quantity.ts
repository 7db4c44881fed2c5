import type { Integer } from '../domain/scalars.ts';

/**
 * A whole number off the wire: a JSON number, a decimal string or a `0x` hex quantity. Anything
 * else, a negative and a fraction are `undefined`. Past 2^53 the result is a decimal string.
 */
export function toInteger(value: unknown): Integer | undefined {
	if (typeof value === 'number') {
		return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
	}
	if (typeof value === 'bigint') return value < 0n ? undefined : fromBigInt(value);
	if (typeof value !== 'string' || !/^(0x[\da-f]{1,64}|\d{1,78})$/i.test(value)) return undefined;
	return fromBigInt(BigInt(value));
}

/** As `toInteger`, for what must be counted with: `undefined` past 2^53. */
export function toCount(value: unknown): number | undefined {
	const integer = toInteger(value);
	return typeof integer === 'number' ? integer : undefined;
}

/** A finite number that is not negative, from a number or a numeric string. */
export function toAmount(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** The year 2000. What lies before is no time of any node, but unset, or counted from elsewhere. */
const oldestTimeMs = 946_684_800_000;
const yearTenThousandMs = 253_402_300_800_000;

/** Unix milliseconds as ISO text; `undefined` for what is no time, such as Go's zero time and 1970. */
export function toTime(ms: number | undefined): string | undefined {
	if (ms === undefined || !(ms >= oldestTimeMs && ms < yearTenThousandMs)) return undefined;
	return new Date(ms).toISOString();
}

function fromBigInt(value: bigint): Integer {
	return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}
