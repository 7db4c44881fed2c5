import { defined } from '../domain/defined.ts';
import { PollError } from '../domain/errors.ts';
import type { Target } from '../domain/target.ts';
import type { PollContext, ProbeMatch, Source } from './adapter.ts';
import type { Dialect } from './dialect.ts';
import type { Http } from './http.ts';

interface Recognised {
	readonly dialect: Dialect;
	readonly match: ProbeMatch;
}

/** What to say where none of a kind's dialects is spoken. */
interface Unknown {
	readonly message: string;
	readonly nextStep: string;
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

/** Whether something answers that is not what was asked for. */
export function isOtherKind(error: unknown): error is PollError {
	return (
		error instanceof PollError && (error.code === 'unsupported' || error.code === 'badResponse')
	);
}

/**
 * Recognises the dialect at the first poll, and again when what answers is no longer of it. Where the
 * address leaves only one it is not asked for first.
 */
export function createDetectingSource(
	dialects: readonly Dialect[],
	target: Target,
	{ http, unknown }: { readonly http: Http; readonly unknown: Unknown },
): Source {
	const [first, ...others] = dialects;
	const only = others.length === 0 ? first : undefined;
	let source: Source | undefined;
	const open = async (context: PollContext): Promise<Source> => {
		if (only) return only.open(target, http);
		const found = await recognise(dialects, target, context);
		if ('dialect' in found) return found.dialect.open(target, http);
		throw notRecognised(unknown, found.otherwise);
	};
	return {
		async poll(context) {
			source ??= await open(context);
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

function notRecognised(
	{ message, nextStep }: Unknown,
	otherwise: PollError | undefined,
): PollError {
	const text = otherwise === undefined ? message : `${message}: ${otherwise.message}`;
	return new PollError(otherwise?.code ?? 'unsupported', text, {
		nextStep,
		cause: otherwise,
		...defined({ httpStatus: otherwise?.httpStatus }),
	});
}
