import type { Edit } from '../../hooks/use-commands.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ViewState } from '../view-state.ts';
import { paletteEntries } from './palette.tsx';
import type { ViewControl } from './use-view.ts';

export interface EditContext extends Pick<ViewControl, 'current' | 'dispatch'> {
	readonly nodes: readonly NodeMoment[];
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
	{ current, dispatch, nodes, atMs, goTo, onCommand }: EditContext,
): void {
	const { overlay } = current().view;
	if (overlay.kind !== 'palette') return;
	const [entry] = edit.type === 'accept' ? paletteEntries(overlay.text, nodes, atMs) : [];
	dispatch({ type: 'editPalette', edit });
	if (entry && 'atMs' in entry) goTo(entry.atMs);
	else if (entry && 'node' in entry) dispatch({ type: 'selectNode', name: entry.node });
	else if (entry) onCommand(entry.command);
}
