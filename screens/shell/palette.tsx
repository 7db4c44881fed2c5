import type { ReactNode } from 'react';
import { flowed, flowFor } from '../../components/flow.ts';
import { fit, line } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import type { Setup } from '../../source/domain/setup.ts';
import { parseTime } from '../../source/domain/time-text.ts';
import { keymap, showKey } from '../../source/keys/keymap.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { Binding } from '../../source/keys/binding.ts';
import { processActions } from '../../source/lifecycle/shown.ts';
import type { ProcessAction } from '../../source/lifecycle/shown.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ScreenProps } from '../frame.ts';
import { windowStart } from '../window-start.ts';
import { fuzzyScore } from './fuzzy.ts';

/** Weighs more than where a word stands in a title. */
const asKind = 1;

/** Something that can be done by its name: a command of the key table, or going to a node, a time, a profile or a theme. */
export type PaletteEntry = { readonly title: string; readonly key: string } & (
	| { readonly command: CommandName }
	| { readonly node: string }
	/** A recorded time, Unix ms. */
	| { readonly atMs: number }
	| { readonly profile: string }
	| { readonly theme: string }
	| { readonly process: ProcessAction; readonly of: string }
);

/** What makes no sense by name: moving by rows, and the palette itself. */
const bindings: readonly Binding[] = keymap.filter(
	({ command, group }) => group !== 'Move' && command !== 'palette' && command !== 'back',
);

export interface PaletteContext {
	readonly nodes: readonly NodeMoment[];
	readonly nowMs: number;
	readonly setup: Pick<Setup, 'profiles' | 'themes'>;
	/** Titles that were chosen before, the newest first. */
	readonly recent: readonly string[];
}

/**
 * What matches the typed text, the best match first; of equal ones what was chosen last, then in the order of
 * the key table, nodes, profiles and themes. For `at` and a time, that time.
 */
export function paletteEntries(text: string, context: PaletteContext): PaletteEntry[] {
	const { nowMs, recent } = context;
	const [, time] = /^at\s+(.+)$/.exec(text.trim()) ?? [];
	const atMs = time === undefined ? undefined : parseTime(time, nowMs);
	if (atMs !== undefined) {
		const shown = new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
		return [{ title: `Go to ${shown} UTC`, key: 'at', atMs }];
	}
	const rank = (title: string) => (recent.includes(title) ? recent.indexOf(title) : recent.length);
	return everyEntry(context)
		.flatMap((entry) => {
			const score = fuzzyScore(text, entry.title);
			return score === undefined ? [] : [{ entry, score: score + kindScore(text, entry) }];
		})
		.toSorted((a, b) => b.score - a.score || rank(a.entry.title) - rank(b.entry.title))
		.map(({ entry }) => entry);
}

/** What is typed like the kind of an entry means entries of that kind: `th` the themes, not `the moment`. */
function kindScore(text: string, { key }: PaletteEntry): number {
	const [word = ''] = text.trim().toLowerCase().split(/\s+/);
	return word.length > 1 && key.startsWith(word) ? asKind : 0;
}

function everyEntry({ nodes, setup }: PaletteContext): PaletteEntry[] {
	return [
		...bindings.map(({ command, keys, help }) => ({
			title: help,
			key: showKey(keys[0] ?? ':'),
			// The bindings are those of the table, where every command is named.
			command: command as CommandName,
		})),
		...nodes.map(({ snapshot: { target } }) => ({
			title: `Go to node ${target.name}`,
			key: 'node',
			node: target.name,
		})),
		...nodes.flatMap(processEntries),
		...setup.profiles.map((profile) => ({
			title: `Use profile ${profile}`,
			key: 'profile',
			profile,
		})),
		...setup.themes.map((theme) => ({ title: `Use theme ${theme}`, key: 'theme', theme })),
	];
}

const processTitles: Readonly<Record<ProcessAction, string>> = {
	start: 'Start the process of',
	restart: 'Restart the process of',
	stop: 'Stop the process of',
};

/** Of a node that nodetop runs: what makes sense in its state. */
function processEntries({ snapshot: { target, process } }: NodeMoment): PaletteEntry[] {
	if (process?.supervisor !== 'nodetop') return [];
	const isRunning = process.pid !== undefined;
	const actions = processActions.filter((action) => (action === 'start') !== isRunning);
	return actions.map((action) => ({
		title: `${processTitles[action]} ${target.name}`,
		key: 'process',
		process: action,
		of: target.name,
	}));
}

const keyWidth = 9;
/** Narrower, sentences would be cut. */
const leastColumnWidth = 97;

/** The list that typing narrows; Enter does the chosen one. */
export function Palette({ look, width, height, moment, view, setup }: ScreenProps): ReactNode {
	const { text, row } = view.overlay.kind === 'palette' ? view.overlay : { text: '', row: 0 };
	const { nodes, atMs: nowMs } = moment;
	const entries = paletteEntries(text, { nodes, nowMs, setup, recent: view.recent });
	const chosen = Math.min(row, entries.length - 1);
	const flow = flowFor(entries.length, height - 1, width, leastColumnWidth);
	const room = (height - 1) * flow.columns;
	const first = windowStart(chosen, room, entries.length);
	const lines = entries.slice(first, first + room).map(({ title, key }, index) => {
		const isChosen = first + index === chosen;
		const mark = view.recent.includes(title) ? look.glyphs.dot : ' ';
		return line(
			look,
			[
				['accent', isChosen ? `${look.glyphs.cursor} ` : '  '],
				['strong', fit(key, keyWidth)],
				['dim', `${mark} `],
				[isChosen ? 'strong' : 'plain', title],
			],
			flow.width,
		);
	});
	const nothing = look.paint('dim', fit('  nothing is called so; Esc closes', width));
	return (
		<Panel
			look={look}
			title="What to do"
			note={`${entries.length}  ${view.recent.length > 0 ? `${look.glyphs.dot} chosen before  ` : ''}Esc closes`}
			lines={lines.length === 0 ? [nothing] : flowed(lines, height - 1, flow)}
			width={width}
			height={height}
		/>
	);
}
