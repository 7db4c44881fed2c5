import type { ReactNode } from 'react';
import { fit, line } from '../components/line.ts';
import type { Look } from '../components/look.ts';
import { Panel } from '../components/panel.tsx';
import { bindingGroups, keymap, showKey } from '../source/keys/keymap.ts';
import type { Binding } from '../source/keys/keymap.ts';
import type { ScreenName } from './view-state.ts';

const keyWidth = 14;
const gap = 3;

export interface HelpProps {
	readonly look: Look;
	readonly title: string;
	readonly screen: ScreenName;
	readonly width: number;
	readonly height: number;
}

/**
 * Every key that does something on a screen, by group, those of this screen alone first. A group stays
 * together; two columns when one is too short.
 */
export function Help({ look, title, screen, width, height }: HelpProps): ReactNode {
	const blocks = blocksFor(screen);
	const total = blocks.reduce((sum, block) => sum + block.length, 0);
	const columns = arrange(blocks, total, height - 1);
	const columnWidth = Math.floor((width - gap * (columns.length - 1)) / columns.length);
	const rows = Math.max(...columns.map((column) => column.length));
	const lines = Array.from({ length: rows }, (_, row) =>
		columns.map((column) => drawn(look, column[row], columnWidth)).join(' '.repeat(gap)),
	);
	return (
		<Panel
			look={look}
			title={`Help: ${title}`}
			note="Esc closes"
			lines={lines}
			width={width}
			height={height}
		/>
	);
}

type Entry = { readonly group: string } | { readonly keys: string; readonly help: string };

function blocksFor(screen: ScreenName): Entry[][] {
	const bindings = (keymap as readonly Binding[]).filter(({ onScreen = [screen] }) =>
		onScreen.includes(screen),
	);
	const groups = bindingGroups
		.map((group) => ({ group, keys: bindings.filter((binding) => binding.group === group) }))
		.filter(({ keys }) => keys.length > 0);
	const isOwn = ({ keys }: (typeof groups)[number]) =>
		keys.every(({ onScreen }) => onScreen !== undefined);
	return [...groups.filter(isOwn), ...groups.filter((each) => !isOwn(each))].map(blockOf);
}

function blockOf({ group, keys }: { group: string; keys: readonly Binding[] }): Entry[] {
	return [
		{ group },
		...keys.map((binding) => ({ keys: binding.keys.map(showKey).join(' '), help: binding.help })),
	];
}

/** One column, two, or two without headings: whatever is the first to fit. */
function arrange(blocks: readonly Entry[][], total: number, height: number): Entry[][] {
	if (total <= height) return [blocks.flat()];
	const columns = inTwo(blocks, total / 2);
	if (columns.every((column) => column.length <= height)) return columns;
	const keys = blocks.flat().filter((entry) => !('group' in entry));
	const half = Math.ceil(keys.length / 2);
	return [keys.slice(0, half), keys.slice(half)];
}

/** Blocks in turn into the left column up to about half of all lines, the rest into the right. */
function inTwo(blocks: readonly Entry[][], half: number): Entry[][] {
	const left: Entry[] = [];
	const right: Entry[] = [];
	for (const block of blocks) {
		const fitsLeft = right.length === 0 && left.length + block.length <= half + 1;
		(fitsLeft ? left : right).push(...block);
	}
	return [left, right];
}

function drawn(look: Look, entry: Entry | undefined, width: number): string {
	if (!entry) return ' '.repeat(width);
	if ('group' in entry) return look.paint('title', fit(entry.group, width));
	return line(
		look,
		[
			['strong', fit(` ${entry.keys}`, keyWidth)],
			['plain', entry.help],
		],
		width,
	);
}
