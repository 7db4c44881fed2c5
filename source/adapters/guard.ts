import { clean } from '../domain/clean.ts';
import { defined } from '../domain/defined.ts';
import { PollError } from '../domain/errors.ts';
import type { Mask } from '../domain/mask.ts';
import type { Reading } from '../sections/snapshot.ts';
import type { Target } from '../domain/target.ts';
import type { Adapter, PollContext, ProbeMatch, Source } from './adapter.ts';
import { figuresOf } from './figures-age.ts';
import type { Http } from './http.ts';
import { withoutImpossible } from './plausible.ts';
import { portHint, strangerIn } from './stranger.ts';
import { maskOf } from './target-secrets.ts';

const noteCells = 160;

/**
 * The border between adapters and the rest: what a node says goes in without the secrets that it was
 * sent, and what never answered as a node is reported with what it seems to be.
 */
export function openGuarded(adapter: Adapter, target: Target, http: Http): Source {
	const source = adapter.open(target, http);
	const mask = maskOf(target);
	let hasAnswered = false;
	return {
		async poll(context) {
			try {
				const reading = await source.poll(context);
				hasAnswered = true;
				const told = withoutImpossible(withCacheSign(reading, context), context.now());
				return mask ? mask.all(told) : told;
			} catch (error) {
				throw guarded(error, mask, hasAnswered ? undefined : target.url);
			}
		},
		close() {
			source.close();
		},
	};
}

function withCacheSign(reading: Reading, { http, now }: PollContext): Reading {
	const sign = http.takeCacheSign?.();
	const ageSeconds = http.takeCacheAge?.();
	if (sign === undefined) return reading;
	const note = `answers come from a cache in front of the node (${sign}): they are not of now`;
	return {
		...reading,
		...(ageSeconds !== undefined && figuresOf(now() - ageSeconds * 1000, now())),
		cachedBy: clean(sign, noteCells),
		notes: [...(reading.notes ?? []), clean(note, noteCells)],
	};
}

/** One question of an adapter, with the same border. */
export async function probeGuarded(
	adapter: Adapter,
	target: Target,
	context: PollContext,
): Promise<ProbeMatch | undefined> {
	const mask = maskOf(target);
	try {
		const match = await adapter.probe(target, context);
		return match && mask ? mask.all(match) : match;
	} catch (error) {
		throw guarded(error, mask, target.url);
	}
}

/** The error without secrets; with a hint where `address` never answered as a node. */
export function guarded(error: unknown, mask: Mask | undefined, address?: string): unknown {
	if (!(error instanceof PollError)) return withoutSecrets(error, mask);
	const hinted = address === undefined ? error : withHint(error, address);
	if (!mask) return hinted;
	const { code, message, nextStep, retryAfterMs, isOwnLimit, httpStatus } = hinted;
	// Without its cause, which may quote the request.
	return new PollError(code, mask.text(message), {
		...defined({ nextStep: nextStep && mask.text(nextStep), retryAfterMs, httpStatus }),
		isOwnLimit,
	});
}

/** A bug's own words and stack may quote what came back. */
function withoutSecrets(error: unknown, mask: Mask | undefined): unknown {
	if (!mask || !(error instanceof Error)) return error;
	error.message = mask.text(error.message);
	if (error.stack !== undefined) error.stack = mask.text(error.stack);
	return error;
}

const hinting: ReadonlySet<string> = new Set(['badResponse', 'unsupported', 'unreachable']);
const nothingListens: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

function withHint(error: PollError, address: string): PollError {
	if (!hinting.has(error.code) || error.isOwnLimit || nothingListens.has(codeOf(error.cause)))
		return error;
	const stranger = strangerIn(error.message);
	const nextStep = stranger?.nextStep ?? portHint(address);
	if (!stranger && nextStep === undefined) return error;
	const seems = stranger ? `; it seems to be ${stranger.seems}` : '';
	const { code, message, retryAfterMs, httpStatus, cause } = error;
	const isTold = stranger !== undefined && message.includes(stranger.seems);
	return new PollError(code, isTold ? message : `${message}${seems}`, {
		...defined({ nextStep: nextStep ?? error.nextStep, retryAfterMs, httpStatus }),
		cause,
	});
}

function codeOf(cause: unknown): string {
	return cause instanceof Error && 'code' in cause && typeof cause.code === 'string'
		? cause.code
		: '';
}
