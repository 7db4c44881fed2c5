import type { Integer } from '../../../domain/scalars.ts';
import type { Peer } from '../../../sections/network/schema.ts';
import type { Reading } from '../../../sections/snapshot.ts';
import { clockFrom } from '../../clock.ts';
import type { Reply } from '../../http.ts';
import { defined, definedOrNone } from '../../../domain/defined.ts';
import type { MetricsReading } from '../metrics-reader.ts';
import { judgeEtcd, leaderIn, reportOf } from './verdict.ts';
import type { EtcdMembers, EtcdStatus } from './wire.ts';

export interface EtcdAnswers {
	readonly status: EtcdStatus;
	readonly reply: Reply;
	/** Absent when the metrics could not be read. */
	readonly metrics: MetricsReading | undefined;
	readonly members: EtcdMembers | undefined;
	/** The other members that it is connected to, with the latency; all where the metrics do not tell. */
	readonly peers: readonly Peer[] | undefined;
	readonly appliedBefore: Integer | undefined;
	/** When the status was complete, Unix ms. */
	readonly receivedAtMs: number;
}

/**
 * The sections of a member, in nodetop's words: its term is the view, the committed index height and
 * finalized, changes of leader are changes of view. What the status says outweighs the metrics, for
 * it is asked of the member at one moment.
 */
export function compose(answers: EtcdAnswers): Reading {
	const { status, reply, metrics, members, peers, appliedBefore, receivedAtMs } = answers;
	const sections = metrics?.sections ?? {};
	const hasLeader = metrics?.signs.hasLeader;
	const verdict = judgeEtcd({ status, hasLeader, appliedBefore });
	const leader = leaderIn({ status, hasLeader });
	const isLeader =
		leader === undefined || status.memberId === undefined ? undefined : leader === status.memberId;
	const notes = [
		...(verdict.note === undefined ? [] : [verdict.note]),
		...(status.isLearner ? ['a learner: it follows the log, but has no vote'] : []),
		...(metrics?.notes ?? []),
	];
	return {
		...sections,
		...defined({
			clock: clockFrom(reply, receivedAtMs),
			identity: {
				...sections.identity,
				...defined({
					nodeId: status.memberId,
					client: 'etcd',
					version: status.version,
					networkId: status.clusterId,
				}),
			},
			consensus: {
				...sections.consensus,
				...defined({
					status: verdict.status,
					view: status.term,
					height: status.committed,
					finalized: status.committed,
					applied: status.applied,
					// An id as the other members give their own, so that the leader is found among them.
					leader,
					isLeader: isLeader ?? sections.consensus?.isLeader,
					validators: members?.voters,
				}),
			},
			network: definedOrNone({
				...sections.network,
				peers: metrics ? (peers?.length ?? sections.network?.peers) : undefined,
				peerList: peers && [...peers],
			}),
			resources:
				status.databaseBytes === undefined
					? sections.resources
					: { source: 'node' as const, ...sections.resources, databaseBytes: status.databaseBytes },
		}),
		...reportOf(status.errors),
		...(notes.length > 0 && { notes }),
	};
}
