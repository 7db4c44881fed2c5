import type { ReadableStore } from '../../domain/store.ts';
import type { AlertingStatus } from '../../sections/alerting/schema.ts';

/**
 * Says a problem when it begins and when it is over; its figures change meanwhile. The end of a channel’s
 * problem is not said when the channel was removed: it is not well, it is gone.
 */
export function followProblems(
	state: ReadableStore<AlertingStatus>,
	say: (line: string) => void,
): void {
	let known = new Set<string>();
	state.subscribe(() => {
		const { problems, channels } = state.getSnapshot();
		const now = new Map(problems.map((line) => [line.split(':', 1)[0] ?? line, line]));
		for (const [what, line] of now) if (!known.has(what)) say(line);
		for (const what of known) {
			const channel = /^channel (.+)$/.exec(what)?.[1];
			const isGone = channel !== undefined && channels?.includes(channel) === false;
			if (!now.has(what) && !isGone) say(`${what}: well again`);
		}
		known = new Set(now.keys());
	});
}
