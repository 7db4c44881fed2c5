import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { formatBytes, formatCount, formatRatio, formatMs } from '../../source/domain/format.ts';
import { toneOfHealth } from '../../source/domain/tone.ts';
import { applyingChecks } from '../../source/sections/health/component-health.ts';
import type {
	CheckResult,
	CheckValue,
	ComponentHealth,
	HealthUnit,
} from '../../source/sections/health/component-health.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { inapplicableWord } from './health-lines.ts';

const wordWidth = 10;
const nameWidth = 22;

const formats: Readonly<Record<HealthUnit, (value: number) => string>> = {
	seconds: (value) => formatMs(value * 1000),
	bytes: formatBytes,
	ratio: formatRatio,
	count: formatNumber,
	counter: formatNumber,
};

function formatNumber(value: number): string {
	return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(4)));
}

interface Drawn {
	readonly look: Look;
	readonly width: number;
	readonly lines: readonly string[];
}

/** Checks run seldom: their lines are kept until they give something else. */
const drawn = new WeakMap<readonly ComponentHealth[], Drawn>();

/** Every scheduled check of a node below its component: its state, what it found or why it knows nothing, its values. */
export function checkLines(
	look: Look,
	{ health: { components } }: NodeSnapshot,
	width: number,
): readonly string[] {
	if (!components) return [];
	const kept = drawn.get(components);
	if (kept?.look === look && kept.width === width) return kept.lines;
	const lines = components.flatMap(({ component, checks }) => [
		line(look, [['title', component]], width),
		...applyingChecks({ checks }).flatMap((check) => linesOf(look, check, width)),
		...inapplicableLines(look, checks, width),
	]);
	drawn.set(components, { look, width, lines });
	return lines;
}

function linesOf(look: Look, check: CheckResult, width: number): string[] {
	const { name, status, message, values } = check;
	const room = Math.max(10, width - wordWidth - nameWidth - 4);
	const texts = wrap([message, ...values.map(valueText)].join(' · '), room);
	return texts.map((text, index) =>
		line(
			look,
			[
				[
					toneOfHealth[status],
					index === 0
						? `  ${look.glyphs.health[status]} ${fit(status, wordWidth - 1)}`
						: ' '.repeat(wordWidth + 3),
				],
				['label', fit(index === 0 ? name : '', nameWidth)],
				[status === 'unknown' ? 'dim' : 'plain', text],
			],
			width,
		),
	);
}

/** One for each reason why checks do not apply, with their names. */
function inapplicableLines(look: Look, checks: readonly CheckResult[], width: number): string[] {
	const others = checks.filter(({ applies }) => applies === false);
	const byReason = Map.groupBy(others, ({ message }) => message);
	return [...byReason].map(([reason, { length, [0]: first }]) => {
		const name = length === 1 ? (first?.name ?? '') : `${length} checks`;
		const word = fit(inapplicableWord, wordWidth - 1);
		const text = `  ${look.glyphs.dot} ${word}${fit(name, nameWidth)}${reason}`;
		return look.paint('dim', fit(text, width));
	});
}

/** A value of a check in its unit. */
export function checkValueText(unit: HealthUnit, value: number): string {
	return formats[unit](value);
}

/** `peers 12 (warning below 3)`. */
function valueText({ name, value, unit, trouble, warning, critical }: CheckValue): string {
	const format = formats[unit];
	const bounds = [
		warning === undefined ? undefined : `warning ${trouble ?? 'at'} ${format(warning)}`,
		critical === undefined ? undefined : `critical ${trouble ?? 'at'} ${format(critical)}`,
	].filter((text) => text !== undefined);
	const limits = bounds.length === 0 ? '' : ` (${bounds.join(', ')})`;
	return `${wordsOf(name)} ${format(value)}${limits}`;
}

/** `headAge` as `head age`. */
export function wordsOf(name: string): string {
	return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
