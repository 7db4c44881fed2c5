import { changeKey } from '../history/change-times.ts';
import { changesBetween } from '../history/changes.ts';
import type { Past } from '../history/past.ts';
import type { QuestionName, Questions } from '../history/protocol.ts';
import type { AskHistory } from './time-travel.ts';

/** The history for screens, wherever it is. */
export function createPast(current: () => AskHistory | undefined): Past {
	function ask<Name extends QuestionName>(
		name: Name,
		question: Questions[Name]['ask'],
	): Promise<Questions[Name]['answer']> {
		const history = current();
		return history ? history(name, question) : Promise.reject(new Error('nothing is recorded'));
	}
	return {
		curves: (question) => ask('curves', question),
		marks: (span) => ask('marks', span),
		async changes({ fromMs, untilMs }) {
			const first = (await ask('span', {}))?.fromMs ?? fromMs;
			const [before, after] = await Promise.all([
				ask('moment', { atMs: Math.max(first, fromMs) }),
				ask('moment', { atMs: Math.max(first, untilMs) }),
			]);
			if (before === undefined || after === undefined) throw new Error('nothing was recorded then');
			// Loaded with the first moment that is read: the first picture does not wait for it.
			const { readMoment } = await import('../sections/moment-json.ts');
			const [earlier, later] = [readMoment(before), readMoment(after)];
			const span = { fromMs: earlier.atMs, untilMs: later.atMs + 1 };
			const times = new Map(await ask('changeTimes', span));
			const changes = changesBetween(earlier, later).map((change) => {
				const atMs = change.at === undefined ? times.get(changeKey(change)) : undefined;
				return atMs === undefined ? change : { ...change, at: new Date(atMs).toISOString() };
			});
			return { fromMs: earlier.atMs, untilMs: later.atMs, changes };
		},
	};
}
