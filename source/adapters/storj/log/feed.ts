export const logStatuses = ['reading', 'following', 'missing', 'connecting', 'failed'] as const;

/** What is done with a log now. */
export interface LogState {
	readonly status: (typeof logStatuses)[number];
	/** Bytes of an old log that are still to be read. */
	readonly leftBytes?: number;
	/** Why nothing is read, in words. */
	readonly problem?: string;
}

/** Where the bytes of a log go. */
export interface LogFeed {
	bytes(bytes: Uint8Array): void;
	/** The file or the connection ended: an unfinished line is whole. */
	end(): void;
	state(state: LogState): void;
}
