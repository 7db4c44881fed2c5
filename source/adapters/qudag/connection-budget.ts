/** When a node may be asked without passing its limit on connections. */
export interface ConnectionBudget {
	/** Time between two main questions at this interval, in milliseconds; 0 without a limit. */
	readonly statusGapMs: number;
	/** Shortest time between two rounds of secondary questions; 0 without a limit. */
	readonly detailsGapMs: number;
	mayAskStatus(nowMs: number): boolean;
	/** `count` secondary questions, each a connection. */
	mayAskDetails(count: number, nowMs: number): boolean;
	startDetails(nowMs: number): void;
	/** A connection stands. */
	spend(nowMs: number): void;
}

const windowMs = 60_000;
/** QuDAG closes past 60 a minute and address; ten are left to other programs there. */
const connectionsPerWindow = 50;
const minStatusGapMs = 1400;
const minDetailsGapMs = 5000;
const detailsConnections = 2;

/**
 * Spreads 50 connections a minute evenly: the main question first, and what its interval leaves for
 * rounds of two secondary ones. Polls that a user asks for come on top, so the last minute's
 * connections are counted too. Times are Unix milliseconds.
 */
export function createConnectionBudget(intervalMs: number): ConnectionBudget {
	const statusGapMs = Math.ceil(minStatusGapMs / intervalMs) * intervalMs;
	const forDetails = connectionsPerWindow - windowMs / statusGapMs;
	const detailsGapMs = Math.max(minDetailsGapMs, (detailsConnections * windowMs) / forDetails);
	let spent: number[] = [];
	let detailsAtMs: number | undefined;
	const hasRoom = (connections: number, nowMs: number): boolean => {
		spent = spent.filter((atMs) => isRecent(atMs, nowMs, windowMs));
		return spent.length + connections <= connectionsPerWindow;
	};
	return {
		statusGapMs,
		detailsGapMs,
		mayAskStatus: (nowMs) => !isRecent(spent.at(-1), nowMs, minStatusGapMs) && hasRoom(1, nowMs),
		mayAskDetails: (count, nowMs) =>
			!isRecent(detailsAtMs, nowMs, detailsGapMs) && hasRoom(count, nowMs),
		startDetails(nowMs) {
			detailsAtMs = nowMs;
		},
		spend(nowMs) {
			spent.push(nowMs);
		},
	};
}

/** A Unix socket has no limit. */
export const unlimitedBudget: ConnectionBudget = {
	statusGapMs: 0,
	detailsGapMs: 0,
	mayAskStatus: () => true,
	mayAskDetails: () => true,
	startDetails: () => undefined,
	spend: () => undefined,
};

/** A time in the future comes from a clock that was set back, and counts as long ago. */
function isRecent(atMs: number | undefined, nowMs: number, spanMs: number): boolean {
	return atMs !== undefined && atMs <= nowMs && nowMs - atMs < spanMs;
}
