import { cellWidth } from '../../source/domain/cell-width.ts';
import { flowed, flowFor } from '../../components/flow.ts';
import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { toneOfHealth } from '../../source/domain/tone.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { healthStatuses } from '../../source/domain/words.ts';
import type { Change, ChangeKind } from '../../source/history/changes.ts';

const leastAboutWidth = 16;
/** Names of networks are long. */
const mostAboutWidth = 30;
const whatWidth = 22;
/** Below this width the subject stands on a line of its own with what changed. */
const wideFrom = 90;

const tones: Partial<Record<ChangeKind, Tone>> = {
	finding: 'warn',
	alert: 'warn',
	restart: 'accent',
	version: 'accent',
	connection: 'bad',
};

/** From here on a change that is longer takes a second line. */
const leastColumnWidth = 56;

/**
 * The lines of changes in one column where they fit, else in as many as there is room for; and how many lines have
 * no room, a row being left to say so.
 */
export function flowedChanges(
	look: Look,
	changes: readonly Change[],
	width: number,
	height: number,
): { readonly lines: readonly string[]; readonly more: number } {
	const single = changeLines(look, changes, width);
	if (single.length <= height) return { lines: single, more: 0 };
	const about = Math.min(leastAboutWidth, longestOf(changes, aboutOf));
	const longest = longestOf(changes, titledText);
	const leastWidth = Math.min(leastColumnWidth, about + 1 + longest);
	const flow = flowFor(single.length, height, width, leastWidth);
	const all = changeLines(look, changes, flow.width);
	const rows = all.length <= height * flow.columns ? height : Math.max(1, height - 1);
	const more = Math.max(0, all.length - rows * flow.columns);
	return { lines: flowed(all, rows, flow), more };
}

/** Each change as one or more lines: what it is about, what it is, before and after. */
export function changeLines(look: Look, changes: readonly Change[], width: number): string[] {
	const isWide = width >= wideFrom;
	const longest = longestOf(changes, aboutOf);
	const aboutWidth = isWide
		? Math.min(mostAboutWidth, Math.max(leastAboutWidth, longest))
		: Math.min(leastAboutWidth, longest);
	const textWidth = isWide ? width - aboutWidth - whatWidth - 2 : width - aboutWidth - 1;
	return changes.flatMap((change, at) => {
		// Whom it is about stands out once: what follows is about the same.
		const isSame = at > 0 && aboutOf(change) === aboutOf(changes[at - 1] ?? change);
		const tone = toneOf(change);
		const title = titleOf(change);
		const text = isWide ? arrowOf(change) : titledText(change);
		return wrap(text, textWidth).map((part, index) => {
			const first = (value: string, cells: number): string => fit(index === 0 ? value : '', cells);
			return line(
				look,
				[
					[isSame ? 'dim' : 'strong', `${first(aboutOf(change), aboutWidth)} `],
					...(isWide ? [['plain', `${first(title, whatWidth)} `] as const] : []),
					[tone, part],
				],
				width,
			);
		});
	});
}

function longestOf(changes: readonly Change[], textOf: (change: Change) => string): number {
	return Math.max(0, ...changes.map((change) => cellWidth(textOf(change))));
}

function titleOf({ kind, what }: Change): string {
	if (what === undefined) return kind;
	return kind === 'finding' ? what : `${kind}: ${what}`;
}

/** What changed and how, in one text. */
function titledText(change: Change): string {
	return `${titleOf(change)}: ${arrowOf(change)}`;
}

function aboutOf({ node, group }: Change): string {
	return node ?? group ?? 'nodetop';
}

/** What began stands out, what is over does not; health has the tone of what it became. */
function toneOf({ kind, to }: Change): Tone {
	const status = healthStatuses.find((each) => each === to);
	if (kind === 'health' && status) return toneOfHealth[status];
	const isOver = (kind === 'finding' || kind === 'alert') && to === undefined;
	return isOver ? 'label' : (tones[kind] ?? 'plain');
}

function arrowOf({ kind, from, to }: Change): string {
	if (from !== undefined && to !== undefined) return `${from} → ${to}`;
	if (kind === 'finding' || kind === 'alert') return to === undefined ? `over: ${from}` : to;
	if (kind === 'peers' && to !== undefined) return to;
	return to === undefined ? `no longer ${from}` : `now ${to}`;
}
