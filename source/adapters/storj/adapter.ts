import { PollError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Adapter, PollContext, ProbeMatch, Source } from '../adapter.ts';
import { isOtherKind } from '../recognise.ts';
import { createBeside } from './beside.ts';
import { askDashboard, createConsole } from './console.ts';
import { askHealth, createHealthPort } from './health-port.ts';

const noChain = 'a storage node takes part in no chain';

/**
 * A Storj storage node. At its addresses it is read by the API of its console (port 14002) or, where that
 * is not reachable, by the health answer at its public port; its log is read beside them.
 */
export const storj = {
	kind: 'storj',
	title: 'Storj storage node',
	schemes: ['http:', 'https:'],
	localUrls: ['http://127.0.0.1:14002', 'http://127.0.0.1:28967'],
	absentSections: {
		consensus: noChain,
		dag: noChain,
		chain: noChain,
		resources: 'the console does not report its process; watch the host beside it',
	},
	probe,
	open: createSource,
	beside: createBeside,
} as const satisfies Adapter;

async function probe(target: Target, context: PollContext): Promise<ProbeMatch | undefined> {
	try {
		const { value } = await askDashboard(target, context);
		return { found: `storagenode ${value.version ?? ''}`.trim(), confidence: 'certain' };
	} catch (error) {
		if (!isOtherKind(error)) throw error;
		if (!(await answersHealth(target, context))) return undefined;
		return { found: 'storagenode, by its health answer', confidence: 'certain' };
	}
}

/** Whether the public port of a node answers there. Rejects only when nothing answers at all. */
async function answersHealth(target: Target, context: PollContext): Promise<boolean> {
	try {
		await askHealth(target, context);
		return true;
	} catch (error) {
		if (isOtherKind(error)) return false;
		throw error;
	}
}

/** What answers decides how it is read; when it is no longer the same, it is looked at again. */
function createSource(target: Target): Source {
	const console = createConsole(target);
	const healthPort = createHealthPort(target);
	let known: Source | undefined;

	async function pollUnknown(context: PollContext): Promise<Reading> {
		try {
			const reading = await console.poll(context);
			known = console;
			return reading;
		} catch (error) {
			if (!isOtherKind(error) || !(await answersHealth(target, context))) throw error;
			known = healthPort;
			return healthPort.poll(context);
		}
	}

	return {
		async poll(context) {
			try {
				return await (known ? known.poll(context) : pollUnknown(context));
			} catch (error) {
				if (error instanceof PollError) known = undefined;
				throw error;
			}
		},
		close() {
			console.close();
			healthPort.close();
		},
	};
}
