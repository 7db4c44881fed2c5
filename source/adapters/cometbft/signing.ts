import { createHash } from 'node:crypto';
import { cleanText } from '../../domain/clean.ts';
import { toInteger, toTime } from '../quantity.ts';
import type { Integer } from '../../domain/scalars.ts';
import { bech32ToHex } from './bech32.ts';
import type { SigningInfo, StakingValidator } from './wire.ts';

/** What the chain itself says of one validator, by its address in hexadecimal. */
export interface ChainRecord {
	readonly names: readonly string[];
	readonly moniker?: string | undefined;
	readonly jailed?: boolean | undefined;
	readonly jailedUntil?: string | undefined;
	readonly tombstoned?: boolean | undefined;
	/** Of the signing window: a level, which falls again. */
	readonly missedInWindow?: Integer | undefined;
	readonly active?: boolean | undefined;
}

const bondedStatus = 'BOND_STATUS_BONDED';
const maxRecords = 1000;

/** Joins signing infos (by `…valcons1…`) and validators of the staking module (by their public key). */
export function chainRecords(
	infos: readonly SigningInfo[] = [],
	validators: readonly StakingValidator[] = [],
): ReadonlyMap<string, ChainRecord> {
	const records = new Map<string, ChainRecord>();
	const add = (address: string | undefined, more: ChainRecord): void => {
		if (address === undefined || (!records.has(address) && records.size >= maxRecords)) return;
		const known = records.get(address);
		records.set(address, { ...known, ...more, names: [...(known?.names ?? []), ...more.names] });
	};
	for (const info of infos) {
		const name = cleanText(info.address, 120);
		if (name === undefined) continue;
		add(bech32ToHex(name), {
			names: [name],
			jailedUntil: futureOrPast(info.jailed_until),
			tombstoned: info.tombstoned === true,
			missedInWindow: toInteger(info.missed_blocks_counter),
		});
	}
	for (const validator of validators) {
		const moniker = cleanText(validator.description?.moniker, 60);
		const operator = cleanText(validator.operator_address, 120);
		add(addressOfKey(validator.consensus_pubkey?.key), {
			names: [moniker, operator].filter((name) => name !== undefined),
			moniker,
			...(typeof validator.jailed === 'boolean' && { jailed: validator.jailed }),
			...(typeof validator.status === 'string' && { active: validator.status === bondedStatus }),
		});
	}
	return records;
}

/** The address of an Ed25519 key: the first 20 bytes of its SHA-256. */
export function addressOfKey(key: unknown): string | undefined {
	if (typeof key !== 'string' || key.length > 100) return undefined;
	const bytes = Buffer.from(key, 'base64');
	if (bytes.length !== 32) return undefined;
	return createHash('sha256').update(bytes).digest('hex').slice(0, 40).toUpperCase();
}

/** The zero time of Go and of Unix means never. */
function futureOrPast(value: unknown): string | undefined {
	return typeof value === 'string' ? toTime(Date.parse(value)) : undefined;
}
