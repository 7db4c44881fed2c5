import type { ReadableStore } from '../domain/store.ts';

/** Where a screen is in time. */
export interface TravelState {
	/** The moment that is shown is past. */
	readonly isReplay: boolean;
	/** There is a present to go back to: it is not a recording. */
	readonly isLiveThere: boolean;
	readonly isPlaying: boolean;
	/** Seconds of then in a second of now, while it plays. */
	readonly speed: number;
	/** Why a key did nothing. */
	readonly notice: string | undefined;
}

/** Goes through the moments that were recorded. Nothing here throws or waits: what came of it shows. */
export interface Travel {
	readonly state: ReadableStore<TravelState>;
	/** So many recorded moments later; before, if negative. */
	readonly step: (by: number) => void;
	/** To the moment at a time, Unix ms. */
	readonly goTo: (atMs: number) => void;
	readonly togglePlay: () => void;
	/** Plays faster or slower. */
	readonly changeSpeed: (by: 1 | -1) => void;
	readonly toLive: () => void;
	/** The notice was read. */
	readonly dismiss: () => void;
}
