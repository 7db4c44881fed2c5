import { defined, definedOrNone } from '../../domain/defined.ts';
import { formatMs } from '../../domain/format.ts';
import type { Target } from '../../domain/target.ts';
import type { Reading } from '../../sections/snapshot.ts';
import { readEarnings } from './earnings.ts';
import type { WireMoney } from './earnings.ts';
import { readReputation, timeOf } from './reputation.ts';
import type { Judgement } from './reputation.ts';
import { readStorage } from './storage.ts';
import type { WireDashboard, WireSatellites } from './wire.ts';

/** Clocks of two machines may be so far apart without being wrong. */
const toleratedAheadMs = 60_000;

/** What was read beside the dashboard and the list of satellites. */
export interface Facts {
	readonly money: WireMoney;
	readonly judgement: Judgement;
	/** The profile's prices. */
	readonly own: Target['prices'];
}

/** Everything that was read of a storage node. */
export function readDashboard(
	dashboard: WireDashboard,
	satellites: WireSatellites | undefined,
	{ money, judgement, own }: Facts,
): Reading {
	const { nodeID, version, allowedVersion, upToDate, quicStatus } = dashboard;
	const earnings = readEarnings(money, { own, nowMs: judgement.nowMs });
	const network = definedOrNone({ quicStatus, lastContactAt: timeOf(dashboard.lastPinged) });
	const notes = notesOf(dashboard, judgement.nowMs);
	return {
		identity: {
			client: 'storagenode',
			...defined({
				nodeId: nodeID,
				version,
				allowedVersion,
				isVersionAllowed: typeof upToDate === 'boolean' ? upToDate : undefined,
				startedAt: timeOf(dashboard.startedAt),
			}),
		},
		storage: readStorage(dashboard, satellites?.storageDaily ?? [], judgement.details),
		reputation: readReputation(dashboard.satellites, satellites?.audits ?? [], judgement),
		...(earnings && { earnings }),
		...(network && { network }),
		...(notes.length > 0 && { notes }),
	};
}

function notesOf({ satellites, lastPinged }: WireDashboard, nowMs: number) {
	const notes: string[] = [];
	const contactedAt = timeOf(lastPinged);
	if (typeof lastPinged === 'string' && contactedAt === undefined)
		notes.push('no satellite has ever reached it: see whether its port is open from outside');
	const aheadMs = contactedAt === undefined ? 0 : Date.parse(contactedAt) - nowMs;
	if (aheadMs > toleratedAheadMs)
		notes.push(
			`its last contact is dated ${formatMs(aheadMs)} ahead: a lost contact is seen late; check its clock and ours`,
		);
	const vetting = satellites.filter((each) => each.vettedAt === null).length;
	if (vetting > 0) notes.push(`${vetting} of ${satellites.length} satellites still vet it`);
	return notes;
}
