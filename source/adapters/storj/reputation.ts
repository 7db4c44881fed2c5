import { defined } from '../../domain/defined.ts';
import type { Reputation } from '../../sections/reputation/schema.ts';
import { toAmount, toTime } from '../quantity.ts';
import { nameOf } from './satellite-name.ts';
import type { ScoreTrends } from './score-trends.ts';
import type { WireAudit, WireDetail, WireNotification, WireSatellite } from './wire.ts';

/** A satellite disqualifies below this audit score; each failed audit multiplies the score (satellite/reputation). */
const disqualifiedBelow = 0.96;
const auditLambda = 0.999;

/** What was read about a satellite's judgement, beside its scores. */
export interface Judgement {
	readonly details: ReadonlyMap<string, WireDetail>;
	readonly notifications: readonly WireNotification[];
	readonly trends: ScoreTrends;
	readonly nowMs: number;
}

/** The scores of each satellite. They come in a list of their own, without ids: the address joins them. */
export function readReputation(
	satellites: readonly WireSatellite[],
	audits: readonly WireAudit[],
	judgement: Judgement,
): Reputation {
	const scores = new Map(audits.map((audit) => [audit.satelliteName, audit]));
	const entries = satellites.map((satellite): Entry => {
		const { id, url, disqualified, suspended, vettedAt } = satellite;
		const own = scoresOf(url === undefined ? undefined : scores.get(url));
		const detail = judgement.details.get(id);
		const times = defined({
			vettedAt: timeOf(vettedAt),
			disqualifiedAt: timeOf(disqualified),
			suspendedAt: timeOf(suspended),
		});
		return {
			satellite: nameOf(id, url),
			...own,
			...judgement.trends.of(id, own, judgement.nowMs),
			...times,
			...(detail && offlineOf(detail)),
			...(detail && vettingOf(detail, vettedAt, judgement.nowMs)),
			...reasonOf(id, { ...own, ...times }, judgement.notifications),
		};
	});
	return { ...worstOf(entries), satellites: entries };
}

type Entry = Reputation['satellites'][number];

/** What was disqualified is over: it would hide what can still be saved. */
function worstOf(entries: readonly Entry[]) {
	const current = entries.filter(({ disqualifiedAt }) => disqualifiedAt === undefined);
	const least = (name: 'auditScore' | 'suspensionScore' | 'onlineScore') => {
		const known = current.flatMap((entry) => entry[name] ?? []);
		return known.length === 0 ? undefined : Math.min(...known);
	};
	return defined({
		worstAudit: least('auditScore'),
		worstSuspension: least('suspensionScore'),
		worstOnline: least('onlineScore'),
	});
}

const mostWindows = 20;

/** Windows of 12 hours; one without any contact counts nothing. */
function offlineOf({ auditHistory }: WireDetail) {
	const windows = (auditHistory?.windows ?? []).filter(({ totalCount }) => totalCount > 0);
	if (windows.length === 0) return {};
	const online = windows.reduce((sum, each) => sum + each.onlineCount / each.totalCount, 0);
	const missed = windows.flatMap(({ windowStart, totalCount, onlineCount }) => {
		const at = toTime(Date.parse(windowStart));
		const count = Math.round(totalCount - onlineCount);
		return at === undefined || count <= 0
			? []
			: [{ at, missed: count, of: Math.round(totalCount) }];
	});
	return {
		offlineRatio: Math.max(0, 1 - online / windows.length),
		offlineWindows: missed.toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, mostWindows),
	};
}

const vettingAudits = 100;
const vettingHours = 504;

/** The node does not report how many audits succeeded: those of the last 30 days are counted. */
function vettingOf({ auditHistory, nodeJoinedAt }: WireDetail, vettedAt: unknown, nowMs: number) {
	const joinedAt = timeOf(nodeJoinedAt);
	if (joinedAt === undefined) return {};
	if (vettedAt !== null) return { joinedAt };
	const audits = (auditHistory?.windows ?? []).reduce((sum, each) => sum + each.onlineCount, 0);
	const hours = Math.max(0, nowMs - Date.parse(joinedAt)) / 3_600_000;
	const vettingRatio = Math.min(1, audits / vettingAudits, hours / vettingHours);
	return { joinedAt, vettingRatio };
}

const disqualification = 2;
const suspension = 3;
const suspendedBelow = 0.6;

/** The node's own notification, and what the score that is below its threshold shows. */
function reasonOf(
	id: string,
	entry: Pick<
		Entry,
		'auditScore' | 'suspensionScore' | 'onlineScore' | 'disqualifiedAt' | 'suspendedAt'
	>,
	notifications: readonly WireNotification[],
): { readonly reason?: string } {
	const isOut = entry.disqualifiedAt !== undefined;
	if (!isOut && entry.suspendedAt === undefined) return {};
	const wanted = isOut ? disqualification : suspension;
	const told = notifications.find(({ senderId, type }) => senderId === id && type === wanted);
	const percent = (score: number) => `${(score * 100).toFixed(1)} %`;
	const { auditScore = 1, suspensionScore = 1, onlineScore = 1 } = entry;
	const shown =
		auditScore < disqualifiedBelow
			? `audits failed: the audit score is ${percent(auditScore)}, below 96 %`
			: suspensionScore < suspendedBelow
				? `audits ended in errors: the suspension score is ${percent(suspensionScore)}, below 60 %`
				: onlineScore < suspendedBelow
					? `it was offline too long: the online score is ${percent(onlineScore)}, below 60 %`
					: undefined;
	const parts = [shown, told?.message ?? told?.title].filter((part) => part !== undefined);
	return parts.length === 0 ? {} : { reason: parts.join('; ') };
}

/** At most 1: sums of fractions end a little above. */
export function toScore(value: unknown): number | undefined {
	const score = toAmount(value);
	return score === undefined ? undefined : Math.min(1, score);
}

/** A satellite that has audited nothing yet gives 0 for each score. */
function scoresOf(audit: WireAudit | undefined) {
	const auditScore = toScore(audit?.auditScore);
	const suspensionScore = toScore(audit?.suspensionScore);
	const onlineScore = toScore(audit?.onlineScore);
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
