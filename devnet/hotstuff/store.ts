import type { Histogram } from '../histogram.ts';
import type { World } from '../node-process.ts';
import type { StoreCounters } from './store-counters.ts';

/** What is on the disk of a replica. It survives a crash. */
export interface Disk {
	readonly entries: Map<string, string>;
	/** With what was overwritten or deleted, until compaction frees it. */
	sizeBytes: number;
	/** Of entries alone. */
	liveBytes: number;
}

export function createDisk(): Disk {
	return { entries: new Map(), sizeBytes: 0, liveBytes: 0 };
}

export type Change = readonly [key: string, value: string | undefined];

interface Cached {
	/** `undefined`: there is no such entry. */
	value: string | undefined;
	isUsed: boolean;
}

/** Milliseconds. The disk is simulated like the links: each access takes a time drawn from the seed. */
const readMs = 0.4;
const writeMs = 0.3;
const syncMs = 1.5;
const compactBytesPerMs = 20_000;
const cacheLimitBytes = 64 * 1024;
const thrashedLimitBytes = 2 * 1024;
const compactFromBytes = 64 * 1024;

/**
 * A log-structured store: writes append, and compaction drops what is dead once that is a fifth.
 * Reads go through a cache that drops the oldest of what was not used since it last looked.
 */
export class Store {
	readonly counts: StoreCounters;
	readonly #world: World;
	readonly #disk: Disk;
	/** Oldest first, but for those that were used and got a second chance. */
	readonly #cache = new Map<string, Cached>();
	#cacheBytes = 0;
	#cacheLimitBytes = cacheLimitBytes;
	#slowMs = 0;

	constructor(world: World, disk: Disk, counts: StoreCounters) {
		this.#world = world;
		this.#disk = disk;
		this.counts = counts;
	}

	get sizeBytes(): number {
		return this.#disk.sizeBytes;
	}

	get liveBytes(): number {
		return this.#disk.liveBytes;
	}

	get cacheBytes(): number {
		return this.#cacheBytes;
	}

	get keys(): readonly string[] {
		return [...this.#disk.entries.keys()];
	}

	/** What an entry takes, with its key; 0 when there is none. */
	sizeOf(key: string): number {
		const value = this.#disk.entries.get(key);
		return value === undefined ? 0 : key.length + value.length;
	}

	/** Adds so much to each access of the disk. */
	setSlow(slowMs: number): void {
		this.#slowMs = slowMs;
	}

	/** Something else takes the memory of the cache. */
	setThrashed(isThrashed: boolean): void {
		this.#cacheLimitBytes = isThrashed ? thrashedLimitBytes : cacheLimitBytes;
		this.#shrink();
	}

	/** The value, and how many milliseconds it took. */
	read(key: string): { readonly value: string | undefined; readonly tookMs: number } {
		const { counts } = this;
		counts.reads += 1;
		const cached = this.#cache.get(key);
		if (cached) {
			counts.cacheHits += 1;
			cached.isUsed = true;
			return { value: cached.value, tookMs: 0 };
		}
		counts.cacheMisses += 1;
		const value = this.#disk.entries.get(key);
		this.#keep(key, value);
		return { value, tookMs: this.#access(counts.readTime, readMs) };
	}

	/** Reads all entries whose key `isWanted`, in one pass that leaves the cache as it is. */
	scan(isWanted: (key: string) => boolean): { readonly lines: string[]; readonly tookMs: number } {
		const { counts } = this;
		const lines: string[] = [];
		let tookMs = 0;
		for (const [key, value] of this.#disk.entries) {
			if (!isWanted(key)) continue;
			counts.reads += 1;
			lines.push(`${key} ${value}`);
			if (this.#cache.has(key)) counts.cacheHits += 1;
			else {
				counts.cacheMisses += 1;
				tookMs += this.#access(counts.readTime, readMs);
			}
		}
		return { lines, tookMs };
	}

	write(key: string, value: string): number {
		this.counts.writes += 1;
		this.#put(key, value);
		const tookMs = this.#access(this.counts.writeTime, writeMs + syncMs);
		this.#compact();
		return tookMs;
	}

	delete(key: string): number {
		this.counts.deletes += 1;
		this.#put(key, undefined);
		return this.#access(this.counts.deleteTime, writeMs);
	}

	/** All or nothing, with one sync. Each change counts as a write or a delete as well. */
	batch(changes: readonly Change[]): number {
		const { counts } = this;
		counts.batches += 1;
		for (const [key, value] of changes) {
			if (value === undefined) counts.deletes += 1;
			else counts.writes += 1;
			this.#put(key, value);
		}
		const tookMs = this.#access(counts.batchTime, syncMs + writeMs * changes.length);
		this.#compact();
		return tookMs;
	}

	#access(time: Histogram, meanMs: number): number {
		const tookMs = this.#slowMs + this.#world.random.exponential(meanMs);
		time.observe(tookMs / 1000);
		return tookMs;
	}

	#put(key: string, value: string | undefined): void {
		const disk = this.#disk;
		const before = disk.entries.get(key);
		if (before !== undefined) disk.liveBytes -= key.length + before.length;
		disk.sizeBytes += key.length + (value?.length ?? 0);
		if (value === undefined) disk.entries.delete(key);
		else {
			disk.entries.set(key, value);
			disk.liveBytes += key.length + value.length;
		}
		this.#keep(key, value);
	}

	#compact(): void {
		const disk = this.#disk;
		if (disk.sizeBytes < compactFromBytes || 4 * disk.sizeBytes < 5 * disk.liveBytes) return;
		this.counts.compactions += 1;
		const tookMs = this.#slowMs + disk.sizeBytes / compactBytesPerMs;
		this.counts.compactionTime.observe(tookMs / 1000);
		disk.sizeBytes = disk.liveBytes;
	}

	#keep(key: string, value: string | undefined): void {
		const cached = this.#cache.get(key);
		if (cached) {
			this.#cacheBytes += lengthOf(value) - lengthOf(cached.value);
			cached.value = value;
			cached.isUsed = true;
		} else {
			this.#cacheBytes += key.length + lengthOf(value);
			this.#cache.set(key, { value, isUsed: false });
		}
		this.#shrink();
	}

	#shrink(): void {
		for (const [key, cached] of this.#cache) {
			if (this.#cacheBytes <= this.#cacheLimitBytes) return;
			this.#cache.delete(key);
			if (cached.isUsed) this.#cache.set(key, Object.assign(cached, { isUsed: false }));
			else this.#cacheBytes -= key.length + lengthOf(cached.value);
		}
	}
}

function lengthOf(value: string | undefined): number {
	return value?.length ?? 0;
}
