import type { ReactNode } from 'react';
import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { keymap, showKey } from '../../source/keys/keymap.ts';
import { bindingGroups } from '../../source/keys/binding.ts';
import type { Binding } from '../../source/keys/binding.ts';
import { screenEntries } from '../../source/keys/screen-names.ts';
import type { ScreenName } from '../../source/keys/screen-names.ts';
import type { ScreenProps } from '../frame.ts';

const keyWidth = 14;
const gap = 3;
/** Narrower, every other sentence takes a second line. */
const leastColumnWidth = 52;

export interface HelpProps extends Pick<ScreenProps, 'look' | 'view' | 'width' | 'height'> {
	/** The first line that shows. */
	readonly offset: number;
}

/** Every key that does something on a screen, in whole sentences; scrolled where they do not fit. */
export function Help({ look, view, width, height, offset }: HelpProps): ReactNode {
	const lines = helpLines(look, view.screen, width, height);
	const rows = height - 1;
	const first = Math.max(0, Math.min(offset, lines.length - rows));
	const range = `${first + 1}–${Math.min(first + rows, lines.length)} of ${lines.length}`;
	return (
		<Panel
			look={look}
			title={`Help: ${screenEntries[view.screen].title}`}
			note={lines.length > rows ? `Esc closes  ${range}` : 'Esc closes'}
			lines={lines.slice(first, first + rows)}
			width={width}
			height={height}
		/>
	);
}

/** Keys by group, those of this screen alone first: in one column where they fit, else in two where there is room. */
export function helpLines(look: Look, screen: ScreenName, width: number, height: number): string[] {
	const groups = groupsFor(screen);
	const single = groups.flatMap((group) => blockLines(look, group, width));
	const columnWidth = Math.floor((width - gap) / 2);
	if (single.length < height || columnWidth < leastColumnWidth) return single;
	const [left, right] = inTwo(groups.flatMap((group) => unitsOf(look, group, columnWidth)));
	const rows = Math.max(left.length, right.length);
	const blank = ' '.repeat(columnWidth);
	return Array.from({ length: rows }, (_, row) =>
		[left[row] ?? blank, right[row] ?? blank].join(' '.repeat(gap)),
	);
}

interface KeyGroup {
	readonly title: string;
	readonly bindings: readonly Binding[];
}

function groupsFor(screen: ScreenName): KeyGroup[] {
	const here = (keymap as readonly Binding[]).filter(({ onScreen = [screen] }) =>
		onScreen.includes(screen),
	);
	const groups = bindingGroups
		.map((title) => ({ title, bindings: here.filter(({ group }) => group === title) }))
		.filter(({ bindings }) => bindings.length > 0);
	const isOwn = ({ bindings }: KeyGroup) =>
		bindings.every(({ onScreen }) => onScreen !== undefined);
	return [...groups.filter(isOwn), ...groups.filter((group) => !isOwn(group))];
}

function blockLines(look: Look, group: KeyGroup, width: number): string[] {
	return unitsOf(look, group, width).flat();
}

/** The lines of a group that stay together: each key's, the first with the title. */
function unitsOf(look: Look, { title, bindings }: KeyGroup, width: number): string[][] {
	return bindings.map(({ keys, help }, binding) => [
		...(binding === 0 ? [look.paint('title', fit(title, width))] : []),
		...wrap(help, width - keyWidth).map((text, index) =>
			line(
				look,
				[
					['strong', fit(index === 0 ? ` ${shownKeys(keys)}` : '', keyWidth)],
					['plain', text],
				],
				width,
			),
		),
	]);
}

/** The keys of a command; one without a key is run by its name. */
function shownKeys(keys: readonly string[]): string {
	return keys.length === 0 ? showKey(':') : keys.map(showKey).join(' ');
}

/** The units in their order, parted where the longer column is shortest. */
function inTwo(units: readonly string[][]): [string[], string[]] {
	const partings = units.map((_, index): [string[], string[]] => [
		units.slice(0, index + 1).flat(),
		units.slice(index + 1).flat(),
	]);
	const longer = ([left, right]: [string[], string[]]) => Math.max(left.length, right.length);
	return partings.reduce((best, each) => (longer(each) < longer(best) ? each : best));
}
