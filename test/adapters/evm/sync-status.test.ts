import { describe, expect, it } from 'vitest';
import type { Movement } from '../../../source/adapters/evm/movement.ts';
import { judgeSync } from '../../../source/adapters/evm/sync-status.ts';
import type { SyncEvidence } from '../../../source/adapters/evm/sync-status.ts';
import type { ConsensusStatus } from '../../../source/domain/words.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const minuteMs = 60_000;

const head = (ageMs: number | undefined, number: number | string = 1000) => ({
	block: { number },
	atMs: ageMs === undefined ? undefined : nowMs - ageMs,
});

/** Just begun to watch: nothing moved yet, no interval known. */
function movement(overrides: Partial<Movement> = {}): Movement {
	return {
		watchedSinceMs: nowMs,
		headMovedAtMs: undefined,
		anythingMovedAtMs: nowMs,
		isHeadLower: false,
		wentBackBy: undefined,
		blockIntervalMs: undefined,
		...overrides,
	};
}

const evidence: SyncEvidence = {
	head: head(5000),
	syncing: { flag: false },
	isWaitingForPeer: false,
	bestPeerHead: undefined,
	movement: movement(),
	isDevelopmentChain: false,
	isAtRest: false,
	nowMs,
};

const stillForHours = movement({
	watchedSinceMs: nowMs - 180 * minuteMs,
	anythingMovedAtMs: nowMs - 180 * minuteMs,
});
const movedJustNow = movement({
	watchedSinceMs: nowMs - 5 * minuteMs,
	headMovedAtMs: nowMs - 1000,
});
const slowChain = movement({ blockIntervalMs: 30_000 });

describe('the state of a node', () => {
	it.each<[string, Partial<SyncEvidence>, ConsensusStatus, RegExp?]>([
		['a fresh head', {}, 'active'],
		['a fresh head, flag not answered', { syncing: undefined }, 'active'],
		['a head of 60 s', { head: head(60_000) }, 'active'],
		['a head of 61 s', { head: head(61_000) }, 'stalled', /not syncing, but .* 1 min old/],
		['a head of 61 s on a slow chain', { head: head(61_000), movement: slowChain }, 'active'],
		['a head of 301 s on a slow chain', { head: head(301_000), movement: slowChain }, 'stalled'],
		[
			'a head that was set back to blocks of a minute ago',
			{ head: head(61_000), movement: movement({ headMovedAtMs: nowMs - 1000, wentBackBy: 30 }) },
			'unknown',
			/went back by 30/,
		],
		[
			'a head of 40 min of a chain that has nothing to do',
			{ head: head(40 * minuteMs), isAtRest: true },
			'active',
			/at rest, .* 40 min old/,
		],
		[
			'the same behind its peers',
			{ head: head(40 * minuteMs), isAtRest: true, bestPeerHead: 2000, movement: stillForHours },
			'stalled',
		],
		['a head of three days', { head: head(72 * 60 * minuteMs) }, 'stalled', /3 days old/],
		[
			'an old head, flag not answered',
			{ head: head(10 * minuteMs), syncing: undefined },
			'unknown',
		],
		[
			'an old head that stood still while watched',
			{ head: head(200 * minuteMs), syncing: undefined, movement: stillForHours },
			'stalled',
			/no new block seen for 3 h/,
		],
		[
			'an old head that moves: blocks are imported before the flag is set',
			{ head: head(30 * minuteMs), movement: movedJustNow },
			'syncing',
			/30 min old/,
		],
		['only its genesis, just seen', { head: head(undefined, 0) }, 'unknown'],
		['only an old genesis, just seen', { head: head(9e11, 0) }, 'unknown'],
		['only its genesis for hours', { head: head(9e11, 0), movement: stillForHours }, 'stalled'],
		['no time in its head, moving', { head: head(undefined), movement: movedJustNow }, 'active'],
		[
			'a head of 1970',
			{ head: { ...head(undefined), isMisdated: true } },
			'unknown',
			/before the year 2000/,
		],
		[
			'heads of 1970 that move',
			{ head: { ...head(undefined), isMisdated: true }, movement: movedJustNow },
			'active',
			/before the year 2000/,
		],
		[
			'a head of 1970 that stood still for hours',
			{ head: { ...head(undefined), isMisdated: true }, movement: stillForHours },
			'stalled',
			/no new block seen for 3 h/,
		],
		['a head an hour ahead', { head: head(-60 * minuteMs) }, 'unknown'],
		[
			'heads an hour ahead that move',
			{ head: head(-60 * minuteMs), movement: movedJustNow },
			'active',
			/in the future/,
		],
		['no head', { head: undefined }, 'unknown'],
		['no head, syncing', { head: undefined, syncing: { flag: true } }, 'syncing'],
		['no head, waiting for a peer', { head: undefined, isWaitingForPeer: true }, 'syncing'],
	])('with %s', (_name, overrides, status, note) => {
		const verdict = judgeSync({ ...evidence, ...overrides });
		expect(verdict.status).toBe(status);
		expect(verdict.note ?? '').toMatch(note ?? /^/);
	});

	it.each<[string, Partial<SyncEvidence>, ConsensusStatus]>([
		['behind', { head: head(minuteMs), syncing: { flag: true, highest: 5000 } }, 'syncing'],
		['far behind by number, fresh by time', { syncing: { flag: true, highest: 5000 } }, 'syncing'],
		['with an unknown end', { syncing: { flag: true } }, 'syncing'],
		['indexing behind a current head', { syncing: { flag: true, highest: 1000 } }, 'active'],
		['a few blocks behind for good', { syncing: { flag: true, highest: 1016 } }, 'active'],
		[
			'at its end, with an old head',
			{ head: head(9e7), syncing: { flag: true, highest: 1000 } },
			'syncing',
		],
		[
			'at its end, but behind its peers',
			{ syncing: { flag: true, highest: 1000 }, bestPeerHead: 2000 },
			'syncing',
		],
		[
			'without any progress for hours',
			{ head: head(9e7), syncing: { flag: true, highest: 5000 }, movement: stillForHours },
			'stalled',
		],
	])('that says it is syncing, %s', (_name, overrides, status) => {
		expect(judgeSync({ ...evidence, ...overrides }).status).toBe(status);
	});

	it.each<[string, Partial<SyncEvidence>, ConsensusStatus]>([
		['16 blocks ahead is in time', { bestPeerHead: 1016 }, 'active'],
		['17 blocks ahead is behind', { bestPeerHead: 1017 }, 'syncing'],
		['behind it is in time', { bestPeerHead: 10 }, 'active'],
		['ahead while it stands still', { bestPeerHead: 9999, movement: stillForHours }, 'stalled'],
		['ahead while it moves', { bestPeerHead: 9999, movement: movedJustNow }, 'syncing'],
		[
			'past 2^53',
			{ head: head(0, '9007199254740993'), bestPeerHead: '9007199254741093' },
			'syncing',
		],
	])('whose peers are %s', (_name, overrides, status) => {
		expect(judgeSync({ ...evidence, ...overrides }).status).toBe(status);
	});

	it.each<[string, Partial<SyncEvidence>, ConsensusStatus]>([
		['with a fresh block is active', {}, 'active'],
		['that nobody uses is not stalled', { head: head(9e7), movement: stillForHours }, 'unknown'],
		['whose clock was set back moves', { head: head(9e9), movement: movedJustNow }, 'active'],
	])('for developing %s', (_name, overrides, status) => {
		expect(judgeSync({ ...evidence, isDevelopmentChain: true, ...overrides }).status).toBe(status);
	});
});
