import type { Integer } from '../../../domain/scalars.ts';
import type { Reading } from '../../../sections/snapshot.ts';
import type { ProgressVerdict } from '../progress.ts';
import type { EtcdStatus } from './wire.ts';

/** So many entries are nothing while many are written; etcd refuses writes at 5000. */
const tolerableBacklog = 100n;

export interface EtcdEvidence {
	readonly status: Pick<EtcdStatus, 'leaderId' | 'committed' | 'applied' | 'errors'>;
	/** `etcd_server_has_leader`, where the metrics tell. */
	readonly hasLeader: boolean | undefined;
	/** What was applied at the poll before. */
	readonly appliedBefore: Integer | undefined;
}

/**
 * Whether a member of etcd takes part. Without a leader nothing can be written; a member that knows
 * of committed entries and does not apply them serves old data. An idle cluster commits nothing, so
 * standing still proves nothing. While a leader hangs, its followers name it until they elect another.
 */
export function judgeEtcd(evidence: EtcdEvidence): ProgressVerdict {
	const { status, appliedBefore } = evidence;
	const { committed, applied } = status;
	if (leaderIn(evidence) === undefined) {
		return { status: 'stalled', note: 'no leader: too few members see one another' };
	}
	if (committed === undefined || applied === undefined) return { status: 'active' };
	const backlog = BigInt(committed) - BigInt(applied);
	if (backlog <= tolerableBacklog) return { status: 'active' };
	const isStill = appliedBefore !== undefined && BigInt(applied) <= BigInt(appliedBefore);
	return {
		status: isStill ? 'stalled' : 'syncing',
		note: `${backlog} committed entries are not applied${isStill ? ', and none was since the last poll' : ' yet'}`,
	};
}

/**
 * The leader that the member follows. A status that was read just before the metrics may still name the one
 * that was lost meanwhile.
 */
export function leaderIn({
	status,
	hasLeader,
}: Omit<EtcdEvidence, 'appliedBefore'>): string | undefined {
	return hasLeader === false || status.errors.some(isNoLeader) ? undefined : status.leaderId;
}

/** What else the member complains of, such as the alarms NOSPACE and CORRUPT. */
export function reportOf(errors: readonly string[]): Pick<Reading, 'selfReport'> {
	const reasons = errors.filter((error) => !isNoLeader(error));
	if (reasons.length === 0) return {};
	const isCorrupt = reasons.some((reason) => /\bCORRUPT\b/.test(reason));
	return { selfReport: { status: isCorrupt ? 'down' : 'degraded', reasons } };
}

/** `etcdserver: no leader`, the text of etcd's ErrNoLeader. */
function isNoLeader(error: string): boolean {
	return /\bno leader\b/.test(error);
}
