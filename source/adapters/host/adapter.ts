import { hostname } from 'node:os';
import { clean } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import type { Adapter, Source } from '../adapter.ts';
import { createHostSource } from './resources.ts';

const isNoNode = 'this is a machine, not a node';

/** The machine that nodetop runs on, as `host:` or `host://local`, by systeminformation. */
export const host = {
	kind: 'host',
	title: 'this machine',
	schemes: ['host:'],
	localUrls: [],
	absentSections: { consensus: isNoNode, dag: isNoNode, chain: isNoNode },
	probe(target) {
		return Promise.resolve(
			isThisMachine(target.url)
				? { found: `this machine, ${clean(hostname())}`, confidence: 'certain' }
				: undefined,
		);
	},
	open(target) {
		return isThisMachine(target.url) ? createHostSource() : anotherMachine;
	},
} as const satisfies Adapter;

function isThisMachine(url: string): boolean {
	return /^host:(\/\/(local\/?)?)?$/i.test(url);
}

const anotherMachine: Source = {
	poll: () =>
		Promise.reject(
			new PollError('unsupported', 'nodetop measures only the machine that it runs on', {
				nextStep: 'write host: for this machine; for another run nodetop there',
			}),
		),
	close: () => undefined,
};
