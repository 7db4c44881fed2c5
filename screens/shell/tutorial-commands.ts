import type { CommandName } from '../../source/keys/keymap.ts';
import type { CommandContext } from './command-context.ts';
import { refuse } from './refuse.ts';
import { tutorialSteps } from './tutorial.ts';

/** Begins the tutorial, where there are networks to do things to. */
export function startTutorial({ actions, dispatch }: CommandContext): void {
	if (actions?.demo) dispatch({ type: 'tutorial', step: 0 });
	else {
		const text = 'the tutorial needs the demo networks: run nodetop demo, then :tutorial';
		dispatch({ type: 'notify', tone: 'warn', text });
	}
}

/** Whether the key was for the tutorial: Enter goes on, Esc ends it, both only with nothing over the screen. */
export function tutorialCommand(context: CommandContext, command: CommandName): boolean {
	const { view, dispatch, moment, actions } = context;
	if (view.tutorial === undefined || view.overlay.kind !== 'none' || view.isMaximised) return false;
	const step = tutorialSteps[view.tutorial];
	if (command === 'back' && view.focus === undefined) {
		dispatch({ type: 'tutorial', step: undefined });
		return true;
	}
	if (command !== 'open' || !step) return false;
	if (step.waitsFor && !step.waitsFor.isSeen(moment)) {
		dispatch({ type: 'notify', tone: 'warn', text: `not yet: ${step.waitsFor.what}` });
		return true;
	}
	if (step.enter.deed !== undefined && !actions?.demo) {
		refuse(context, 'open');
		return true;
	}
	if (step.enter.deed !== undefined) actions?.demo?.(step.enter.deed);
	const next = view.tutorial + 1;
	dispatch({ type: 'tutorial', step: next < tutorialSteps.length ? next : undefined });
	if (step.enter.screen !== undefined) dispatch({ type: 'show', screen: step.enter.screen });
	return true;
}
