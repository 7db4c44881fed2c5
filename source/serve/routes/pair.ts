import * as z from 'zod';
import type { AppParts, ServeApp } from '../app-types.ts';
import type { ServeOptions } from '../options.ts';
import { readBody } from './body.ts';

export const pairPath = '/api/v1/pair';

/** What the two watches of a pair say to each other. */
export function addPair(app: ServeApp, { pair }: ServeOptions, { needs }: AppParts): void {
	if (!pair) return;
	app.get(pairPath, needs('act'), (context) => context.json(pair.hello()));
	app.post(pairPath, needs('act'), async (context) => {
		const body = await readBody(context, z.unknown());
		if ('refusal' in body) return body.refusal;
		const answer = await pair.take(body.value);
		return answer
			? context.json(answer)
			: context.json({ error: 'this is no push of a pair' }, 422);
	});
}
