import type { ReactNode } from 'react';
import { fit, line } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { parseTime } from '../../source/domain/time-text.ts';
import { keymap, showKey } from '../../source/keys/keymap.ts';
import type { Binding, CommandName } from '../../source/keys/keymap.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ScreenProps } from '../frame.ts';
import { fuzzyScore } from './fuzzy.ts';

/** Something that can be done by its name: a command of the key table, or going to a node. */
export type PaletteEntry =
	| { readonly title: string; readonly key: string; readonly command: CommandName }
	| { readonly title: string; readonly key: string; readonly node: string }
	/** A recorded time, Unix ms. */
	| { readonly title: string; readonly key: string; readonly atMs: number };

/** What makes no sense by name: moving by rows, and the palette itself. */
const bindings: readonly Binding[] = keymap.filter(
	({ command, group }) => group !== 'Move' && command !== 'palette' && command !== 'back',
);

/**
 * What matches the typed text, the best match first; equal ones in the order of the key table, then the nodes.
 * For `at` and a time, that time.
 */
export function paletteEntries(
	text: string,
	nodes: readonly NodeMoment[],
	nowMs: number,
): PaletteEntry[] {
	const [, time] = /^at\s+(.+)$/.exec(text.trim()) ?? [];
	const atMs = time === undefined ? undefined : parseTime(time, nowMs);
	if (atMs !== undefined) {
		const shown = new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
		return [{ title: `Go to ${shown} UTC`, key: 'at', atMs }];
	}
	const commands = bindings.map(({ command, keys, help }): PaletteEntry => ({
		title: help,
		key: keys[0] === undefined ? '' : showKey(keys[0]),
		// The bindings are those of the table, where every command is named.
		command: command as CommandName,
	}));
	const targets = nodes.map(({ snapshot: { target } }): PaletteEntry => ({
		title: `Go to node ${target.name}`,
		key: '',
		node: target.name,
	}));
	return [...commands, ...targets]
		.flatMap((entry) => {
			const score = fuzzyScore(text, entry.title);
			return score === undefined ? [] : [{ entry, score }];
		})
		.toSorted((a, b) => b.score - a.score)
		.map(({ entry }) => entry);
}

const keyWidth = 8;

/** The list that typing narrows; Enter does the first. */
export function Palette({ look, width, height, moment, view }: ScreenProps): ReactNode {
	const text = view.overlay.kind === 'palette' ? view.overlay.text : '';
	const entries = paletteEntries(text, moment.nodes, moment.atMs);
	const lines = entries.map(({ title, key }, index) =>
		line(
			look,
			[
				['accent', index === 0 ? `${look.glyphs.cursor} ` : '  '],
				['strong', fit(key, keyWidth)],
				[index === 0 ? 'strong' : 'plain', title],
			],
			width,
		),
	);
	const nothing = look.paint('dim', fit('  nothing is called so; Esc closes', width));
	return (
		<Panel
			look={look}
			title="What to do"
			note={`${entries.length}  Enter does the first  Esc closes`}
			lines={lines.length === 0 ? [nothing] : lines}
			width={width}
			height={height}
		/>
	);
}
