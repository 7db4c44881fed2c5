import type { KeyTest } from '../source/network-tests/screen-test.ts';
import type { ProcessAction } from '../source/lifecycle/shown.ts';
import type { SilenceDraft } from './alerts/alert-mute.ts';

/** What lies over the screen; one thing at a time. */
export type Overlay =
	| { readonly kind: 'none' }
	/** Scrolled by so many lines. */
	| { readonly kind: 'help'; readonly offset: number }
	| { readonly kind: 'node' }
	| { readonly kind: 'explain' }
	/** What changed before the moment, or before `endMs`; `window` is the index of its length. Scrolled as the help. */
	| {
			readonly kind: 'changes';
			readonly endMs: number | undefined;
			readonly window: number;
			readonly offset: number;
	  }
	| {
			readonly kind: 'test';
			readonly test: KeyTest;
			/** Counts presses of Enter: one answers the question before a heavy test, if it is shown. */
			readonly enters: number;
			/** Counts up when the key is pressed again. */
			readonly run: number;
	  }
	/** `row` is the chosen entry of those that match. */
	| { readonly kind: 'palette'; readonly text: string; readonly row: number }
	/** The configuration: a list of values, the line of one that is edited, or a change that is to be written. */
	| {
			readonly kind: 'config';
			readonly row: number;
			readonly line: string | undefined;
			readonly isProposed: boolean;
	  }
	/** The nodes that were found on this machine; `row` is the chosen one. */
	| { readonly kind: 'addNode'; readonly row: number }
	/** What is to happen to a process, and what was typed of the node’s name. */
	| {
			readonly kind: 'process';
			readonly action: ProcessAction;
			readonly node: string;
			readonly text: string;
	  }
	| { readonly kind: 'filter'; readonly before: string }
	/** For how long alerts are not told, for themselves or by a silence each; `time` is the row. */
	| {
			readonly kind: 'snooze';
			readonly does: 'snooze' | 'silence';
			readonly alertKeys: readonly string[];
			readonly time: number;
	  }
	| { readonly kind: 'silence'; readonly alertKey: string; readonly draft: SilenceDraft }
	/** Which silences there are; chosen by its key, or where it stood when it is there no more. */
	| { readonly kind: 'silences'; readonly key: string | undefined; readonly row: number };
