import type { Adapter } from './adapter.ts';
import { bft } from './bft/adapter.ts';
import { cometbft } from './cometbft/adapter.ts';
import { dag } from './dag/adapter.ts';
import { evm } from './evm/adapter.ts';
import { host } from './host/adapter.ts';
import { nodetop } from './nodetop/adapter.ts';
import { prometheus } from './prometheus/adapter.ts';
import { qudag } from './qudag/adapter.ts';
import { storj } from './storj/adapter.ts';
import { wemixvisor } from './wemixvisor/adapter.ts';

/**
 * Every kind of node, in the order in which an unknown address is probed: what names itself in one
 * harmless answer comes first. Adding a kind adds one line here.
 */
export const adapters = {
	evm,
	nodetop,
	prometheus,
	wemixvisor,
	storj,
	qudag,
	cometbft,
	bft,
	dag,
	host,
} satisfies Record<string, Adapter>;

export type Kind = keyof typeof adapters;

export const kinds: readonly string[] = Object.keys(adapters);

export function adapterOf(kind: string): Adapter | undefined {
	return Object.hasOwn(adapters, kind) ? adapters[kind as Kind] : undefined;
}
