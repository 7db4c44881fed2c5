import type { Dag, Opinion } from './dag.ts';
import type { MessageOf, MessageType } from './message.ts';
import type { NodeContext } from './node-context.ts';
import type { Peers } from './peers.ts';
import type { Traffic } from '../traffic.ts';

/**
 * Finality by sampled votes, in the manner of Snowball and Avalanche ("Scalable and Probabilistic
 * Leaderless BFT Consensus through Metastability", Rocket et al., 2020). In each round a node asks
 * `sampleSize` of its peers about the oldest vertices that are not final: do they know it with all
 * its ancestors? `quorum` yes answers make a success, `roundsToFinal` successes in a row make the
 * vertex final, after its parents. A peer that cannot be reached is sampled all the same and counts
 * as no, so a side of a partition that is too small to have a quorum finalises nothing.
 *
 * A vertex that comes long after its like became final is late, and a node votes against it until a
 * quorum is for it. As many rounds in a row with a quorum against it end it, with its descendants:
 * else what a cut-off node issued would wait for ever, or be final for some and closed to others.
 *
 * Of two vertices with one number of one author a node votes for that which came first, until a
 * quorum is for the other for longer; when one is final, the other and all on it are refused. While
 * those who vote for both are less than a third, no two nodes hold different ones for final.
 */
export interface Voting {
	/** Rounds begun since start. */
	readonly round: number;
	/** Tells that a vertex may be waiting for votes. */
	wake(): void;
	/** Forgets all successes; what is pending now was not pending before. */
	reset(): void;
	onQuery(from: string, message: MessageOf<'query'>): void;
	onVote(from: string, message: MessageOf<'vote'>): void;
}

interface VotingOptions {
	readonly context: NodeContext;
	readonly dag: Dag;
	readonly peers: Peers;
	readonly traffic: Traffic<MessageType>;
	readonly isPaused: () => boolean;
	readonly onFinal: (id: string) => void;
	/** A peer holds vertices that this node does not know. */
	readonly onUnknown: (ids: readonly string[], holder: string) => void;
}

interface Round {
	readonly number: number;
	readonly ids: readonly string[];
	readonly yes: number[];
	readonly late: number[];
	readonly unanswered: Set<string>;
}

const maxVerticesAsked = 256;
const answerOf = { yes: '1', late: '-', unknown: '0' } as const satisfies Record<Opinion, string>;

export function createVoting(options: VotingOptions): Voting {
	const { context, dag, peers, traffic, isPaused, onFinal, onUnknown } = options;
	const { sampleSize, quorum, roundsToFinal, roundMs, queryTimeoutMs } = context.settings;
	/** Vertex id → rounds in a row with a quorum for it, or below zero against it. */
	const streaks = new Map<string, number>();
	let round = 0;
	let current: Round | undefined;
	/** Rounds whose time for answers has not run out, decided or not. */
	const open = new Map<number, Round>();
	let isScheduled = false;
	let lastBeganMs = -Infinity;

	const schedule = (): void => {
		if (isScheduled || current) return;
		isScheduled = true;
		context.after(lastBeganMs + roundMs - context.nowMs(), begin);
	};

	const begin = (): void => {
		isScheduled = false;
		if (isPaused()) return;
		const ids = dag.pendingIds(maxVerticesAsked);
		if (ids.length === 0) return;
		round += 1;
		lastBeganMs = context.nowMs();
		const asked = context.random.sample(peers.all(), sampleSize);
		const begun: Round = {
			number: round,
			ids,
			yes: ids.map(() => 0),
			late: ids.map(() => 0),
			unanswered: new Set(),
		};
		current = begun;
		open.set(round, begun);
		for (const { name } of asked) {
			if (peers.send(name, { type: 'query', round, ids })) begun.unanswered.add(name);
		}
		context.after(queryTimeoutMs, () => {
			traffic.failed('query', begun.unanswered.size);
			begun.unanswered.clear();
			open.delete(begun.number);
			if (current === begun) finish(begun);
		});
		if (begun.unanswered.size < quorum) finish(begun);
	};

	const settle = (id: string, yes: number, late: number): void => {
		const before = streaks.get(id) ?? 0;
		let streak = 0;
		if (yes >= quorum) {
			streak = Math.max(0, before) + 1;
			const isAhead = (rival: string) => (streaks.get(rival) ?? 0) < streak;
			if (dag.rivalsOf(id).every(isAhead)) dag.prefer(id, 'yes');
		} else if (late >= quorum) {
			streak = Math.min(0, before) - 1;
			dag.prefer(id, 'late');
		}
		streaks.set(id, streak);
		if (streak >= roundsToFinal && dag.finalize(id)) {
			streaks.delete(id);
			onFinal(id);
		}
		if (streak <= -roundsToFinal) {
			streaks.delete(id);
			dag.discard(id);
		}
	};

	const finish = ({ ids, yes, late }: Round): void => {
		current = undefined;
		for (const [index, id] of ids.entries()) {
			// An ancestor's end may have taken it along.
			if (dag.has(id)) settle(id, yes[index] ?? 0, late[index] ?? 0);
			else streaks.delete(id);
		}
		schedule();
	};

	/** Whether the answers that are still to come can change no outcome. */
	const isDecided = ({ yes, late, unanswered }: Round): boolean => {
		const isSettled = (count: number) => count >= quorum || count + unanswered.size < quorum;
		return unanswered.size === 0 || (yes.every(isSettled) && late.every(isSettled));
	};

	return {
		get round() {
			return round;
		},
		wake: schedule,
		reset() {
			streaks.clear();
		},
		onQuery(from, message) {
			if (isPaused()) return;
			const unknown: string[] = [];
			let answers = '';
			for (const id of message.ids) {
				// Nothing is attached before its parents, so to hold a vertex is to hold its ancestors.
				const opinion = dag.opinion(id);
				if (opinion === 'unknown') unknown.push(id);
				answers += answerOf[opinion];
			}
			peers.send(from, { type: 'vote', round: message.round, answers });
			if (unknown.length > 0) onUnknown(unknown, from);
		},
		onVote(from, message) {
			const isExpected = open.get(message.round)?.unanswered.delete(from) === true;
			// A late answer is no failure, but the round has been decided without it.
			if (!isExpected || current?.number !== message.round) return;
			for (const index of current.ids.keys()) {
				const answer = message.answers[index];
				if (answer === answerOf.yes) current.yes[index] = (current.yes[index] ?? 0) + 1;
				if (answer === answerOf.late) current.late[index] = (current.late[index] ?? 0) + 1;
			}
			if (isDecided(current)) finish(current);
		},
	};
}
