import { decide, findNoWay, findOwnLoad, findSuspicion } from '../analysis/connection-verdict.ts';
import type {
	Suspicion,
	ConnectionFacts,
	ConnectionFinding,
} from '../analysis/connection-verdict.ts';
import { findOwnClock } from '../analysis/own-clock.ts';
import type { Clock } from '../domain/clock.ts';
import type { ConnectionVerdict } from '../sections/group/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

/** Finds out whether our own connection is lost when several nodes fail at once. */
export interface ConnectionWatch {
	/** The verdict as it is known now; gathers facts in the background where it needs them, never waits. */
	readonly consider: (nodes: readonly NodeSnapshot[]) => ConnectionVerdict | undefined;
	/** Resolves when no facts are being gathered. */
	readonly settled: () => Promise<void>;
}

export interface ConnectionWatchOptions {
	readonly clock: Pick<Clock, 'now' | 'steadyNow'>;
	readonly gatherFacts: () => Promise<ConnectionFacts>;
	/** Called when new facts are there: the verdict may have changed. */
	readonly onFacts: () => void;
	readonly reportBug: (error: unknown) => void;
}

const gatherAgainMs = 5000;

/** Gathers facts only while several nodes on several hosts fail together. */
export function createConnectionWatch(options: ConnectionWatchOptions): ConnectionWatch {
	const { clock, gatherFacts, onFacts, reportBug } = options;
	let facts: ConnectionFacts | undefined;
	let gathering: Promise<void> | undefined;
	let gatheredAtMs = Number.NEGATIVE_INFINITY;
	let suspicion: Suspicion | undefined;
	let last: ConnectionVerdict | undefined;

	async function gather(): Promise<void> {
		try {
			facts = await gatherFacts();
		} catch (error) {
			reportBug(error);
		}
		gatheredAtMs = clock.steadyNow();
		gathering = undefined;
		onFacts();
	}

	return {
		consider(nodes) {
			const own = findOwnLoad(nodes) ?? findNoWay(nodes);
			if (own) {
				last = toVerdict(own, own.finding, last, clock.now());
				return last;
			}
			if (last?.verdict === 'busy') last = undefined;
			suspicion = findSuspicion(nodes, suspicion);
			if (!suspicion) {
				facts = undefined;
				gatheredAtMs = Number.NEGATIVE_INFINITY;
				const skew = findOwnClock(nodes);
				last = skew && toVerdict(skew, skew.finding, last, clock.now());
				return last;
			}
			if (!gathering && clock.steadyNow() - gatheredAtMs >= gatherAgainMs) gathering = gather();
			if (facts) last = toVerdict(suspicion, decide(suspicion, facts), last, clock.now());
			return last;
		},
		settled: async () => gathering,
	};
}

function toVerdict(
	{ failing }: { readonly failing: readonly string[] },
	{ verdict, message, evidence }: ConnectionFinding,
	last: ConnectionVerdict | undefined,
	nowMs: number,
): ConnectionVerdict {
	const at = new Date(nowMs).toISOString();
	const since = last?.verdict === verdict ? last.since : at;
	return { verdict, at, since, message, evidence: [...evidence], failing: [...failing] };
}
