import { PollError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { PollContext, ProbeMatch, Source } from '../adapter.ts';
import type { Dialect } from '../dialect.ts';
import type { Http } from '../http.ts';
import { isOtherKind } from './scrape.ts';

interface Recognised {
	readonly dialect: Dialect;
	readonly match: ProbeMatch;
}

/**
 * Asks each dialect's question in turn until one is certain; else gives the first that is likely, else
 * what answered instead. Throws when nothing answers at all, and when a server refuses or limits the
 * questions.
 */
export async function recognise(
	dialects: readonly Dialect[],
	target: Target,
	context: PollContext,
): Promise<Recognised | { readonly otherwise: PollError | undefined }> {
	let likely: Recognised | undefined;
	let refusal: PollError | undefined;
	let otherwise: PollError | undefined;
	for (const dialect of dialects) {
		try {
			const match = await dialect.probe(target, context);
			if (match?.confidence === 'certain') return { dialect, match };
			if (match) likely ??= { dialect, match };
		} catch (error) {
			if (!(error instanceof PollError)) throw error;
			if (error.code === 'unreachable' || error.code === 'timeout') throw error;
			if (!isOtherKind(error)) refusal ??= error;
			// A path that is not there says less than what answered at one that is.
			else if (error.code === 'badResponse') otherwise ??= error;
		}
	}
	if (likely) return likely;
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
			if (!source) {
				const found = await recognise(dialects, target, context);
				if (!('dialect' in found)) throw unknownDialect(found.otherwise);
				source = found.dialect.open(target, http);
			}
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

function unknownDialect(otherwise: PollError | undefined): PollError {
	const what = 'neither metrics nor a known API of consensus answer there';
	const message = otherwise === undefined ? what : `${what}: ${otherwise.message}`;
	return new PollError(otherwise?.code ?? 'unsupported', message, {
		nextStep: 'give the path of its Prometheus metrics: http://HOST:PORT/metrics, or metricsUrl',
		cause: otherwise,
	});
}
