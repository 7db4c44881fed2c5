import type { PollContext, Source } from '../adapters/adapter.ts';
import { guarded, openGuarded } from '../adapters/guard.ts';
import { maskOf } from '../adapters/target-secrets.ts';
import { parseJson } from '../adapters/http.ts';
import type { Http } from '../adapters/http.ts';
import { identify, schemeOf } from '../adapters/probe.ts';
import { adapterOf, kinds } from '../adapters/registry.ts';
import { PollError } from '../domain/errors.ts';
import type { Reading } from '../sections/snapshot.ts';
import type { Target } from '../domain/target.ts';

/**
 * Opens a target of a known kind. A target of an unknown kind gets a source that tries to detect the kind at
 * each poll. Once detected, it calls `onIdentified` and works as a source of that kind.
 */
export function openSource(
	target: Target,
	http: Http,
	onIdentified: (kind: string) => void,
): Source {
	return target.kind === undefined
		? createProbingSource(target, http, onIdentified)
		: openKnown(target, target.kind, http);
}

function openKnown(target: Target, kind: string, http: Http): Source {
	const adapter = adapterOf(kind);
	if (!adapter) {
		return failingSource(`no kind of node is called "${kind}"`, `use one of: ${kinds.join(', ')}`);
	}
	if (!adapter.schemes.includes(schemeOf(target.url))) {
		return failingSource(
			`a node of kind ${kind} is not reached over ${schemeOf(target.url)}//`,
			`use one of: ${adapter.schemes.join(' ')}`,
		);
	}
	return openGuarded(adapter, target, http);
}

function createProbingSource(
	target: Target,
	http: Http,
	onIdentified: (kind: string) => void,
): Source {
	let known: Source | undefined;
	return {
		async poll(context: PollContext): Promise<Reading> {
			if (!known) {
				const identified = await identify(target, context);
				if (!identified) {
					throw guarded(await strangerError(target, context), maskOf(target), target.url);
				}
				const { url = target.url } = identified;
				known = openKnown({ ...target, url }, identified.kind, http);
				onIdentified(identified.kind);
			}
			return known.poll(context);
		},
		close: () => known?.close(),
	};
}

/** What answers where no kind recognised the answer: its own first words are the best hint. */
async function strangerError(target: Target, { http, signal }: PollContext): Promise<PollError> {
	const nextStep = `check host, port and path; or say the kind: one of ${kinds.join(', ')}`;
	if (!/^https?:$/.test(schemeOf(target.url))) {
		return new PollError('unsupported', 'no known kind of node answers there', { nextStep });
	}
	try {
		parseJson(await http.request({ url: target.url, signal }));
		return new PollError('unsupported', 'JSON answers there, but of no known kind of node', {
			nextStep,
		});
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		const message = `no known kind of node answers there: ${error.message}`;
		return new PollError(error.code, message, { nextStep, cause: error });
	}
}

function failingSource(message: string, nextStep: string): Source {
	return {
		poll: () => Promise.reject(new PollError('unsupported', message, { nextStep })),
		close: () => undefined,
	};
}
