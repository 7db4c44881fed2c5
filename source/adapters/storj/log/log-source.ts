import { setTimeout as sleep } from 'node:timers/promises';
import { followFile } from './follow-file.ts';
import { followForwarder } from './follow-forwarder.ts';
import type { Pauses } from './follow-forwarder.ts';
import type { LogFeed, LogState } from './feed.ts';
import { createScanner } from './scanner.ts';
import { createTransfers } from './transfers.ts';
import type { Transfers } from './transfers.ts';

/** A log that is being followed, and what was counted in it so far. */
export interface LogSource {
	readonly place: string;
	readonly transfers: Transfers;
	readonly state: LogState;
	readonly bytes: number;
	/** Lines that were too long to read. */
	readonly skipped: number;
	/** Begins to read, once. Resolves when all that is there was read, or after this time. */
	settled(mostMs: number): Promise<void>;
	close(): void;
}

const stepMs = 20;

/** Opens a path, or `tcp://HOST:PORT`. Does nothing until `settled` is called. */
export function createLogSource(place: string, pauses?: Pauses): LogSource {
	const transfers = createTransfers();
	const forwarder = forwarderAt(place);
	const scanner = createScanner(
		forwarder === undefined
			? (line) => {
					transfers.addLine(line);
				}
			: (line) => {
					addForwarded(transfers, line);
				},
	);
	let state: LogState = { status: forwarder === undefined ? 'reading' : 'connecting' };
	let bytes = 0;
	let follower: { readonly close: () => void } | undefined;

	const feed: LogFeed = {
		bytes(chunk) {
			bytes += chunk.length;
			scanner.feed(chunk);
			if (state.leftBytes !== undefined && state.leftBytes > 0)
				state = { ...state, leftBytes: Math.max(0, state.leftBytes - chunk.length) };
		},
		end: scanner.end,
		state: (next) => {
			state = next;
		},
	};

	return {
		place,
		transfers,
		get state() {
			return state;
		},
		get bytes() {
			return bytes;
		},
		get skipped() {
			return scanner.skipped;
		},
		async settled(mostMs) {
			follower ??=
				forwarder === undefined
					? followFile(place, feed)
					: followForwarder(forwarder, feed, pauses);
			for (let waited = 0; waited < mostMs && state.status === 'reading'; waited += stepMs)
				await sleep(stepMs);
		},
		close() {
			follower?.close();
		},
	};
}

function forwarderAt(place: string): { host: string; port: number } | undefined {
	if (!/^tcp:\/\//i.test(place)) return undefined;
	const { hostname, port } = new URL(place);
	return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

/** `<unix seconds> <line>`; a plain line is read too. */
function addForwarded(transfers: Transfers, text: string): void {
	const blank = text.indexOf(' ');
	const seconds = blank > 0 && blank <= 24 ? Number(text.slice(0, blank)) : Number.NaN;
	if (Number.isNaN(seconds)) transfers.addLine(text);
	else transfers.addLine(text.slice(blank + 1), seconds * 1000);
}
