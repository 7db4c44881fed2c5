import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import type { Tone } from '../../source/domain/tone.ts';
import type { Change, ChangeKind } from '../../source/history/changes.ts';

const aboutWidth = 16;
const whatWidth = 22;
/** Below this width the subject stands on a line of its own with what changed. */
const wideFrom = 90;

const tones: Partial<Record<ChangeKind, Tone>> = {
	health: 'strong',
	finding: 'warn',
	alert: 'warn',
	restart: 'accent',
	version: 'accent',
	connection: 'bad',
};

/** Each change as one or more lines: what it is about, what it is, before and after. */
export function changeLines(look: Look, changes: readonly Change[], width: number): string[] {
	const isWide = width >= wideFrom;
	const textWidth = isWide ? width - aboutWidth - whatWidth - 2 : width - aboutWidth - 1;
	return changes.flatMap((change) => {
		const { kind, node, group, what } = change;
		const title = what === undefined ? kind : kind === 'finding' ? what : `${kind}: ${what}`;
		const text = isWide ? arrowOf(change) : `${title}: ${arrowOf(change)}`;
		return wrap(text, textWidth).map((part, index) => {
			const first = (value: string, cells: number): string => fit(index === 0 ? value : '', cells);
			return line(
				look,
				[
					['label', `${first(node ?? group ?? 'nodetop', aboutWidth)} `],
					...(isWide ? [['plain', `${first(title, whatWidth)} `] as const] : []),
					[tones[kind] ?? 'plain', part],
				],
				width,
			);
		});
	});
}

function arrowOf({ kind, from, to }: Change): string {
	if (from !== undefined && to !== undefined) return `${from} → ${to}`;
	if (kind === 'finding' || kind === 'alert') return to === undefined ? `over: ${from}` : to;
	if (kind === 'peers' && to !== undefined) return to;
	return to === undefined ? `no longer ${from}` : `now ${to}`;
}
