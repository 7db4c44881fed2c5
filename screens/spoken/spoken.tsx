import { Static, Text } from 'ink';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useCommands } from '../../hooks/use-commands.ts';
import { useStore } from '../../hooks/use-store.ts';
import { createStore } from '../../source/domain/store.ts';
import type { ReadableStore } from '../../source/domain/store.ts';
import type { Frame } from '../../source/frames/frame-gate.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { Moment } from '../../source/sections/moment.ts';
import type { Controls } from '../shell/command-context.ts';
import { alertSentences, changeSentences, nodeSentences, stateSentence } from './sentences.ts';

export interface SpokenProps {
	readonly frames: ReadableStore<Frame<Moment>>;
	readonly controls: Pick<Controls, 'quit'>;
}

const keys =
	'1 says how everything is, n and N the next and previous node, 6 the alerts, ? this, q quits.';

/** What changes, in sentences that are printed once and stay: a screen reader reads each as it comes. */
export function Spoken({ frames, controls }: SpokenProps): ReactNode {
	const [log] = useState(() => createLog(frames));
	useEffect(() => log.follow(), [log]);
	const lines = useStore(log.lines, (each) => each);
	useCommands({
		editor: () => undefined,
		onCommand: (command) => {
			if (command === 'quit') controls.quit();
			else log.answer(command);
		},
	});
	return <Static items={[...lines]}>{(line, index) => <Text key={index}>{line}</Text>}</Static>;
}

/** Sentences so far; what is watched is said when it is known, then only what changes. */
export function createLog(frames: ReadableStore<Frame<Moment>>) {
	const lines = createStore<readonly string[]>([`nodetop. ${keys}`]);
	let last: Moment | undefined;
	let node = -1;
	const say = (sentences: readonly string[]): void => {
		if (sentences.length > 0) lines.update((each) => [...each, ...sentences]);
	};
	const take = (): void => {
		const { state } = frames.getSnapshot();
		const isKnown = state.nodes.every(({ snapshot }) => snapshot.poll.status !== 'pending');
		if (!isKnown || state.nodes.length === 0) return;
		say(last ? changeSentences(last, state) : [stateSentence(state)]);
		last = state;
	};
	return {
		lines,
		follow(): () => void {
			take();
			return frames.subscribe(take);
		},
		answer(command: CommandName): void {
			const { state } = frames.getSnapshot();
			const count = state.nodes.length;
			if (command === 'screen.overview') say([stateSentence(state)]);
			else if (command === 'screen.alerts') say(alertSentences(state));
			else if (command === 'help') say([keys]);
			else if (count > 0 && (command === 'node.next' || command === 'node.previous')) {
				const by = command === 'node.next' ? 1 : -1;
				node = (Math.max(node, by > 0 ? -1 : 0) + by + count) % count;
				const chosen = state.nodes[node];
				if (chosen) say(nodeSentences(chosen));
			}
		},
	};
}
