import type { Edit } from '../../hooks/use-commands.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { Setup } from '../../source/domain/setup.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ViewState } from '../view-state.ts';
import { paletteEntries } from './palette.tsx';
import type { ViewControl } from './use-view.ts';

export interface EditContext extends Pick<ViewControl, 'current' | 'dispatch'> {
	readonly nodes: readonly NodeMoment[];
	readonly setup: Setup;
	/** The time of the moment that is shown: `:at -2h` counts from it. */
	readonly atMs: number;
	readonly goTo: (atMs: number) => void;
	readonly onCommand: (command: CommandName) => void;
}

/** What takes the keys while a line is edited. */
export function editorOf(
	{ overlay }: ViewState,
	context: EditContext,
): ((edit: Edit) => void) | undefined {
	if (overlay.kind === 'palette') {
		return (edit) => {
			editPalette(edit, context);
		};
	}
	if (overlay.kind !== 'filter') return undefined;
	return (edit) => {
		context.dispatch({ type: 'editFilter', edit });
	};
}

function editPalette(
	edit: Edit,
	{ current, dispatch, nodes, atMs, setup, goTo, onCommand }: EditContext,
): void {
	const { overlay, recent } = current().view;
	if (overlay.kind !== 'palette') return;
	const entries = paletteEntries(overlay.text, { nodes, nowMs: atMs, setup, recent });
	const entry = entries[Math.min(overlay.row, entries.length - 1)];
	const isPastEnd = edit.type === 'step' && edit.by > 0 && overlay.row >= entries.length - 1;
	if (!isPastEnd) dispatch({ type: 'editPalette', edit });
	if (edit.type !== 'accept' || !entry) return;
	if ('atMs' in entry) {
		goTo(entry.atMs);
		return;
	}
	dispatch({ type: 'chosen', title: entry.title });
	if ('node' in entry) dispatch({ type: 'selectNode', name: entry.node });
	else if ('profile' in entry) setup.switchProfile(entry.profile);
	else if ('theme' in entry) setup.setTheme(entry.theme);
	else onCommand(entry.command);
}
