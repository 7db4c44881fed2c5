import { line } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { formatBytes, formatRatio, missing } from '../../source/domain/format.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { formatNumber } from '../../source/domain/units.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { scoreLevels } from '../../source/sections/reputation/levels.ts';

/** The storage nodes among the listed ones, the one that is nearest to losing a satellite first. */
export function storageNodes(listed: readonly NodeMoment[]): NodeMoment[] {
	return listed
		.filter(({ snapshot }) => snapshot.storage !== undefined || snapshot.reputation !== undefined)
		.toSorted((a, b) => dangerOf(b) - dangerOf(a));
}

/** How near to its threshold the worst score is: 1 is there. */
function dangerOf({ snapshot: { reputation } }: NodeMoment): number {
	const {
		worstAudit = 1,
		worstSuspension = 1,
		worstOnline = 1,
		satellites = [],
	} = reputation ?? {};
	const lost = satellites.filter(
		({ disqualifiedAt, suspendedAt }) => disqualifiedAt ?? suspendedAt,
	);
	const near = Math.max(
		(1 - worstAudit) / 0.04,
		(1 - worstSuspension) / 0.4,
		(1 - worstOnline) / 0.4,
	);
	return near + lost.length;
}

/** What all storage nodes hold and earn together. */
export function sumLine(look: Look, nodes: readonly NodeMoment[], width: number): string {
	const sum = (read: (node: NodeMoment['snapshot']) => number | string | undefined) =>
		nodes.reduce((total, { snapshot }) => total + Number(read(snapshot) ?? 0), 0);
	const money = (usd: number) => formatNumber('dollars', usd);
	const used = sum(
		({ storage }) => Number(storage?.usedBytes ?? 0) + Number(storage?.trashBytes ?? 0),
	);
	const growth = sum(({ storage }) => Math.max(0, storage?.growthBytesPerDay ?? 0));
	return line(
		look,
		[
			['strong', money(sum(({ earnings }) => earnings?.monthUsd))],
			['label', ' this month, '],
			['strong', money(sum(({ earnings }) => earnings?.estimateUsd))],
			['label', ' expected, '],
			['strong', formatBytes(used)],
			['label', ` of ${formatBytes(sum(({ storage }) => storage?.capacityBytes))} used`],
			['label', growth === 0 ? '' : `, ${formatBytes(growth)} more a day`],
		],
		width,
	);
}

/** One storage node in a line: its worst scores, its space and its money. */
export function fleetLine(look: Look, { snapshot }: NodeMoment, width: number): string {
	const { target, reputation, storage, earnings } = snapshot;
	const capacity = Number(storage?.capacityBytes);
	const used = (Number(storage?.usedBytes) + Number(storage?.trashBytes ?? 0)) / capacity;
	const days = storage?.daysUntilFull?.expected;
	return line(
		look,
		[
			['strong', target.name.slice(0, 18).padEnd(18)],
			...standing(look, snapshot),
			['label', ' online '],
			scoreText(reputation?.worstOnline, scoreLevels.online),
			['label', ' used '],
			['plain', (Number.isFinite(used) ? formatRatio(used) : missing).padStart(6)],
			['label', ' full in '],
			['plain', (days === undefined ? missing : `${Math.round(days)} d`).padStart(7)],
			['label', ' earned '],
			[
				'plain',
				(earnings?.monthUsd === undefined
					? missing
					: formatNumber('dollars', earnings.monthUsd)
				).padStart(8),
			],
		],
		width,
	);
}

/** The worst audit score, or that a satellite is lost: the scores of the others say nothing of that. */
function standing(look: Look, { reputation }: NodeMoment['snapshot']): Span[] {
	const { worstAudit, satellites = [] } = reputation ?? {};
	const lost = satellites.some(({ disqualifiedAt }) => disqualifiedAt !== undefined)
		? 'disqualified'
		: satellites.some(({ suspendedAt }) => suspendedAt !== undefined)
			? 'suspended'
			: undefined;
	if (lost !== undefined) return [['bad', `${look.glyphs.severity.critical} ${lost.padEnd(12)}`]];
	return [['label', ' audit '], scoreText(worstAudit, scoreLevels.audit)];
}

function scoreText(
	score: number | undefined,
	{ warning, critical }: { readonly warning: number; readonly critical: number },
): readonly [Tone, string] {
	if (score === undefined) return ['dim', missing.padStart(7)];
	const tone = score < critical ? 'bad' : score < warning ? 'warn' : 'good';
	return [tone, `${(score * 100).toFixed(2)}%`.padStart(7)];
}
