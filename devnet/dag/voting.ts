import type { Opinion } from './dag.ts';
import type { MessageOf } from './message.ts';
import type { NodeParts } from './node-context.ts';

export interface VotingOptions extends NodeParts {
	readonly isPaused: () => boolean;
	readonly onFinal: (id: string) => void;
	/** A peer holds vertices that this node does not know. */
	readonly onUnknown: (ids: readonly string[], holder: string) => void;
}

/** One round of votes on the oldest pending vertices. */
class Round {
	readonly number: number;
	readonly ids: readonly string[];
	/** Peers that were queried and have not answered. */
	readonly unanswered = new Set<string>();
	readonly #yes: number[];
	readonly #no: number[];

	constructor(number: number, ids: readonly string[]) {
		this.number = number;
		this.ids = ids;
		this.#yes = ids.map(() => 0);
		this.#no = ids.map(() => 0);
	}

	votesOn(index: number): { readonly yes: number; readonly no: number } {
		return { yes: this.#yes[index] ?? 0, no: this.#no[index] ?? 0 };
	}

	count(answers: string): void {
		for (const index of this.ids.keys()) {
			const { yes, no } = this.votesOn(index);
			if (answers[index] === answerOf.yes) this.#yes[index] = yes + 1;
			if (answers[index] === answerOf.no) this.#no[index] = no + 1;
		}
	}

	/** Whether the missing answers can change no outcome. */
	isDecided(quorum: number): boolean {
		const open = this.unanswered.size;
		const isSettled = (count: number) => count >= quorum || count + open < quorum;
		return open === 0 || (this.#yes.every(isSettled) && this.#no.every(isSettled));
	}
}

const maxVerticesPerRound = 256;
const answerOf = { yes: '1', no: '-', unknown: '0' } as const satisfies Record<Opinion, string>;

/**
 * Finality by sampled votes, as in Snowball and Avalanche ("Scalable and Probabilistic Leaderless BFT
 * Consensus through Metastability", Rocket et al., 2020). In each round a node queries `sampleSize` of
 * its peers about its oldest pending vertices: do they know each with all its ancestors? `quorum` yes
 * votes make a success, `roundsToFinal` successes in a row make the vertex final, after its parents. A
 * peer that cannot be reached is sampled all the same and counts as no, so a side of a partition that
 * is too small for a quorum finalises nothing.
 *
 * A node votes against a vertex that comes long after its layer became final, until a quorum is for it.
 * As many rounds in a row with a quorum against it discard it, with its descendants. Otherwise the
 * vertices that a cut-off node issued would stay pending for ever, or become final for some nodes only.
 *
 * Of two vertices in conflict a node votes for the one that it received first, until a quorum has been
 * for the other for longer. When one is final, the other and its descendants are rejected. While less
 * than a third of the nodes vote for both, no two nodes hold different ones as final.
 */
export class Voting {
	readonly #options: VotingOptions;
	/** Vertex id → rounds in a row with a quorum for it; negative for rounds against it. */
	readonly #streaks = new Map<string, number>();
	/** Rounds that still wait for answers, decided or not. */
	readonly #openRounds = new Map<number, Round>();
	#round = 0;
	#current: Round | undefined;
	#isScheduled = false;
	#lastBeganMs = -Infinity;

	constructor(options: VotingOptions) {
		this.#options = options;
	}

	/** Rounds begun since the start. */
	get round(): number {
		return this.#round;
	}

	/** Schedules a round, because vertices may be pending. */
	wake(): void {
		if (this.#isScheduled || this.#current) return;
		const { context } = this.#options;
		this.#isScheduled = true;
		const atMs = this.#lastBeganMs + context.settings.roundMs;
		context.after(atMs - context.nowMs(), () => {
			this.#isScheduled = false;
			this.#begin();
		});
	}

	/** Forgets all streaks, because the node restarts. */
	reset(): void {
		this.#streaks.clear();
	}

	onQuery(from: string, { round, ids }: MessageOf<'query'>): void {
		const { dag, peers, isPaused, onUnknown } = this.#options;
		if (isPaused()) return;
		const unknown: string[] = [];
		let answers = '';
		for (const id of ids) {
			// Parents are always attached first, so a node that holds a vertex holds its ancestors.
			const opinion = dag.opinion(id);
			if (opinion === 'unknown') unknown.push(id);
			answers += answerOf[opinion];
		}
		peers.send(from, { type: 'vote', round, answers });
		if (unknown.length > 0) onUnknown(unknown, from);
	}

	onVote(from: string, { round, answers }: MessageOf<'vote'>): void {
		const isExpected = this.#openRounds.get(round)?.unanswered.delete(from) === true;
		// A late answer is no failure, but the round has been decided without it.
		if (!isExpected || this.#current?.number !== round) return;
		this.#current.count(answers);
		const { quorum } = this.#options.context.settings;
		if (this.#current.isDecided(quorum)) this.#finish(this.#current);
	}

	#begin(): void {
		const { context, dag, peers, traffic, isPaused } = this.#options;
		const { sampleSize, quorum, queryTimeoutMs } = context.settings;
		if (isPaused()) return;
		const ids = dag.pendingIds(maxVerticesPerRound);
		if (ids.length === 0) return;
		this.#round += 1;
		this.#lastBeganMs = context.nowMs();
		const round = new Round(this.#round, ids);
		this.#current = round;
		this.#openRounds.set(round.number, round);
		for (const { name } of context.random.sample(peers.all(), sampleSize)) {
			const isSent = peers.send(name, { type: 'query', round: round.number, ids });
			if (isSent) round.unanswered.add(name);
		}
		context.after(queryTimeoutMs, () => {
			traffic.failed('query', round.unanswered.size);
			round.unanswered.clear();
			this.#openRounds.delete(round.number);
			if (this.#current === round) this.#finish(round);
		});
		if (round.unanswered.size < quorum) this.#finish(round);
	}

	#finish(round: Round): void {
		this.#current = undefined;
		for (const [index, id] of round.ids.entries()) {
			// It may have been discarded with an ancestor.
			if (this.#options.dag.has(id)) this.#settle(id, round.votesOn(index));
			else this.#streaks.delete(id);
		}
		this.wake();
	}

	#settle(id: string, { yes, no }: { readonly yes: number; readonly no: number }): void {
		const { context, dag, onFinal } = this.#options;
		const { quorum, roundsToFinal } = context.settings;
		const before = this.#streaks.get(id) ?? 0;
		let streak = 0;
		if (yes >= quorum) {
			streak = Math.max(0, before) + 1;
			const isAhead = (other: string) => (this.#streaks.get(other) ?? 0) < streak;
			if (dag.conflictsOf(id).every(isAhead)) dag.prefer(id, 'yes');
		} else if (no >= quorum) {
			streak = Math.min(0, before) - 1;
			dag.prefer(id, 'no');
		}
		this.#streaks.set(id, streak);
		if (streak >= roundsToFinal && dag.finalize(id)) {
			this.#streaks.delete(id);
			onFinal(id);
		}
		if (streak <= -roundsToFinal) {
			this.#streaks.delete(id);
			dag.discard(id);
		}
	}
}
