import type { Edit } from '../../hooks/use-commands.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { Setup } from '../../source/domain/setup.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ViewState } from '../view-state.ts';
import type { Actions } from '../services.ts';
import { paletteEntries } from './palette.tsx';
import type { ViewControl } from './use-view.ts';

export interface EditContext extends Pick<ViewControl, 'current' | 'dispatch'> {
	readonly nodes: readonly NodeMoment[];
	readonly setup: Setup;
	/** The time of the moment that is shown: `:at -2h` counts from it. */
	readonly atMs: number;
	readonly goTo: (atMs: number) => void;
	readonly onCommand: (command: CommandName) => void;
	/** Absent while the view is not live. */
	readonly actions: Actions | undefined;
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
	if (overlay.kind === 'process') {
		return (edit) => {
			editProcess(edit, context);
		};
	}
	if (overlay.kind === 'config' && overlay.line !== undefined && !overlay.isProposed) {
		return (edit) => {
			const { overlay: latest } = context.current().view;
			context.dispatch({ type: 'editConfig', edit });
			const line = latest.kind === 'config' ? latest.line : undefined;
			if (edit.type === 'accept' && line !== undefined) context.setup.proposeConfig(line);
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
	if ('process' in entry) dispatch({ type: 'openProcess', action: entry.process, node: entry.of });
	else if ('node' in entry) dispatch({ type: 'selectNode', name: entry.node });
	else if ('profile' in entry) setup.switchProfile(entry.profile);
	else if ('theme' in entry) setup.setTheme(entry.theme);
	else onCommand(entry.command);
}

/** Only the node’s whole name does it. */
function editProcess(edit: Edit, { current, dispatch, actions }: EditContext): void {
	const { overlay } = current().view;
	dispatch({ type: 'editProcess', edit });
	if (edit.type !== 'accept' || overlay.kind !== 'process') return;
	const { node, action, text } = overlay;
	const warn = (why: string): void => {
		dispatch({ type: 'notify', tone: 'warn', text: why });
	};
	if (text !== node) warn(`"${text}" is not ${node}: nothing was done`);
	else if (!actions) warn('this moment is not the present: nothing was done');
	else void run(() => actions.runProcess(node, action), dispatch);
}

async function run(
	act: () => ReturnType<Actions['runProcess']>,
	dispatch: EditContext['dispatch'],
): Promise<void> {
	dispatch({ type: 'notify', tone: 'good', text: 'under way; the process shows what it does' });
	try {
		const { isDone, text } = await act();
		dispatch({ type: 'notify', tone: isDone ? 'good' : 'warn', text });
	} catch (error) {
		dispatch({ type: 'notify', tone: 'warn', text: error instanceof Error ? error.message : '' });
	}
}
