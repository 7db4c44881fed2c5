import type { Mark } from '../../components/charts/line-chart.ts';
import type { Look } from '../../components/look.ts';
import { toneOfSeverity } from '../../source/domain/tone.ts';
import type { Moment } from '../../source/sections/moment.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

/** What happened to a node, for its charts: when its alerts began, and when it started. */
export function chartMarks(
	look: Look,
	{ target, identity, poll }: NodeSnapshot,
	{ alerts }: Pick<Moment, 'alerts'>,
): Mark[] {
	const fired = alerts
		.filter(({ node, state }) => node === target.name && state !== 'pending')
		.map(({ since, severity }) => ({
			atMs: Date.parse(since),
			tone: toneOfSeverity[severity],
			glyph: look.glyphs.severity[severity],
		}));
	const readMs = Date.parse(poll.lastGoodAt ?? poll.at ?? '');
	const startMs = readMs - (identity?.uptimeSeconds ?? Number.NaN) * 1000;
	if (!Number.isFinite(startMs)) return fired;
	return [{ atMs: startMs, tone: 'label', glyph: look.glyphs.restart }, ...fired];
}
