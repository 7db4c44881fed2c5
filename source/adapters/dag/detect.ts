import { PollError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { PollContext, ProbeMatch, Source } from '../adapter.ts';
import type { Dialect } from '../dialect.ts';
import type { Http } from '../http.ts';

interface Recognised {
	readonly dialect: Dialect;
	readonly match: ProbeMatch;
}

/**
 * Asks each dialect's one question until one is answered in kind; else gives what the first one got
 * instead. Throws when nothing answers at all, and when a server refuses or limits the questions.
 */
export async function recognise(
	dialects: readonly Dialect[],
	target: Target,
	context: PollContext,
): Promise<Recognised | { readonly otherwise: PollError | undefined }> {
	let refusal: PollError | undefined;
	let otherwise: PollError | undefined;
	for (const dialect of dialects) {
		try {
			const match = await dialect.probe(target, context);
			if (match) return { dialect, match };
		} catch (error) {
			if (!(error instanceof PollError)) throw error;
			if (error.code === 'unreachable' || error.code === 'timeout') throw error;
			// What answers in another way is of another kind; what refuses may be of this one.
			if (error.code === 'badResponse' || error.code === 'unsupported') otherwise ??= error;
			else refusal ??= error;
		}
	}
	if (refusal) throw refusal;
	return { otherwise };
}

/** Recognises the dialect at the first poll, and again when what answers is no longer of it. */
export function createDetectingSource(
	dialects: readonly Dialect[],
	target: Target,
	http: Http,
): Source {
	let source: Source | undefined;
	return {
		async poll(context) {
			source ??= await openRecognised(dialects, target, http, context);
			try {
				return await source.poll(context);
			} catch (error) {
				if (error instanceof PollError && error.code === 'unsupported') {
					source.close();
					source = undefined;
				}
				throw error;
			}
		},
		close() {
			source?.close();
			source = undefined;
		},
	};
}

async function openRecognised(
	dialects: readonly Dialect[],
	target: Target,
	http: Http,
	context: PollContext,
): Promise<Source> {
	const [only, ...others] = dialects;
	if (only && others.length === 0) return only.open(target, http);
	const found = await recognise(dialects, target, context);
	if ('dialect' in found) return found.dialect.open(target, http);
	const { otherwise } = found;
	const what = 'no known DAG node answers there';
	const message = otherwise === undefined ? what : `${what}: ${otherwise.message}`;
	throw new PollError(otherwise?.code ?? 'unsupported', message, {
		nextStep:
			'Hornet answers at :14265, Conflux at :12539, Avalanche at :9650, Kaspa at ws://HOST:18110 (--rpclisten-json)',
		cause: otherwise,
	});
}
