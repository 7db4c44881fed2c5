import { takeTurns } from '../../domain/turns.ts';
import type { Member, Reading } from '../../sections/snapshot.ts';
import type { Asked } from './asked.ts';
import type { Range, Series } from './query.ts';
import type { Scraped, ScrapedTarget } from './target.ts';

/** A chart draws a line where samples are at most four of its intervals apart. */
const intervalsOfStep = 3;
const [leastStepSeconds, mostStepSeconds] = [15, 60];
/** An hour of steps of 15 s. */
const mostSteps = 240;
const leastSteps = 10;
/** The values of all answers, in some 5 MB; and the readings that become of them. */
const mostValues = 200_000;
const mostReadings = 5000;
/** With the values of now, and four to five other queries, at most ten. */
const mostExpressions = 2;

/** What the server knows of the time before the first poll, by target and by the name of its node. */
export type Past = ReadonlyMap<string, ReadonlyMap<string, readonly PastReading[]>>;

export interface PastReading {
	readonly atMs: number;
	readonly reading: Reading;
}

/** Which range is asked for, ending a step ago; undefined for a fleet that is too large. */
export function pastRange(
	fleet: { readonly targets: number; readonly names: number; readonly expressions: number },
	intervalMs: number,
	atSeconds: number,
): Range | undefined {
	const { targets, names, expressions } = fleet;
	const steps = Math.floor(
		Math.min(mostSteps, mostValues / (targets * names), mostReadings / targets),
	);
	if (expressions > mostExpressions || steps < leastSteps) return undefined;
	const wanted = Math.round((intervalsOfStep * intervalMs) / 1000);
	const stepSeconds = Math.max(leastStepSeconds, Math.min(mostStepSeconds, wanted));
	const untilSeconds = Math.floor(atSeconds) - stepSeconds;
	return { fromSeconds: untilSeconds - (steps - 1) * stepSeconds, untilSeconds, stepSeconds };
}

/**
 * Reads the past through the same readers as the present: each target takes, step by step, what it showed then. A
 * target that was not up at a step has a gap there.
 */
export async function readPast(
	asked: Asked,
	expressions: readonly string[],
	range: Range,
	targets: {
		readonly scraped: ReadonlyMap<string, Scraped>;
		readonly keyOf: (series: Series) => string;
		readonly open: (key: string) => ScrapedTarget;
	},
): Promise<Past> {
	const answers = [];
	for (const [index, expression] of expressions.entries()) {
		answers.push(await asked.range(`past ${index + 1}`, expression, range));
	}
	const giveWay = takeTurns();
	const past = new Map<string, Map<string, PastReading[]>>();
	const { fromSeconds, untilSeconds, stepSeconds } = range;
	for (let at = fromSeconds; at <= untilSeconds; at += stepSeconds) {
		const byTarget = Map.groupBy(
			answers.flatMap((steps) => steps?.get(at) ?? []),
			targets.keyOf,
		);
		for (const [key, series] of byTarget) {
			await giveWay();
			const place = targets.scraped.get(key);
			if (!place) continue;
			const own = targets.open(key);
			const then = { ...place, isUp: true, atMs: at * 1000 };
			own.read(then, series);
			const known = past.get(key) ?? new Map<string, PastReading[]>();
			past.set(key, known);
			for (const member of own.members(then)) keep(known, member, then.atMs);
		}
	}
	return past;
}

function keep(known: Map<string, PastReading[]>, member: Member, atMs: number): void {
	if (!('reading' in member)) return;
	const { name } = member.target;
	const before = known.get(name);
	if (before) before.push({ atMs, reading: member.reading });
	else known.set(name, [{ atMs, reading: member.reading }]);
}
