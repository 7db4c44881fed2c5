import { defined } from '../../domain/defined.ts';
import type { Target } from '../../domain/target.ts';
import type { Reading } from '../../sections/snapshot.ts';
import { readEarnings } from './earnings.ts';
import type { WireMoney } from './earnings.ts';
import { readReputation, timeOf } from './reputation.ts';
import type { Judgement } from './reputation.ts';
import { readStorage } from './storage.ts';
import type { WireDashboard, WireSatellites } from './wire.ts';

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
	const { nodeID, version, satellites: trusted } = dashboard;
	const earnings = readEarnings(money, { own, nowMs: judgement.nowMs });
	const lastContactAt = timeOf(dashboard.lastPinged);
	const notes = notesOf(dashboard);
	return {
		identity: {
			client: 'storagenode',
			...defined({ nodeId: nodeID, version, startedAt: timeOf(dashboard.startedAt) }),
		},
		storage: readStorage(dashboard, satellites?.storageDaily ?? []),
		reputation: readReputation(trusted, satellites?.audits ?? [], judgement),
		...(earnings && { earnings }),
		...(lastContactAt !== undefined && { network: { lastContactAt } }),
		...(notes.length > 0 && { notes }),
	};
}

function notesOf({ satellites, upToDate, allowedVersion, quicStatus, lastPinged }: WireDashboard) {
	const notes: string[] = [];
	if (upToDate === false)
		notes.push(`its version is no longer allowed: the least is ${allowedVersion ?? 'newer'}`);
	if (quicStatus === 'Misconfigured')
		notes.push('QUIC is misconfigured: open its UDP port, the same as the TCP port');
	if (typeof lastPinged === 'string' && timeOf(lastPinged) === undefined)
		notes.push('no satellite has ever reached it: see whether its port is open from outside');
	const vetting = satellites.filter((each) => each.vettedAt === null).length;
	if (vetting > 0) notes.push(`${vetting} of ${satellites.length} satellites still vet it`);
	return notes;
}
