import type { Random } from '../random.ts';

/** What clients ask for. `transfer` moves money, `deploy` makes a contract, `call` writes to one. */
export interface Transaction {
	readonly id: string;
	readonly kind: 'transfer' | 'deploy' | 'call';
	readonly from: string;
	readonly to: string;
	readonly amount: number;
	readonly payload: string;
}

const accountCount = 32;
const startBalance = 1_000_000;
export const maxTransactionBytes = 2048;
/** Clients make mistakes, or try. */
const invalidShare = 0.04;

export const accounts: readonly string[] = Array.from(
	{ length: accountCount },
	(_, index) => `account-${index + 1}`,
);
export const genesisBalances: ReadonlyMap<string, number> = new Map(
	accounts.map((name) => [name, startBalance]),
);

/** A transaction as blocks and mempools carry it. Its size is that of this text. */
export function encode({ id, kind, from, to, amount, payload }: Transaction): string {
	return [id, kind, from, to, amount, payload].join(' ');
}

export function decode(text: string): Transaction | undefined {
	const [id = '', kind, from = '', to = '', amount = '', payload] = text.split(' ');
	const isKnown = kind === 'transfer' || kind === 'deploy' || kind === 'call';
	if (!isKnown || payload === undefined || !/^\d{1,9}$/.test(amount)) return undefined;
	return { id, kind, from, to, amount: Number(amount), payload };
}

/** Why a transaction is refused. */
export const invalidReasons = ['malformed', 'tooLarge', 'unknownAccount', 'overdraft'] as const;
export type InvalidReason = (typeof invalidReasons)[number];

/** What a client sends next: sizes are spread as in real pools, many small and some large. */
export function drawTransaction(random: Random): string {
	const [from = '', to = ''] = random.sample(accounts, 2);
	const id = random.hex(8);
	const draw = random.next();
	const kind = draw < 0.85 ? 'transfer' : draw < 0.9 ? 'deploy' : 'call';
	const payload = random.hex(Math.ceil(16 + random.exponential(48)));
	const sound = { id, kind, from, to, amount: Math.ceil(random.exponential(20)), payload } as const;
	if (random.next() >= invalidShare) return encode(sound);
	const [flaw] = random.sample(invalidReasons, 1);
	if (flaw === 'malformed') return `${id} nonsense`;
	if (flaw === 'tooLarge') return encode({ ...sound, payload: random.hex(maxTransactionBytes) });
	if (flaw === 'unknownAccount') return encode({ ...sound, from: `nobody-${id}` });
	return encode({ ...sound, amount: startBalance * 100 });
}
