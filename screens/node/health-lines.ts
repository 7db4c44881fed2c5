import { fit, line, wrap } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import {
	applyingChecks,
	checkedComponents,
	decisiveCheck,
} from '../../source/sections/health/component-health.ts';
import type { ComponentHealth } from '../../source/sections/health/component-health.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { healthStatuses } from '../../source/domain/words.ts';

const nameWidth = Math.max(...checkedComponents.map((name) => name.length));
const wordWidth = Math.max(...healthStatuses.map((word) => word.length));
const toneOf = { up: 'good', degraded: 'warn', down: 'bad', unknown: 'unknown' } as const;

const headWidth = wordWidth + nameWidth + 6;
const knownWidth = '9 of 9 known'.length;

/** Each component as its scheduled checks left it, with the reason whole; no lines while none ran. */
export function healthLines(look: Look, { health }: NodeSnapshot, width: number): string[] {
	return (health.components ?? []).flatMap((component) => {
		const { status } = component;
		const room = Math.max(1, width - headWidth);
		return wrap(summaryOf(component, room), room).map((text, index) =>
			line(
				look,
				[
					...(index === 0
						? headOf(look, component)
						: ([['plain', ' '.repeat(headWidth)]] as const)),
					[status === 'unknown' ? 'dim' : 'plain', text],
				],
				width,
			),
		);
	});
}

/** In less, a reason that is cut says nothing. */
const leastCutWidth = 16;
/** A reason is not read in less. */
const leastReasonWidth = 24;
const indent = 3;

/**
 * In a narrow panel: a line for each component, and below what is not well its reason over the whole width; the
 * same as `shortHealthLines` where the reason has room beside it.
 */
export function stackedHealthLines(look: Look, node: NodeSnapshot, width: number): string[] {
	const short = shortHealthLines(look, node, width);
	if (width - headWidth >= leastReasonWidth) return short;
	return (node.health.components ?? []).flatMap((component, index) => {
		const { status } = component;
		if (status === 'up' || status === 'unknown') return [short[index] ?? ''];
		const reason = decisiveCheck(component)?.message ?? '';
		const room = Math.max(1, width - indent);
		return [
			line(look, headOf(look, component), width),
			...wrap(reason, room).map((text) => line(look, [['plain', `   ${text}`]], width)),
		];
	});
}

/** One line for each component, with as much of the reason as it has room for: none instead of a few letters. */
export function shortHealthLines(look: Look, { health }: NodeSnapshot, width: number): string[] {
	const room = width - headWidth;
	return (health.components ?? []).map((component) => {
		const summary = summaryOf(component, room);
		const isRead = room >= leastCutWidth || cellWidth(summary) <= room;
		return line(
			look,
			[
				...headOf(look, component),
				[component.status === 'unknown' ? 'dim' : 'plain', isRead ? summary : ''],
			],
			width,
		);
	});
}

/** Instead of a state, where the node has no such component. */
export const inapplicableWord = 'n/a';

function headOf(look: Look, { component, status, checks }: ComponentHealth): Span[] {
	if (applyingChecks({ checks }).length === 0) {
		const word = fit(inapplicableWord, wordWidth);
		return [['dim', ` ${look.glyphs.dot} ${word} ${fit(component, nameWidth)}  `]];
	}
	return [
		[toneOf[status], ` ${look.glyphs.health[status]} ${fit(status, wordWidth)} `],
		['label', `${fit(component, nameWidth)}  `],
	];
}

/** What is wrong, or how much of it could be seen. */
function summaryOf(component: ComponentHealth, room: number): string {
	const { status, checks } = component;
	if (status !== 'up') return decisiveCheck(component)?.message ?? '';
	const applying = applyingChecks({ checks });
	const seen = applying.filter((check) => check.status !== 'unknown').length;
	if (seen === applying.length) return seen === 1 ? '1 check' : `${seen} checks`;
	return `${seen} of ${applying.length}${room < knownWidth ? '' : ' known'}`;
}
