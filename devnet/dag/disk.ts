/** A simulated disk of fixed size that holds the node's data and other files. */
export interface Disk {
	readonly capacityBytes: number;
	availableBytes(): number;
	/** Whether so many bytes could be written; when not, counts a failed write. */
	hasRoomFor(sizeBytes: number): boolean;
	/** Writes that failed since the start. */
	readonly failedWrites: number;
	/** Whether the last write failed, and there is still no room for one like it. */
	isFull(): boolean;
	/** Lets other files take the rest of the disk; `undefined` removes them again. */
	limitFree(leftBytes: number | undefined): void;
}

/** Large enough that a devnet node never fills it by itself. */
const capacityBytes = 64 * 1024 * 1024;
const otherFilesBytes = 16 * 1024 * 1024;

/** `dataBytes` is the present size of the node's data. */
export function createDisk(dataBytes: () => number): Disk {
	let otherBytes = otherFilesBytes;
	let failedWrites = 0;
	let refusedBytes: number | undefined;
	const availableBytes = () => Math.max(0, capacityBytes - otherBytes - dataBytes());
	return {
		capacityBytes,
		availableBytes,
		hasRoomFor(sizeBytes) {
			const isRoom = sizeBytes <= availableBytes();
			refusedBytes = isRoom ? undefined : sizeBytes;
			if (!isRoom) failedWrites += 1;
			return isRoom;
		},
		get failedWrites() {
			return failedWrites;
		},
		isFull: () => refusedBytes !== undefined && refusedBytes > availableBytes(),
		limitFree(leftBytes) {
			const free = capacityBytes - dataBytes();
			otherBytes = leftBytes === undefined ? otherFilesBytes : Math.max(0, free - leftBytes);
		},
	};
}
