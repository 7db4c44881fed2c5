import { defined } from '../../domain/defined.ts';
import type { Storage } from '../../sections/storage/schema.ts';
import { toAmount, toCount, toInteger } from '../quantity.ts';
import { growthOf, outlookOf } from './growth.ts';
import { nameOf } from './satellite-name.ts';
import type { WireDashboard, WireDetail, WireDiskSpace, WireStorageDay } from './wire.ts';

/**
 * One meaning for both forms of `diskSpace`. Up to 1.142, `used` is the pieces without trash and
 * `available` is the whole allocation. From 1.143.2 on, `used` includes the trash, `available` is what is
 * free, and the allocation is `allocated`. Some versions report a negative `used`: it counts as 0.
 */
export function readStorage(
	{ diskSpace, satellites }: Pick<WireDashboard, 'diskSpace' | 'satellites'>,
	days: readonly WireStorageDay[],
	details: ReadonlyMap<string, WireDetail> = new Map(),
): Storage {
	const space = readSpace(diskSpace);
	const perSatellite = satellites.map(({ id, url, currentStorageUsed, disqualified }) => {
		const growth = growthOf(details.get(id)?.storageDaily ?? []);
		return {
			satellite: nameOf(id, url),
			usedBytes: toInteger(currentStorageUsed) ?? bytes(growth?.newestBytes),
			growth: typeof disqualified === 'string' ? undefined : growth,
		};
	});
	const known = perSatellite.filter(({ usedBytes }) => usedBytes !== undefined);
	const own = perSatellite.flatMap(({ growth }) => growth ?? []);
	const together = own.length > 0 ? own : [growthOf(days)].flatMap((growth) => growth ?? []);
	return {
		...defined(space),
		...(known.length > 0 && {
			satellites: known.map(({ satellite, usedBytes, growth }) => ({
				satellite,
				...defined({
					usedBytes,
					growthBytesPerDay: growth === undefined ? undefined : Math.round(growth.slope),
				}),
			})),
		}),
		...outlookOf(together, space.freeBytes),
	};
}

function readSpace(wire: WireDiskSpace) {
	const used = bytes(wire.used);
	const trash = bytes(wire.trash);
	const available = bytes(wire.available);
	const allocated = bytes(wire.allocated);
	// Its presence tells the form, whatever it says.
	if (toAmount(wire.allocated) !== undefined) {
		return {
			capacityBytes: allocated,
			usedBytes: used === undefined ? undefined : Math.max(0, used - (trash ?? 0)),
			trashBytes: trash,
			reclaimableBytes: bytes(wire.reclaimable),
			freeBytes: available,
			overusedBytes: bytes(wire.overused),
		};
	}
	const taken = used === undefined ? undefined : used + (trash ?? 0);
	const left = available === undefined || taken === undefined ? undefined : available - taken;
	return {
		capacityBytes: available,
		usedBytes: used,
		trashBytes: trash,
		freeBytes: left === undefined ? undefined : Math.max(0, left),
		overusedBytes: bytes(wire.overused) ?? (left === undefined ? undefined : Math.max(0, -left)),
	};
}

/** Whole bytes; a negative number is 0, and one past 2^53 is not a disk’s. */
function bytes(value: unknown): number | undefined {
	if (typeof value === 'number' && value < 0) return 0;
	const amount = toAmount(value);
	return amount === undefined ? undefined : toCount(Math.round(amount));
}
