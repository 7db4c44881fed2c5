import { defined } from '../../domain/defined.ts';
import type { Reputation } from '../../sections/reputation/schema.ts';
import { toAmount, toTime } from '../quantity.ts';
import { nameOf } from './satellite-name.ts';
import type { WireAudit, WireSatellite } from './wire.ts';

/** A satellite disqualifies below this audit score; each failed audit multiplies the score (satellite/reputation). */
const disqualifiedBelow = 0.96;
const auditLambda = 0.999;

/** The scores of each satellite. They come in a list of their own, without ids: the address joins them. */
export function readReputation(
	satellites: readonly WireSatellite[],
	audits: readonly WireAudit[],
): Reputation {
	const scores = new Map(audits.map((audit) => [audit.satelliteName, audit]));
	return {
		satellites: satellites.map(({ id, url, disqualified, suspended, vettedAt }) => ({
			satellite: nameOf(id, url),
			...scoresOf(url === undefined ? undefined : scores.get(url)),
			...defined({
				vettedAt: timeOf(vettedAt),
				disqualifiedAt: timeOf(disqualified),
				suspendedAt: timeOf(suspended),
			}),
		})),
	};
}

/** A satellite that has audited nothing yet gives 0 for each score. */
function scoresOf(audit: WireAudit | undefined) {
	const auditScore = toAmount(audit?.auditScore);
	const suspensionScore = toAmount(audit?.suspensionScore);
	const onlineScore = toAmount(audit?.onlineScore);
	if (auditScore === 0 && suspensionScore === 0 && onlineScore === 0) return {};
	return defined({
		auditScore,
		suspensionScore,
		onlineScore,
		failuresLeft: auditScore === undefined ? undefined : failuresLeft(auditScore),
	});
}

/** Audits in a row that may fail until the satellite disqualifies: the last one counted. */
export function failuresLeft(auditScore: number): number {
	if (auditScore < disqualifiedBelow) return 0;
	return Math.floor(Math.log(disqualifiedBelow / auditScore) / Math.log(auditLambda)) + 1;
}

/** ISO text of a time; `undefined` for null and for Go's zero time. */
export function timeOf(value: unknown): string | undefined {
	return typeof value === 'string' ? toTime(Date.parse(value)) : undefined;
}
