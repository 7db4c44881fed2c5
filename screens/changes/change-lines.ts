import { cellWidth } from '../../source/domain/cell-width.ts';
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

/** Each change as one or more lines: what it is about, what it is, before and after. */
export function changeLines(look: Look, changes: readonly Change[], width: number): string[] {
	const isWide = width >= wideFrom;
	const longest = Math.max(...changes.map((change) => cellWidth(aboutOf(change))));
	const aboutWidth = isWide
		? Math.min(mostAboutWidth, Math.max(leastAboutWidth, longest))
		: leastAboutWidth;
	const textWidth = isWide ? width - aboutWidth - whatWidth - 2 : width - aboutWidth - 1;
	return changes.flatMap((change) => {
		const { kind, what } = change;
		const tone = toneOf(change);
		const title = what === undefined ? kind : kind === 'finding' ? what : `${kind}: ${what}`;
		const text = isWide ? arrowOf(change) : `${title}: ${arrowOf(change)}`;
		return wrap(text, textWidth).map((part, index) => {
			const first = (value: string, cells: number): string => fit(index === 0 ? value : '', cells);
			return line(
				look,
				[
					['label', `${first(aboutOf(change), aboutWidth)} `],
					...(isWide ? [['plain', `${first(title, whatWidth)} `] as const] : []),
					[tone, part],
				],
				width,
			);
		});
	});
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
