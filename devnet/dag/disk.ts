/** The disk of one node: of a stated size, filled by other files and by what the node keeps. */
export interface Disk {
	readonly capacityBytes: number;
	availableBytes(): number;
	/** Whether something of this size could be written; counts it as failed when not. */
	hasRoomFor(sizeBytes: number): boolean;
	/** Writes that failed since the start. */
	readonly failedWrites: number;
	/** Whether the last write failed, and there is still no room for one like it. */
	isFull(): boolean;
	/** Lets other files take all but this much; `undefined` takes them away again. */
	squeeze(leftBytes: number | undefined): void;
}

/** Large enough that what a devnet node keeps never fills it by itself. */
const capacityBytes = 64 * 1024 * 1024;
const otherFilesBytes = 16 * 1024 * 1024;

/** `keptBytes` is what the node keeps on it now. */
export function createDisk(keptBytes: () => number): Disk {
	let otherBytes = otherFilesBytes;
	let failedWrites = 0;
	let refusedBytes: number | undefined;
	const availableBytes = () => Math.max(0, capacityBytes - otherBytes - keptBytes());
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
		squeeze(leftBytes) {
			const free = capacityBytes - keptBytes();
			otherBytes = leftBytes === undefined ? otherFilesBytes : Math.max(0, free - leftBytes);
		},
	};
}
