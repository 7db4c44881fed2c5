import type { Adapter } from '../adapters/adapter.ts';
import { showSpec } from '../config/node-spec.ts';
import type { Settings } from '../config/settings.ts';
import { PollError } from '../domain/errors.ts';
import type { Target } from '../domain/target.ts';
import type { Surroundings } from './surroundings.ts';

/** What to watch, and what to say where nobody configured it. */
export interface Subject {
	readonly targets: readonly Target[];
	readonly hint: string | undefined;
}

const discoveryTimeoutMs = 1500;
/** Both are a line of 80 cells, whole. */
const whatToKeep = 'none is configured; these answer here: `nodetop add URL` keeps one';
const whatToDo = 'no node answers here: add one with `nodetop add URL`, or see `nodetop demo`';

/**
 * The configured nodes; where none is, the nodes that answer on this machine's usual ports; where none
 * does, this host and one line of what to do next.
 */
export async function chooseSubject(
	settings: Settings,
	surroundings: Pick<Surroundings, 'signal' | 'clock'>,
): Promise<Subject> {
	if (settings.targets.length > 0) return { targets: settings.targets, hint: undefined };
	const found = await discoverLocal(settings, surroundings);
	if (found.length > 0) return { targets: found, hint: whatToKeep };
	const host = localTarget('this-host', 'host', 'host:', settings);
	return { targets: [host], hint: whatToDo };
}

/** Sends each kind's harmless question to its usual local addresses, all at once. */
async function discoverLocal(
	settings: Settings,
	{ signal, clock }: Pick<Surroundings, 'signal' | 'clock'>,
): Promise<Target[]> {
	const { createHttp } = await import('../adapters/http.ts');
	const { adapters } = await import('../adapters/registry.ts');
	const bounded = AbortSignal.any([signal, AbortSignal.timeout(discoveryTimeoutMs)]);
	const questions = (Object.values(adapters) as Adapter[]).flatMap((adapter) =>
		adapter.localUrls.map((url) => ({ adapter, url })),
	);
	const answers = await Promise.all(
		questions.map(async ({ adapter, url }) => {
			const { host } = new URL(url);
			const target = localTarget(`${adapter.kind}-${host}`, adapter.kind, url, settings);
			const context = { signal: bounded, now: clock.now, http: createHttp(target) };
			try {
				const match = await adapter.probe(target, context);
				return match ? target : undefined;
			} catch (error) {
				if (error instanceof PollError) return undefined;
				throw error;
			}
		}),
	);
	return answers.filter((target) => target !== undefined);
}

function localTarget(name: string, kind: string, url: string, settings: Settings): Target {
	const { intervalMs, timeoutMs, mappings } = settings;
	return { name, kind, url, commandName: showSpec({ name, url }), intervalMs, timeoutMs, mappings };
}
